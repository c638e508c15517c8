"""The marks of a line as tags that open and close: nested in each other, and no more of them than there must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sassspider.body.blocks import DELETED, LABEL, Gap, LineBreak, Link, Mark, Marks, Piece, is_deleted, merge_runs

_UNWRITTEN: Marks = frozenset({DELETED, LABEL})
# Of marks that last equally long, the first is outside. Code is always inside: nothing is marked in it.
_ORDER = ("strong", "em", "u", "s", "sup", "sub", "code")


class Open(NamedTuple):
    """A mark begins."""

    mark: Mark


class Close(NamedTuple):
    """A mark ends."""

    mark: Mark


class Space(NamedTuple):
    """A space."""


Event = Open | Close | Space | Piece


def nest(pieces: Sequence[Piece]) -> Iterator[Event]:
    """Yield the pieces of a line in order, with the spaces and the marks between them.

    A space has the marks that hold both before and after it.
    """
    if any(is_deleted(piece) or LABEL in piece.marks for piece in pieces):
        pieces = merge_runs(map(_show_as_text, pieces))
    lasting = _count_lasting(pieces) if any(piece.marks for piece in pieces) else ()
    open_marks: list[Mark] = []
    for number, piece in enumerate(pieces):
        wanted = piece.marks
        kept = 0
        while kept < len(open_marks) and open_marks[kept] in wanted:
            kept += 1
        if kept and open_marks[kept - 1] == "code" and kept < len(wanted):
            kept -= 1
        while len(open_marks) > kept:
            yield Close(open_marks.pop())
        if piece.gap and not isinstance(piece, LineBreak):
            yield Space()
        if wanted:
            for mark in sorted(wanted.difference(open_marks), key=lambda one: _rank(one, lasting[number])):
                open_marks.append(mark)
                yield Open(mark)
        yield piece
    while open_marks:
        yield Close(open_marks.pop())


def _show_as_text(piece: Piece) -> Piece:
    return piece._replace(marks=piece.marks - _UNWRITTEN, gap=Gap.SPACE if piece.gap else Gap.NONE)


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
