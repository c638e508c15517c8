"""What is built of a body while it is read: text gathers in a paragraph, paragraphs in the container that is open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import (
    DELETED,
    NO_MARKS,
    Block,
    Gap,
    LineBreak,
    Marks,
    Paragraph,
    Picture,
    Piece,
    Run,
    merge_runs,
)
from sassspider.body.containers import OpenList, OpenTable
from sassspider.body.style import INVISIBLE, KEPT_LINES, LIST_LABEL, READING_MARKS, SYMBOLS, SYMBOLS_AND_DIGITS
from sassspider.processors import remove_control_characters

_BULLET = "•"
_PRIVATE_BULLETS = re.compile("[\uf021-\uf0ff]+")  # where Windows has the letters of its symbol fonts
_SYMBOLS = re.compile("[A-Za-z·]+")
_SYMBOLS_AND_DIGITS = re.compile(r"[^\s\u2e80-\U0010ffff]+")
_INDENT = re.compile("[ \t\r\n]*[\xa0\u2000-\u200a\u3000]")

Attributes = dict[str, str | None]
Leave = Callable[[], None]
"""Ends an element: called when all that is in it was read."""


class Element(NamedTuple):
    """An element of the tree."""

    node: LexborNode
    tag: str
    attributes: Attributes


def do_nothing() -> None:
    """End an element that is nothing by itself."""


class Builder:
    """The blocks read so far, and the state in which the next text is read."""

    def __init__(self, base_url: str, unclosed: frozenset[int] = frozenset()):
        self.base_url = base_url
        self.unclosed = unclosed  # elements that the end of the body stands in, by their id in memory
        self.is_comment = False  # the paragraph is a reviewer's
        self.blocks: list[Block] = []  # of the container that is open
        self.pieces: list[Piece] = []  # of the paragraph that is open
        self.marks: Marks = NO_MARKS
        self.gap = Gap.NONE  # before what comes next
        self.breaks = 0  # line breaks before what comes next
        self.break_gap = Gap.SPACE  # what a single one is in the text
        self.is_line_empty = True  # since the last of them; what is invisible takes room
        self.heading = 0
        self.level = 0  # of containers in each other
        self.quotes = 0
        self.list: OpenList | None = None
        self.table: OpenTable | None = None

    def add_text(self, raw: str) -> None:
        """Add a text node."""
        text, marks = raw, self.marks
        if not raw.strip(" \t\r\n") and KEPT_LINES not in marks:
            self.add_space()
            return
        if not raw.isprintable():  # it has other characters than letters, signs and plain spaces
            text = _PRIVATE_BULLETS.sub(_BULLET, remove_control_characters(raw))
            if self.breaks == 1 and self.is_line_empty and KEPT_LINES not in marks and _INDENT.match(text):
                self.breaks = 2
        if INVISIBLE in marks and not text.isspace():
            self._add_invisible()
            return
        if marks and not marks.isdisjoint(READING_MARKS):
            text, marks = _read_marked(text, marks), marks - READING_MARKS
        if KEPT_LINES in self.marks and "\n" in text:
            first, *lines = text.split("\n")
            self._add_words(first, marks)
            for line in lines:
                self.add_break()
                self._add_words(line, marks)
        else:
            self._add_words(text, marks)

    def _add_words(self, text: str, marks: Marks) -> None:
        if not text:
            return
        space = _space_of(marks)
        if text[0].isspace():
            self.gap = max(self.gap, space)
        is_plain = "  " not in text and text.isprintable()  # else there is white space to normalize
        if words := text.strip() if is_plain else " ".join(text.split()):
            gap = self.begin_piece()
            self.pieces.append(Run(words, marks, gap))
            self.gap = space if text[-1].isspace() else Gap.NONE

    def add_break(self) -> None:
        """End the line. White space before the next line is none."""
        self.breaks += 1
        self.break_gap = max(self.gap, _space_of(self.marks))
        self.is_line_empty = True
        self.gap = Gap.NONE

    def begin_piece(self) -> Gap:
        """End what stands before the next piece: a line, a paragraph; return the space before it."""
        if self.pieces and self.breaks > 1:
            self.end_paragraph()
        elif self.pieces and self.breaks:
            self.pieces.append(LineBreak(NO_MARKS, max(self.break_gap, self.gap)))
        gap = self.gap if self.pieces and not self.breaks else Gap.NONE
        self.gap, self.breaks = Gap.NONE, 0
        return gap

    def add_piece(self, piece: Run | Picture) -> None:
        """Add a picture, or text that is no text node's: a formula's, or a name."""
        if INVISIBLE in piece.marks:
            self._add_invisible()
        else:
            gap = self.begin_piece()
            self.pieces.append(piece._replace(marks=piece.marks - READING_MARKS, gap=gap))

    def add_name(self, name: str, marks: Marks) -> None:
        """Add the name of what can't be shown, parted from the words around it."""
        self.add_space()
        self.add_piece(Run(name, marks))
        self.add_space()

    def add_space(self) -> None:
        """Part what comes next from what stands before it."""
        self.gap = max(self.gap, _space_of(self.marks))

    def _add_invisible(self) -> None:
        self.add_space()
        self.is_line_empty = False

    def end_paragraph(self) -> None:
        """End the line: what comes next begins a paragraph."""
        if self.pieces and not self.is_comment:
            self.blocks.append(Paragraph(_merge(self.pieces), self.heading))
        self.pieces = []
        self.is_comment = False
        self.gap, self.breaks = Gap.NONE, 0

    def enter_paragraph(self) -> Leave:
        """Begin an element that stands on lines of its own."""
        self.end_paragraph()
        return self.end_paragraph

    def enter_container(self, finish: Callable[[list[Block]], Iterable[Block]]) -> Leave:
        """Begin an element that holds blocks; ``finish`` makes of them what the container around it gets."""
        self.end_paragraph()
        outer = self.blocks, self.list, self.table, self.heading
        self.blocks, self.list, self.table, self.heading = [], None, None, 0
        self.level += 1

        def leave() -> None:
            self.end_paragraph()
            inner = self.blocks
            self.blocks, self.list, self.table, self.heading = outer
            self.level -= 1
            self.blocks += finish(inner)

        return leave


def _space_of(marks: Marks) -> Gap:
    return Gap.DELETED_SPACE if DELETED in marks else Gap.SPACE


def _read_marked(text: str, marks: Marks) -> str:
    if LIST_LABEL in marks and text.strip() in ("o", "·"):
        return text.replace(text.strip(), _BULLET)
    if SYMBOLS_AND_DIGITS in marks:
        return _SYMBOLS_AND_DIGITS.sub(_BULLET, text)
    return _SYMBOLS.sub(_BULLET, text) if SYMBOLS in marks else text


def _merge(pieces: list[Piece]) -> list[Piece]:
    """Join runs of the same marks; a line break has the marks of both its sides."""
    if len(pieces) == 1:
        return pieces
    merged = merge_runs(pieces)
    for number, piece in enumerate(merged):
        if isinstance(piece, LineBreak):
            merged[number] = LineBreak(merged[number - 1].marks & merged[number + 1].marks, piece.gap)
    return merged
