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
    """No blocks without content.

    What follows a removed block moves to the place before it, and from there on, if that is removed too: it is put
    together at the end, for a text is copied each time that it is set.
    """
    moved = MovedText()
    for element in [one for one in root.iterdescendants() if one.tag in REMOVABLE_TAGS][::-1]:
        if (element.text or "").strip() or not all(one.tag == "br" and not moved.has_tail(one) for one in element):
            continue
        if moved.gave_words(element):
            continue
        if _is_between_lines(element, moved):
            element.addprevious(etree.Element("br"))
            element.addprevious(etree.Element("br"))
        moved.move_tail(element)
        remove(element)
    moved.put()


class MovedText:
    """Texts on their way to another place: after an element (its tail), or at its start. The last piece comes first."""

    def __init__(self) -> None:
        self.tails: dict[etree._Element, list[str]] = {}
        self.starts: dict[etree._Element, list[str]] = {}

    def has_tail(self, element: etree._Element) -> bool:
        """Whether any text follows an element."""
        return bool(element.tail) or element in self.tails

    def gave_words(self, element: etree._Element) -> bool:
        """Whether more than space has come to an element's start."""
        return any(not piece.isspace() for piece in self.starts.get(element, ()))

    def move_tail(self, element: etree._Element) -> None:
        """Take what follows an element to the place before it."""
        pieces, previous, parent = self.tails.pop(element, []), element.getprevious(), element.getparent()
        if element.tail:
            pieces.append(element.tail)
            element.tail = None  # else it is kept for as long as the element
        if pieces and previous is not None:
            self.tails[previous] = pieces
        elif pieces and parent is not None:
            self.starts[parent] = pieces

    def put(self) -> None:
        """Set each text where it is now."""
        for element, pieces in self.tails.items():
            element.tail = (element.tail or "") + "".join(reversed(pieces))
        for element, pieces in self.starts.items():
            element.text = (element.text or "") + "".join(reversed(pieces))


def _is_between_lines(element: etree._Element, moved: MovedText) -> bool:
    """Whether an element is all that parts two lines: the words before and after it must not run together."""
    before, after = element.getprevious(), element.getnext()
    return bool(text_before(element) or (before is not None and before.tag in LINE_TAGS)) and (
        moved.has_tail(element) or (after is not None and after.tag in LINE_TAGS)
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
