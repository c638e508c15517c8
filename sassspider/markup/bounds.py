"""What a body may be made of at most: libxml2 and nh3 take time that grows with the square of some counts."""

from __future__ import annotations

import re

from lxml import etree

from sassspider.markup.tags import BLOCK_TAGS, FORMATTING_TAGS
from sassspider.page import DamagedPageError, refuse_excess

MAX_REFERENCES = 200_000
MAX_TAG_ATTRIBUTES = 1_000
MAX_REOPENED = 100_000  # elements
MAX_REOPENED_MARKUP = 4_000_000  # characters of them
MAX_LEVELS = 50  # mail that quotes mail has a few
MAX_NESTED = 3_000_000  # characters, each counted once for every level that it is in
MAX_CELLS = 25_000  # of a table in Markdown, where every row has as many
MAX_COLSPAN = 1_000  # HTML, section 4.9.11, takes no more for one

# A shorter body can't take long, whatever is in it, nor has it room for too much; and nearly every body is shorter.
_HARMLESS = 64 * 1024
# A tag as HTML's tokenizer sees it. Possessive throughout: no input makes this go back.
_VALUE = r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_CROWDED_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+[^\s/>=][^\s/>=]*+{_VALUE}){{{MAX_TAG_ATTRIBUTES + 1}}}")


# Elements whose text the writer of Markdown copies on each level, or begins each line of with a sign.
_LEVEL = re.compile(r"<(/?)(?:blockquote|dl|em|figcaption|h[1-6]|li|s|strong|su[bp])>")
_TABLE_PART = re.compile(r"<(?:(/?table)|(tr)|t[dh])\b[^>]*>")
_COLSPAN = re.compile(r'colspan="([0-9]+)"')


def refuse_oversized(markup: str) -> None:
    """Raise DamagedPageError for a body that would take too much memory or time to read."""
    if len(markup) <= _HARMLESS:
        return
    refuse_excess(tags=markup.count("<"))  # also those that the page writes as references
    if markup.count("&") > MAX_REFERENCES:
        raise DamagedPageError(f"its body has more than {MAX_REFERENCES:,} references")
    if _CROWDED_TAG.search(markup):
        raise DamagedPageError(f"a tag in its body has more than {MAX_TAG_ATTRIBUTES:,} attributes")


def refuse_reopening(root: etree._Element, markup: str) -> None:
    """Raise DamagedPageError where blocks in formatting elements would make far more of a body than there is.

    ``markup`` is ``root`` as text. HTML's parser (section 13.2.4.3) opens the formatting elements that a new paragraph
    or row has closed once more in it, each with its attributes.
    """
    tags = markup.count("<")
    if tags * tags <= MAX_REOPENED and tags * len(markup) <= MAX_REOPENED_MARKUP:
        return
    open_tags = open_characters = reopened = characters = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in FORMATTING_TAGS:
            sign = 1 if event == "start" else -1
            open_tags += sign
            open_characters += sign * sum(map(len, (element.tag, *element.keys(), *element.values())))
        elif element.tag in BLOCK_TAGS:
            reopened += open_tags
            characters += open_characters
    if reopened > MAX_REOPENED or characters > MAX_REOPENED_MARKUP:
        raise DamagedPageError("its body has too many blocks in formatting elements")


def refuse_nesting(body_html: str) -> None:
    """Raise DamagedPageError for a clean body whose Markdown would be out of all proportion to it."""
    if body_html.count("</") * len(body_html) > MAX_NESTED:
        _refuse_levels(body_html)
    if "<table" in body_html and body_html.count("<tr") * (body_html.count("<t") + _count_spans(body_html)) > MAX_CELLS:
        _refuse_tables(body_html)


def _refuse_levels(body_html: str) -> None:
    level = nested = end = 0
    for tag in _LEVEL.finditer(body_html):
        nested += level * (tag.start() - end)
        level += -1 if tag[1] else 1
        end = tag.end()
        if level > MAX_LEVELS or nested > MAX_NESTED:
            raise DamagedPageError("its body nests quotations, lists or emphases too deeply")


def _refuse_tables(body_html: str) -> None:
    tables: list[list[int]] = []  # those that are open: rows, cells of the widest row, of this row
    for part in _TABLE_PART.finditer(body_html):
        if part[1] == "table":
            tables.append([0, 0, 0])
        elif part[1]:
            tables.pop()
        elif tables:
            table = tables[-1]
            if part[2]:
                table[0], table[2] = table[0] + 1, 0
            else:
                table[2] += 1 + _count_spans(part[0])
                table[1] = max(table[1:])
            if table[0] * table[1] > MAX_CELLS:
                raise DamagedPageError(f"a table in its body has more than {MAX_CELLS:,} cells, empty ones counted too")


def _count_spans(markup: str) -> int:
    return sum(min(int(number), MAX_COLSPAN) for number in _COLSPAN.findall(markup)) if "colspan" in markup else 0
