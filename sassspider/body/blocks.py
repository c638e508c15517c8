"""What a body is made of, whatever markup it came in: blocks, and the pieces of text and pictures in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple


class Link(NamedTuple):
    """The mark of linked text: an absolute URL, and the title that a browser shows on hovering."""

    url: str
    title: str = ""


Mark = str | Link
"""A format of text: an HTML tag (``strong``, ``em``, ``u``, ``s``, ``sup``, ``sub``, ``code``), link, or one below."""
DELETED = "deleted"  # struck by a tracked change: shown in HTML as <s>, no part of the text
LABEL = "label"  # names something embedded: no words of the article
Marks = frozenset[Mark]
NO_MARKS: Marks = frozenset()


class Gap(IntEnum):
    """What stands before a piece."""

    NONE = 0
    DELETED_SPACE = 1  # deleted by a tracked change: no space of the text
    SPACE = 2


class Run(NamedTuple):
    """Text of one format, white space collapsed."""

    text: str
    marks: Marks
    gap: Gap


class Picture(NamedTuple):
    """A picture in a line; ``alt`` is empty where it says nothing."""

    url: str
    alt: str
    marks: Marks
    gap: Gap


class LineBreak(NamedTuple):
    """A line's end inside a paragraph: the marks that hold on both sides of it, and what it is in the text."""

    marks: Marks
    gap: Gap


Piece = Run | Picture | LineBreak


@dataclass(slots=True)
class Paragraph:
    """A paragraph, or a heading of ``level`` 1 to 6."""

    pieces: list[Piece]
    level: int = 0


@dataclass(slots=True)
class Quote:
    """A quotation."""

    blocks: list[Block]


@dataclass(slots=True)
class ListBlock:
    """A list: ``start`` is the number of its first item, None for bullets."""

    start: int | None
    items: list[list[Block]] = field(default_factory=list)

    def is_tight(self) -> bool:
        """Whether CommonMark can write it without blank lines: then its paragraphs stand in no ``<p>``."""
        return all(_is_tight(item) for item in self.items)


@dataclass(slots=True)
class Rule:
    """A horizontal rule."""


@dataclass(slots=True)
class Cell:
    """A cell of a table, ``column`` counted from 0 among the columns in which a cell begins."""

    blocks: list[Block]
    is_head: bool = False
    colspan: int = 1
    rowspan: int = 1
    column: int = 0


@dataclass(slots=True)
class Table:
    """A table of at least two columns, or of one with a header."""

    caption: list[Block]
    rows: list[list[Cell]]
    columns: int


Block = Paragraph | Quote | ListBlock | Rule | Table


def _is_tight(item: list[Block]) -> bool:
    if len(item) < 2:
        return not any(isinstance(block, Table) and block.caption for block in item)  # it is a paragraph of its own
    return (
        len(item) == 2
        and isinstance(item[0], Paragraph)
        and isinstance(item[1], ListBlock)
        and item[1].start in (None, 1)  # no other list may follow a paragraph at once
    )


def find_plain_text(pieces: Sequence[Piece]) -> str | None:
    """Return the text of a line that is nothing but text, as most are; None for any other."""
    piece = pieces[0]
    return piece.text if len(pieces) == 1 and not piece.marks and isinstance(piece, Run) else None


def is_deleted(piece: Piece) -> bool:
    """Whether a tracked change deleted the piece, or the space before it."""
    return piece.gap is Gap.DELETED_SPACE or DELETED in piece.marks


def merge_runs(pieces: Iterable[Piece]) -> list[Piece]:
    """Join runs of the same marks that stand side by side, but not what was deleted: it is no part of the text."""
    merged: list[Piece] = []
    for (kind, marks, _), group in groupby(pieces, key=_describe):
        if kind is Run:
            runs = [one for one in group if isinstance(one, Run)]
            text = "".join(f" {run.text}" if run.gap and number else run.text for number, run in enumerate(runs))
            merged.append(Run(text, marks, runs[0].gap))
        else:
            merged += group
    return merged


def _describe(piece: Piece) -> tuple[type[Piece], Marks, int]:
    return type(piece), piece.marks, id(piece) if is_deleted(piece) else 0
