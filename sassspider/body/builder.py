"""The state of a body that is being read: text gathers in a line, lines in the container that is open."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import Block, OpenList, write_paragraph
from sassspider.body.line import Piece
from sassspider.body.marks import (
    DELETED,
    INITIAL,
    INVISIBLE,
    KEPT_LINES,
    LIST_LABEL,
    NO_MARKS,
    PICTURE,
    SIZELESS,
    SYMBOLS,
    SYMBOLS_AND_DIGITS,
    Mark,
    Marks,
)
from sassspider.body.tables import OpenTable
from sassspider.page import refuse_excess
from sassspider.processors import remove_control_characters

# Stands in the markup before a row that is in no table, where a browser drops the tag. Invisible, and random: no body
# can have it.
ROW_EDGE = "".join(chr(secrets.randbelow(0x20) + 0xFDD0) for _ in range(16))

_BULLET = "•"
_PRIVATE_SPACE, _PRIVATE_BULLETS = "\uf020", re.compile("[\uf021-\uf0ff]+")  # of Windows' symbol fonts
_SYMBOLS: dict[Mark, re.Pattern[str]] = {
    SYMBOLS: re.compile("[A-Za-z·]+"),
    SYMBOLS_AND_DIGITS: re.compile(r"[^\s\u2e80-\U0010ffff]+"),
    LIST_LABEL: re.compile(r"(?<!\S)[o·](?!\S)"),
}
_SYMBOL_MARKS = frozenset(_SYMBOLS)
_INDENT = re.compile("[ \t\r\n]*[\xa0\u2000-\u200a\u3000]")
_PICTURE = frozenset({PICTURE})
_END = Piece("\n")  # of a paragraph
_READ_GAP, _DELETED_GAP = Piece(" "), Piece(" ", frozenset({DELETED}))


Attributes = dict[str, str | None]


class Element(NamedTuple):
    """An element of the tree."""

    node: LexborNode
    tag: str
    attributes: Attributes

    def get(self, name: str) -> str:
        """Return an attribute as it was served; "" if there is none."""
        return (self.attributes.get(name) or "").replace(ROW_EDGE, "")


class Builder:
    """The blocks read so far, and the state in which the next text is read."""

    def __init__(self, base_url: str, unclosed: frozenset[int] = frozenset()):
        self.base_url = base_url
        self.unclosed = unclosed  # elements that the end of the body stands in, by their id in memory
        self.is_comment = False  # the paragraph is a reviewer's
        self.blocks: list[Block | OpenList] = []  # of the container that is open
        self.shown: list[Piece] = []  # of the paragraphs so far
        self.characters = 0  # of HTML so far
        self.pieces: list[Piece] = []  # of the paragraph that is open
        self.marks: Marks = NO_MARKS
        self.gap: Piece | None = None  # a space before what comes next
        self.breaks = 0  # line breaks before what comes next
        self.is_line_empty = True  # since the last of them; what is invisible takes room
        self.heading = 0
        self.level = 0  # of containers in each other
        self.quotes = 0
        self.list: OpenList | None = None
        self.table: OpenTable | None = None

    def add_text(self, raw: str) -> None:
        """Add a text node."""
        if raw.isprintable() and self.marks.isdisjoint(_SYMBOL_MARKS):  # letters, signs and plain spaces
            self._add_words(raw, " ".join(raw.split()) if "  " in raw else raw.strip())
            return
        if not raw.strip(" \t\r\n") and KEPT_LINES not in self.marks:
            self.add_space()
            return
        for place, row in enumerate(raw.split(ROW_EDGE)):
            if place:
                self.end_paragraph()
            text = self._read_characters(row)
            for number, line in enumerate(text.split("\n") if KEPT_LINES in self.marks else [text]):
                if number:
                    self.add_break()
                self._add_words(line, " ".join(line.split()))

    def _read_characters(self, raw: str) -> str:
        """Return text as it is shown. An indent after a line break begins a paragraph."""
        text = _PRIVATE_BULLETS.sub(_BULLET, remove_control_characters(raw).replace(_PRIVATE_SPACE, " "))
        if self.breaks == 1 and self.is_line_empty and KEPT_LINES not in self.marks and _INDENT.match(text):
            self.breaks = 2
        for mark in self.marks & _SYMBOL_MARKS:
            text = _SYMBOLS[mark].sub(_BULLET, text)
        return text

    def _add_words(self, text: str, words: str) -> None:
        """Add text, whose white space is normalized in ``words``."""
        if text[:1].isspace():
            self.add_space()
        if words:
            self.add_piece(words, self.marks)
            if text[-1].isspace():
                self.add_space()

    def add_piece(self, text: str, marks: Marks, url: str = "") -> None:
        """Add text, or a picture."""
        if INVISIBLE in marks:
            self.add_space()
            self.is_line_empty = False
            return
        if SIZELESS in marks and not url:
            return
        if self.gap is not None:
            if self.pieces and self.breaks > 1:
                self.end_paragraph()
            elif self.pieces:
                self.pieces.append(Piece("\n", self.gap.marks) if self.breaks else self.gap)
            self.gap, self.breaks = None, 0
        self.pieces.append(Piece(text, marks | _PICTURE if url else marks, url))

    def add_label(self, text: str, marks: Marks) -> None:
        """Add the name of what can't be shown."""
        self.add_space()
        self.add_piece(text, marks - {SIZELESS})
        self.add_space()

    def add_space(self) -> None:
        """Add a space between the text before and the text that follows."""
        if DELETED not in self.marks:
            self.gap = _READ_GAP
        elif self.gap is None:
            self.gap = _DELETED_GAP

    def add_break(self) -> None:
        """End the line."""
        self.add_space()
        self.breaks += 1
        self.is_line_empty = True

    def end_paragraph(self) -> None:
        """End the paragraph: what comes next begins another, unless only the first letter of a word was read."""
        self.gap, self.breaks = None, 0
        if len(self.pieces) == 1 and INITIAL in self.pieces[0].marks and len(self.pieces[0].text) < 3:
            return  # a quotation mark may stand before the letter
        if self.pieces and not self.is_comment:
            block = write_paragraph(self.pieces, self.heading)
            self.blocks.append(block)
            self.characters += len(block.html)
            refuse_excess(self.characters)
            self.shown += self.pieces
            self.shown.append(_END)
        self.pieces = []
        self.is_comment = False

    def read_inside(
        self, made_list: OpenList | None = None, table: OpenTable | None = None
    ) -> Generator[None, None, list[Block]]:
        """Wait until all that is in a container was read; return its blocks."""
        outer = self.blocks, self.list, self.table, self.heading
        self.blocks, self.list, self.table, self.heading = [], made_list, table, 0
        self.level += 1
        yield
        inner = self.finish()
        self.blocks, self.list, self.table, self.heading = outer
        self.level -= 1
        return inner

    def finish(self) -> list[Block]:
        """End the container that is open; return its blocks."""
        if not self.level:  # no word goes on behind the body
            self.pieces = [piece._replace(marks=piece.marks - {INITIAL}) for piece in self.pieces]
        self.end_paragraph()
        return [one for block in self.blocks for one in (block.write() if isinstance(block, OpenList) else [block])]
