"""What a body is made of, whatever markup it came in: blocks, and the pieces of text and pictures in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


class Link(NamedTuple):
    """The mark of linked text: an absolute URL, and the title that a browser shows on hovering."""

    url: str
    title: str = ""


Mark = str | Link
"""A format of text: an HTML tag (``strong``, ``em``, ``u``, ``s``, ``sup``, ``sub``, ``code``), or a link."""
Marks = frozenset[Mark]
NO_MARKS: Marks = frozenset()
# Of marks that last equally long, the first is outside. Code is always inside: nothing is marked in it.
_ORDER = ("strong", "em", "u", "s", "sup", "sub", "code")


class Run(NamedTuple):
    """Text of one format, white space collapsed; ``gap`` tells whether a space stands before it."""

    text: str
    marks: Marks = NO_MARKS
    gap: bool = False


class Picture(NamedTuple):
    """A picture in a line; ``alt`` is empty where it says nothing."""

    url: str
    alt: str
    marks: Marks
    gap: bool = False


class LineBreak(NamedTuple):
    """A line's end inside a paragraph: the marks that hold on both sides of it."""

    marks: Marks = NO_MARKS
    gap: bool = False


Shown = Run | Picture
Piece = Shown | LineBreak
_SPACE = Run(" ")


class Tag(NamedTuple):
    """The place in a line where a mark begins or ends."""

    mark: Mark
    is_end: bool


@dataclass
class Paragraph:
    """A paragraph, or a heading of ``level`` 1 to 6.

    ``pieces`` are as they are written, ``shown`` as they were read: without what a tracked change deleted, and without
    the names of embedded things.
    """

    pieces: list[Piece]
    shown: list[Shown]
    level: int = 0

    @cached_property
    def plain_text(self) -> str | None:
        """The text of a paragraph that is nothing but text, as most are; None for any other."""
        piece = self.pieces[0]
        return piece.text if len(self.pieces) == 1 and not piece.marks and isinstance(piece, Run) else None

    @cached_property
    def tokens(self) -> list[Tag | Piece]:
        """The pieces in order, with the spaces and the tags between them; see ``nest``."""
        return list(nest(self.pieces))


@dataclass
class Quote:
    """A quotation."""

    blocks: list[Block]


@dataclass
class ListBlock:
    """A list: ``start`` is the number of its first item, None for bullets; ``parts`` are its items."""

    start: int | None
    parts: list[list[Block]] = field(default_factory=list)

    def is_tight(self) -> bool:
        """Whether CommonMark can write it without blank lines: then its paragraphs stand in no ``<p>``."""
        return all(map(_is_tight, self.parts))


@dataclass
class Rule:
    """A horizontal rule."""


@dataclass
class Cell:
    """A cell of a table, ``column`` counted from 0 among the columns in which a cell begins."""

    blocks: list[Block]
    is_head: bool = False
    colspan: int = 1
    rowspan: int = 1
    column: int = 0


@dataclass
class Table:
    """A table of at least two columns, or of one with a header."""

    caption: list[Block]
    rows: list[list[Cell]]
    columns: int


Block = Paragraph | Quote | ListBlock | Rule | Table


def write_lines(blocks: Iterable[Block], write: Callable[[Paragraph], str]) -> Iterator[str]:
    """Yield what ``write`` returns for each paragraph, empty ones left out; a row of a table is one line."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from filter(None, [write(block)])
        elif isinstance(block, Table):
            yield from write_lines(block.caption, write)
            for row in block.rows:
                yield from filter(None, [" ".join(line for cell in row for line in write_lines(cell.blocks, write))])
        elif not isinstance(block, Rule):
            for part in block.parts if isinstance(block, ListBlock) else [block.blocks]:
                yield from write_lines(part, write)


def merge_runs(pieces: list[Piece]) -> list[Piece]:
    """Join runs of the same marks that stand side by side; a line break gets the marks of both its sides."""
    if len(pieces) == 1:
        return pieces
    merged: list[Piece] = []
    for (kind, marks), group in groupby(pieces, key=_describe):
        if kind is Run:
            runs = [one for one in group if isinstance(one, Run)]
            text = "".join(f" {run.text}" if run.gap and number else run.text for number, run in enumerate(runs))
            merged.append(Run(text, marks, runs[0].gap))
        else:
            merged += group
    for number, piece in enumerate(merged):
        if isinstance(piece, LineBreak):
            merged[number] = LineBreak(merged[number - 1].marks & merged[number + 1].marks)
    return merged


def nest(pieces: Sequence[Piece]) -> Iterator[Tag | Piece]:
    """Yield the pieces of a line and their marks as tags: nested in each other, and no more of them than there must be.

    A space has the marks that hold both before and after it.
    """
    lasting = _count_lasting(pieces)
    opened: list[Mark] = []
    for piece, lasts in zip(pieces, lasting, strict=True):
        kept = 0
        while kept < len(opened) and opened[kept] in piece.marks:
            kept += 1
        if kept and opened[kept - 1] == "code" and kept < len(piece.marks):
            kept -= 1
        while len(opened) > kept:
            yield Tag(opened.pop(), is_end=True)
        if piece.gap:
            yield _SPACE
        if piece.marks:
            for mark in sorted(piece.marks.difference(opened), key=lambda one: _rank(one, lasts)):
                opened.append(mark)
                yield Tag(mark, is_end=False)
        yield piece
    while opened:
        yield Tag(opened.pop(), is_end=True)


def _is_tight(item: list[Block]) -> bool:
    if len(item) < 2:
        return not any(isinstance(block, Table) and block.caption for block in item)  # it is a paragraph of its own
    return (
        len(item) == 2
        and isinstance(item[0], Paragraph)
        and isinstance(item[1], ListBlock)
        and item[1].start in (None, 1)  # no other list may follow a paragraph at once
    )


def _describe(piece: Piece) -> tuple[type[Piece], Marks]:
    return type(piece), piece.marks


def _count_lasting(pieces: Sequence[Piece]) -> list[dict[Mark, int]]:
    """For each piece and each of its marks, the number of pieces that have it from there on without a gap."""
    lasting: list[dict[Mark, int]] = []
    after: dict[Mark, int] = {}
    for piece in reversed(pieces):
        after = {mark: after.get(mark, 0) + 1 for mark in piece.marks}
        lasting.append(after)
    return lasting[::-1]


def _rank(mark: Mark, lasting: dict[Mark, int]) -> tuple[bool, int, int]:
    if isinstance(mark, Link):
        return False, -lasting[mark], -1
    return mark == "code", -lasting[mark], _ORDER.index(mark)
