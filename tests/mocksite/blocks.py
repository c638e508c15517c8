"""What a body is made of, whatever its markup: the one description from which page and truth are both written."""

from __future__ import annotations

from typing import NamedTuple


class Run(NamedTuple):
    """Text in one style. `mark` is ``""``, ``strong`` or ``em``; a run with `href` is a link."""

    text: str
    mark: str = ""
    href: str = ""


class Break(NamedTuple):
    """One or more ``<br>`` in a row."""

    times: int = 1


class Image(NamedTuple):
    """An image. `printed_alt` is the attribute as served (None: no attribute), `alt` what it is worth to a reader."""

    src: str
    printed_alt: str | None
    alt: str


Inline = Run | Break | Image


class Paragraph(NamedTuple):
    """A paragraph, or a heading (`tag` ``h2``, ``h3``)."""

    inlines: tuple[Inline, ...]
    tag: str = "p"


class Quote(NamedTuple):
    """A block quotation of whole paragraphs."""

    paragraphs: tuple[Paragraph, ...]


class Items(NamedTuple):
    """A list. `start` other than 1 is served as an attribute of an ordered list."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False
    start: int = 1


class Table(NamedTuple):
    """A table of plain text. `caption_row` spans all columns; cells are paragraphs when `in_paragraphs`, as in Word."""

    caption_row: str
    rows: tuple[tuple[str, ...], ...]
    in_paragraphs: bool = False


Block = Paragraph | Quote | Items | Table


def plain(text: str, mark: str = "", tag: str = "p") -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph((Run(text, mark),), tag)
