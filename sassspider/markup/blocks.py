"""The blocks of a body: their edges, their places, and which of them go."""

from __future__ import annotations

from lxml import etree

from sassspider.markup.nodes import last_text, remove, set_last_text, set_text_before, text_before
from sassspider.markup.tags import BLOCK_TAGS, EDGED_TAGS, LINE_TAGS, REMOVABLE_TAGS


def trim_blocks(root: etree._Element) -> None:
    """No white space at the edges of a block, nor around a line break."""
    for element in list(root.iter()):
        if element.tag not in EDGED_TAGS:
            continue
        text, last, tail, before = element.text, last_text(element), element.tail, text_before(element)
        if element.tag == "pre":
            element.text = (text or "").lstrip("\n") or None  # HTML passes over the first one anyway
        else:
            if text and text[0].isspace():
                element.text = text.lstrip() or None
            if last[-1:].isspace():
                set_last_text(element, last_text(element).rstrip())
        if tail and tail[0].isspace():
            element.tail = tail.lstrip() or None
        if before[-1:].isspace():
            set_text_before(element, before.rstrip())


def remove_empty(root: etree._Element) -> None:
    """No blocks without content."""
    for element in [one for one in root.iterdescendants() if one.tag in REMOVABLE_TAGS][::-1]:
        if (element.text or "").strip() or not all(map(_is_blank_break, element)):
            continue
        if _is_between_lines(element):
            element.addprevious(etree.Element("br"))
            element.addprevious(etree.Element("br"))
        set_text_before(element, text_before(element) + (element.tail or ""))
        remove(element)


def _is_blank_break(child: etree._Element) -> bool:
    return child.tag == "br" and not child.tail


def _is_between_lines(element: etree._Element) -> bool:
    """Whether an element is all that parts two lines: the words before and after it must not run together."""
    before, after = element.getprevious(), element.getnext()
    return bool(text_before(element) or (before is not None and before.tag in LINE_TAGS)) and bool(
        element.tail or (after is not None and after.tag in LINE_TAGS)
    )


def group_rows(root: etree._Element) -> None:
    """Rows right in a table get the ``tbody`` that HTML 5 has around them."""
    for table in root.iter("table"):
        rows = list(table)
        if rows and all(row.tag == "tr" for row in rows):
            etree.SubElement(table, "tbody").extend(rows)


def part_lines(root: etree._Element) -> None:
    """Each block on a line of its own."""
    for element in list(root)[:-1]:
        if element.tag in BLOCK_TAGS and not element.tail:
            element.tail = "\n"
