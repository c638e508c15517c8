"""Marks of text: the formats that are written, and what is remembered of it while it is read."""

from __future__ import annotations

from typing import NamedTuple


class Link(NamedTuple):
    """The mark of linked text: an absolute URL, and the title that a browser shows on hovering."""

    url: str
    title: str = ""


Mark = str | Link
"""A format of text: an HTML tag as ``strong`` or ``code``, or a link; or one of ``READING_MARKS``."""
Marks = frozenset[Mark]
NO_MARKS: Marks = frozenset()

RAISED: Marks = frozenset({"sup", "sub"})  # or lowered

# Marks for reading only, which are never written.
SYMBOLS = "symbols"  # letters of a symbol font
SYMBOLS_AND_DIGITS = "symbols and digits"  # of one whose digits and signs are pictures too
LIST_LABEL = "list label"  # the bullet or number that Word wrote as text
INVISIBLE = "invisible"  # text that takes room, and is not seen
SIZELESS = "sizeless"  # text that takes no room either
KEPT_LINES = "kept lines"  # text whose line ends are line breaks
SVG = "svg"
XML = "xml"  # an island of data
INITIAL = "initial"  # the first letter of a word, which goes on in the next paragraph
BESIDE = "beside"  # each other: what stands right in a flexible box or a grid
DELETED = "deleted"  # by a tracked change: no part of the text, and shown as <s>
LABEL = "label"  # the name of what is embedded: no part of the text
PICTURE = "picture"  # has a text that stands in its place
UNREAD: Marks = frozenset({DELETED, LABEL})
READING_MARKS: Marks = UNREAD | {
    SYMBOLS, SYMBOLS_AND_DIGITS, LIST_LABEL, INVISIBLE, SIZELESS, KEPT_LINES, PICTURE, SVG, XML, INITIAL, BESIDE,
}  # fmt: skip
