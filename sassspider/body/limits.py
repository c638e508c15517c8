"""How large a body may be: a browser's parser takes time or memory that grows with the square of some counts."""

from __future__ import annotations

import re

from sassspider.page import DamagedPageError, refuse_excess

MAX_LEVELS = 50  # of quotations, lists, tables and their parts in each other; what is deeper is a paragraph
MAX_DEPTH = 2_000  # open elements; browsers keep 512 levels, and what is closed by itself is counted here
MAX_REOPENED = 10_000_000  # characters of tags
MAX_TAG_ATTRIBUTES = 1_000
MAX_OPTIONS = 5_000  # of forms: for each, lexbor looks at those before it

_HARMLESS_TAGS = 1_000  # fewer can't grow too far
_HARMLESS_LENGTH = 30_000  # characters; the site's bodies have some thousand
# Elements that a parser opens again in each new paragraph for as long as they are not closed (WHATWG HTML, 13.2.4.3).
# fmt: off
_FORMATTING = frozenset([
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
])
# Elements that have no end, or that the next of their kind ends.
_CLOSED = frozenset([
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
])
# fmt: on
# Possessive throughout: no input makes these go back.
_VALUE = r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)(?:[^>"']|"[^"]*+"|'[^']*+')*+""")
_ATTRIBUTE = re.compile(rf"[\s/]++[^\s/>=][^\s/>=]*+{_VALUE}")


def refuse_oversized(markup: str) -> None:
    """Raise DamagedPageError for a body that takes far more time or memory to parse than its length tells."""
    tags = markup.count("<")
    if tags <= _HARMLESS_TAGS and len(markup) <= _HARMLESS_LENGTH:
        return
    refuse_excess(tags=tags)
    open_elements = _OpenElements()
    for tag in _TAG.finditer(markup):
        text = tag[0]
        if len(text) > MAX_TAG_ATTRIBUTES and len(_ATTRIBUTE.findall(text)) > MAX_TAG_ATTRIBUTES:
            raise DamagedPageError(f"a tag in its body has more than {MAX_TAG_ATTRIBUTES:,} attributes")
        open_elements.see(tag[2].lower(), text, is_end=bool(tag[1]))


class _OpenElements:
    """What is open behind a tag, as far as tags tell: how deep it is, and the tags that each new paragraph repeats."""

    def __init__(self) -> None:
        self.depth = self.repeated = self.reopened = self.options = 0
        self.formatting: dict[str, list[int]] = {name: [] for name in _FORMATTING}  # characters of open tags, by name

    def see(self, name: str, text: str, is_end: bool) -> None:
        """Take the next tag; raise DamagedPageError if too much is open."""
        if name not in _CLOSED and not text.endswith("/"):
            self.depth = max(self.depth + (-1 if is_end else 1), 0)
        if name not in _FORMATTING:
            self.reopened += 0 if is_end else self.repeated
        elif not is_end:
            self.formatting[name].append(len(text))
            self.repeated += len(text)
        elif self.formatting[name]:
            self.repeated -= self.formatting[name].pop()
        self.options += name == "option"
        if self.depth > MAX_DEPTH or self.reopened > MAX_REOPENED or self.options > MAX_OPTIONS:
            raise DamagedPageError("its body has too many open elements")
