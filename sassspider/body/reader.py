"""A body's markup read as a browser reads it, into blocks, in one pass over its tree."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sassspider.body.blocks import Block, Marks, Shown
from sassspider.body.builder import Attributes, Builder, Element, Leave, do_nothing
from sassspider.body.elements import enter_apart, enter_paragraph
from sassspider.body.style import NO_STYLE, SVG, Style, read_style
from sassspider.body.tags import (
    COMMENT_CLASSES,
    ENTER,
    ENTER_BLOCK,
    FALLBACK_TAGS,
    HIDDEN_TAGS,
    MARKS_OF_TAGS,
    NESTED_TAGS,
    PARAGRAPH_TAGS,
    SVG_HIDDEN_TAGS,
)
from sassspider.page import DamagedPageError, refuse_excess

# How large a body may be: a parser takes time or memory that grows with the square of some counts.
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

# Comments, elements whose content is no markup, and tags: what looks like a tag in the first two is none.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(iframe|noembed|noframes|script|style|textarea|title|xmp)\b.*?(?:</\1|\Z)"
    r"""|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:[^>"']|"[^"]*+"|'[^']*+')*+""",
    re.DOTALL | re.IGNORECASE,
)
_HAS_ROWS = re.compile(r"<(?:t[dhr]|tbody|tfoot|thead|caption)\b", re.IGNORECASE)
# Rows and cells that stand in no table: a browser drops their tags, and their words would touch.
_LOOSE_NAMES = {"td": "x-cell", "th": "x-cell"} | dict.fromkeys(("caption", "tbody", "tfoot", "thead", "tr"), "x-row")
_END_ID = f"end-{secrets.token_hex(8)}"  # of an element behind the body; no body can have it, for it is random
_RAISED: Marks = frozenset({"sup", "sub"})
# Elements that a style does not raise or lower in their line (CSS 2.2, 10.8.1), and pictures, which are no text.
_NOT_RAISED = frozenset(ENTER) - {"a", "font", "q"}
_SKIPPED = HIDDEN_TAGS | FALLBACK_TAGS | SVG_HIDDEN_TAGS
# What stands before and after an element in a line whose style takes it out of the line.
_AROUND: dict[str, Callable[[Builder], None]] = {"apart": Builder.add_space, "block": Builder.end_paragraph}


def read_blocks(markup: str, base_url: str) -> tuple[list[Block], list[Shown]]:
    """Return the blocks of the CDATA as served, and all that is shown of it; see ``read_body``."""
    _refuse_oversized(markup)
    # The first node of a tree is the body's: selectolax takes for its children what stands beside it.
    tree = LexborHTMLParser(f"<!---->{_mark_loose_rows(markup)}<br id={_END_ID}>", is_fragment=True)
    end = tree.css_first(f"br#{_END_ID}")
    if end is None:
        raise DamagedPageError("its body is cut: it ends in a tag, a comment or an element whose text is not shown")
    builder = Builder(base_url, unclosed=frozenset(_list_ancestors(end)))
    end.decompose()
    _read_nodes(tree.root, builder)
    return builder.blocks, builder.all_shown


def _refuse_oversized(markup: str) -> None:
    """Raise DamagedPageError for a body that takes far more time or memory to parse than its length tells."""
    tags = markup.count("<")
    if tags <= _HARMLESS_TAGS and len(markup) <= _HARMLESS_LENGTH:
        return
    refuse_excess(tags=tags)
    depth = options = repeated = reopened = 0  # what each new paragraph repeats, and what all have: characters of tags
    formatting: dict[str, list[int]] = {name: [] for name in _FORMATTING}  # characters of the tags that are open
    for tag in _TAG.finditer(markup):
        text, name, is_end = tag[0], tag[2].lower(), bool(tag[1])
        if len(text) > MAX_TAG_ATTRIBUTES and len(_ATTRIBUTE.findall(text)) > MAX_TAG_ATTRIBUTES:
            raise DamagedPageError(f"a tag in its body has more than {MAX_TAG_ATTRIBUTES:,} attributes")
        if name not in _CLOSED and not text.endswith("/"):
            depth = max(depth + (-1 if is_end else 1), 0)
        if name not in _FORMATTING:
            reopened += 0 if is_end else repeated
        elif not is_end:
            formatting[name].append(len(text))
            repeated += len(text)
        elif formatting[name]:
            repeated -= formatting[name].pop()
        options += name == "option"
        if depth > MAX_DEPTH or reopened > MAX_REOPENED or options > MAX_OPTIONS:
            raise DamagedPageError("its body has too many open elements")


