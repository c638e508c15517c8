"""Blocks in their three forms: paragraphs, and quotations and lists of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from sassspider.body.line import Piece, write_line

_LARGEST = 999_999_999  # the largest number of an item that CommonMark takes

_APART = "\n\n<!-- -->\n\n"  # between two blocks that Markdown would read as one
# What begins a heading, a list or a quotation, or is a rule or the underline of a heading or a table's head.
_AT_START = re.compile(r"(\d{1,9})[.)](?: |$)|#{1,6}(?: |$)|[-+](?: |$)|>|=+$|[-|:][-|: ]*$")
_CLOSING_MARKS = re.compile(r"(^|\s)(#+)$")  # of a heading
_PARAGRAPH = re.compile("<(?:p|h[1-6])>")


class Block(NamedTuple):
    """A block as HTML and as Markdown; ``texts`` are its paragraphs, of which a row of a table is one.

    ``lines`` are the same as Markdown, each in one line: the cell of a table has no room for blocks.
    """

    html: str
    markdown: str
    texts: Sequence[str] = ()
    lines: Sequence[str] = ()


RULE = Block("<hr>", "***")


def write_paragraph(pieces: Sequence[Piece], level: int = 0) -> Block:
    """Return a paragraph, or a heading of ``level`` 1 to 6."""
    html, text, line = write_line(pieces)
    texts = [text] if text else []
    if level:
        line = line.replace("\n", "<br>")
        marked = _CLOSING_MARKS.sub(r"\1\\\2", line)
        return Block(f"<h{level}>{html}</h{level}>", f"{'#' * level} {marked}", texts, [line])
    if "\n" not in line:
        return Block(f"<p>{html}</p>", _escape_start(line), texts, [line])
    markdown = "\\\n".join(map(_escape_start, line.split("\n")))
    return Block(f"<p>{html}</p>", markdown, texts, [line.replace("\n", "<br>")])


def write_quotation(blocks: Sequence[Block]) -> Block:
    """Return a quotation."""
    lines = (f"> {line}" if line else ">" for line in join_markdown(blocks).split("\n"))
    return Block(f"<blockquote>{join_html(blocks)}</blockquote>", "\n".join(lines), *collect(blocks))


def join_markdown(blocks: Sequence[Block]) -> str:
    """Return the Markdown of some blocks."""
    parts = [block.markdown for block in blocks[:1]]
    for before, block in pairwise(blocks):
        is_alike = before.html[:3] == block.html[:3] in ("<bl", "<ol", "<ul")
        parts += (_APART if is_alike else "\n\n", block.markdown)
    return "".join(parts)


@dataclass(slots=True)
class List:
    """A list: ``start`` is the number of its first item, None for bullets."""

    start: int | None
    items: list[Sequence[Block]] = field(default_factory=list)

    def write(self) -> Block:
        """Return the list as a block: without ``<p>`` if CommonMark can write it without blank lines."""
        is_tight = all(map(_is_tight, self.items))
        gap = "\n" if is_tight else "\n\n"
        items, marked = [], []
        for number, item in enumerate(self.items, start=self.start or 0):
            bullet = "-" if self.start is None else f"{number}."
            text = "\n".join(block.markdown for block in item) if is_tight else join_markdown(item)
            marked.append(f"{bullet} {_indent(text, len(bullet) + 1)}")
            items.append(f"<li>{join_html(item, bare=is_tight)}</li>")
        tag = "ul" if self.start is None else "ol"
        start = f' start="{self.start}"' if self.start not in (None, 1) else ""
        blocks = [block for item in self.items for block in item]
        return Block(f"<{tag}{start}>{''.join(items)}</{tag}>", gap.join(marked), *collect(blocks))


class OpenList:
    """A list that is being read. Where the numbers of its items leap, it becomes several lists."""

    def __init__(self, start: int | None):
        self.number = start
        self.lists: list[List] = []

    def add_item(self, blocks: Sequence[Block], value: int | None = None) -> None:
        """Add an item, which may give its own number; one without content counts, and is left out."""
        if self.number is not None and value is not None:
            self.number = value
        if blocks:
            last = self.lists[-1] if self.lists else None
            if last is None or (last.start is not None and last.start + len(last.items) != self.number):
                self.lists.append(last := List(self.number and min(self.number, _LARGEST)))
            last.items.append(blocks)
        if self.number is not None:
            self.number += 1

    def add_stray(self, blocks: Sequence[Block]) -> None:
        """Add what stands in the list, but in no item: it belongs to the item before."""
        if blocks and self.lists:
            self.lists[-1].items[-1] = [*self.lists[-1].items[-1], *blocks]
        elif blocks:
            self.add_item(blocks)


def collect(blocks: Iterable[Block]) -> tuple[list[str], list[str]]:
    """Return the texts and the lines of some blocks."""
    texts: list[str] = []
    lines: list[str] = []
    for block in blocks:
        texts += block.texts
        lines += block.lines
    return texts, lines


def join_html(blocks: Iterable[Block], bare: bool = False) -> str:
    """Return the HTML of blocks inside another; with ``bare``, paragraphs without their tags."""
    written = [block.html for block in blocks]
    if bare:
        written = [html[3:-4] if html.startswith("<p>") else html for html in written]
    return "".join(written)


def _is_tight(item: Sequence[Block]) -> bool:
    """Whether Markdown needs no blank line in an item."""
    if len(item) < 2:
        return not item[0].html.startswith("<table><caption>")  # it is a paragraph of its own
    # After a paragraph, no list but these may follow at once.
    return len(item) == 2 and bool(_PARAGRAPH.match(item[0].html)) and item[1].html.startswith(("<ul>", "<ol>"))


def _escape_start(line: str) -> str:
    found = _AT_START.match(line)
    if found is None:
        return line
    number = found[1] or ""
    return f"{number}\\{line[len(number) :]}"


def _indent(text: str, width: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else line for line in rest)])
