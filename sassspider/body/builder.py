"""What is built of a body while it is read: text gathers in a paragraph, paragraphs in the container that is open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import NO_MARKS, Block, LineBreak, Marks, Paragraph, Piece, Run, Shown, merge_runs
from sassspider.body.containers import OpenList, OpenTable
from sassspider.body.style import (
    DELETED,
    INVISIBLE,
    KEPT_LINES,
    LIST_LABEL,
    READING_MARKS,
    SYMBOLS,
    SYMBOLS_AND_DIGITS,
)
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
        self.all_shown: list[Shown] = []  # of the body so far
        self.pieces: list[Piece] = []  # of the paragraph that is open
        self.marks: Marks = NO_MARKS
        self.shown: list[Shown] = []  # of the same paragraph, see Paragraph
        self.gap = False  # whether a space stands before what comes next
        self.shown_gap = False  # whether one that is not deleted does
        self.breaks = 0  # line breaks before what comes next
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
        if text[0].isspace():
            self.add_space()
        is_plain = "  " not in text and text.isprintable()  # else there is white space to normalize
        if words := text.strip() if is_plain else " ".join(text.split()):
            self._append(Run(words, marks, self._begin_piece()))
            if text[-1].isspace():
                self.add_space()

    def add_break(self) -> None:
        """End the line. White space before the next line is none."""
        self.add_space()
        self.breaks += 1
        self.is_line_empty = True
        self.gap = False

    def _begin_piece(self) -> bool:
        """End what stands before the next piece: a line, a paragraph; return whether a space does."""
        if self.pieces and self.breaks > 1:
            self.end_paragraph()
        elif self.pieces and self.breaks:
            self.pieces.append(LineBreak())
        gap = self.gap and bool(self.pieces) and not self.breaks
        self.gap, self.breaks = False, 0
        return gap

    def _append(self, piece: Shown, is_label: bool = False) -> None:
        self.pieces.append(piece)
        if DELETED not in self.marks:
            if is_label:
                piece = Run("", piece.marks)
            self.shown.append(piece if piece.gap is self.shown_gap else piece._replace(gap=self.shown_gap))
            self.shown_gap = False

    def add_piece(self, piece: Shown, is_label: bool = False) -> None:
        """Add a picture, or text that is no text node's; a label names what is embedded, and is no text."""
        if INVISIBLE in piece.marks:
            self._add_invisible()
        else:
            gap = self._begin_piece()
            self._append(piece._replace(marks=piece.marks - READING_MARKS, gap=gap), is_label)

    def add_space(self) -> None:
        """Part what comes next from what stands before it."""
        self.gap = True
        self.shown_gap = self.shown_gap or DELETED not in self.marks

    def _add_invisible(self) -> None:
        self.add_space()
        self.is_line_empty = False

    def end_paragraph(self) -> None:
        """End the line: what comes next begins a paragraph."""
        if self.pieces and not self.is_comment:
            self.blocks.append(Paragraph(merge_runs(self.pieces), self.shown, self.heading))
            self.all_shown += self.shown
        self.pieces, self.shown = [], []
        self.is_comment = False
        self.gap, self.shown_gap, self.breaks = False, False, 0

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


def _read_marked(text: str, marks: Marks) -> str:
    if LIST_LABEL in marks and text.strip() in ("o", "·"):
        return text.replace(text.strip(), _BULLET)
    if SYMBOLS_AND_DIGITS in marks:
        return _SYMBOLS_AND_DIGITS.sub(_BULLET, text)
    return _SYMBOLS.sub(_BULLET, text) if SYMBOLS in marks else text