def _list_ancestors(node: LexborNode) -> Iterator[int]:
    """Yield the ids in memory of the elements that a node stands in."""
    while (parent := node.parent) is not None:
        yield parent.mem_id
        node = parent


def _mark_loose_rows(markup: str) -> str:
    if not _HAS_ROWS.search(markup):
        return markup
    open_tables: list[bool] = []  # whether a cell of the table is open

    def mark(token: re.Match[str]) -> str:
        name, is_end = (token["name"] or "").lower(), bool(token["end"])
        if name == "table":
            if open_tables and (is_end or not open_tables[-1]):  # a table right in a table ends it (HTML, 13.2.6.4.9)
                open_tables.pop()
            if not is_end:
                open_tables.append(False)
        elif name in _LOOSE_NAMES and open_tables:
            open_tables[-1] = not is_end and name in ("td", "th", "caption")
        elif name in _LOOSE_NAMES:
            return f"<{token['end']}{_LOOSE_NAMES[name]}{token[0][len(name) + len(token['end']) + 1 :]}"
        return token[0]

    return _TOKEN.sub(mark, markup)


def _read_nodes(node: LexborNode | None, builder: Builder) -> None:
    """Read a node, those after it, and all that is in them into the builder.

    No recursion: a browser's tree may be deeper than Python's calls.
    """
    open_nodes: list[tuple[LexborNode, Marks, Leave]] = []
    while node is not None or open_nodes:
        if node is None:
            node, builder.marks, leave = open_nodes.pop()
            leave()
        elif node.is_text_node:
            builder.add_text(node.text_content or "")
        elif node.is_element_node:
            outer = builder.marks
            if (entered := _enter(node, builder)) is not None:
                open_nodes.append((node, outer, entered))
                node = node.first_child
                continue
            builder.marks = outer
        node = node.next
    builder.end_paragraph()


def _enter(node: LexborNode, builder: Builder) -> Leave | None:
    """Begin an element; return what ends it, or None if what is in it is not to be read."""
    tag = node.tag or ""
    if (tag in _SKIPPED and _is_skipped(node, tag, builder)) or (tag.startswith("w:") and _is_word_setting(node)):
        return None
    attributes = node.attributes
    style = _read_style(tag, attributes) if attributes else NO_STYLE
    if style.display == "none" or "hidden" in attributes or ("class" in attributes and _is_comment(attributes)):
        return None
    builder.marks = _change_marks(builder.marks, tag, style)
    enter = ENTER.get(tag)
    around = None
    if style.display:
        if style.display in ("inline", "inline-block") and tag in PARAGRAPH_TAGS:
            enter = enter_apart if style.display == "inline-block" else None
        elif tag not in ENTER_BLOCK:
            around = _AROUND.get(style.display)
    if builder.level >= MAX_LEVELS and tag in NESTED_TAGS:
        enter = enter_paragraph
    if around is None:
        return enter(builder, Element(node, tag, attributes)) if enter else do_nothing
    around(builder)
    leave = enter(builder, Element(node, tag, attributes)) if enter else do_nothing
    if leave is None:
        return None

    def leave_both() -> None:
        leave()
        around(builder)

    return leave_both


def _is_skipped(node: LexborNode, tag: str, builder: Builder) -> bool:
    if tag in FALLBACK_TAGS:
        return node.mem_id not in builder.unclosed
    return tag in HIDDEN_TAGS or SVG in builder.marks


def _read_style(tag: str, attributes: Attributes) -> Style:
    face = attributes.get("face") if tag == "font" else None
    if face:
        return read_style(f"font-family:{face};{attributes.get('style') or ''}")
    return read_style(attributes["style"] or "") if "style" in attributes else NO_STYLE


def _is_word_setting(node: LexborNode) -> bool:
    """Return whether an element of Word's holds a setting (``<w:View>Normal``): it is text that browsers show."""
    return node.tag != "w:sdt" and all(child.is_text_node for child in node.iter(include_text=True))


def _is_comment(attributes: Attributes) -> bool:
    return not COMMENT_CLASSES.isdisjoint((attributes["class"] or "").lower().split())


def _change_marks(marks: Marks, tag: str, style: Style) -> Marks:
    """Return the marks of an element's text: those around it, but for what its tag and its style change."""
    if style is NO_STYLE:
        return marks | MARKS_OF_TAGS[tag] if tag in MARKS_OF_TAGS else marks
    marks -= style.removed
    if tag in MARKS_OF_TAGS:
        marks |= MARKS_OF_TAGS[tag] - style.removed - style.undone
    return marks | (style.added - _RAISED if tag in _NOT_RAISED else style.added)
