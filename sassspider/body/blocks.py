"""Blocks in their three forms: paragraphs, and quotations and lists of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from sassspider.body.line import Piece, write_line

_LARGEST = 999_999_999  # the largest number of an item that CommonMark takes

_APART = "\n\n<!-- -->\n\n"  # between two blocks that Markdown would read as one
# What begins a heading, a list or a quotation, or is a rule or the underline of a heading or a table's head.
_AT_START = re.compile(r"(\d{1,9})[.)](?: |$)|#{1,6}(?: |$)|[-+](?: |$)|>|=+$|[-|:][-|: ]*$")
_CLOSING_MARKS = re.compile(r"(^|\s)(#+)$")  # of a heading
_PARAGRAPH = re.compile("<(?:p|h[1-6])>")


class Paragraph(NamedTuple):
    """A paragraph, or a row of a table, as text and as Markdown in one line: a table's cell has no room for blocks."""

    text: str
    line: str


class Block(NamedTuple):
    """A block as HTML and as Markdown, and the paragraphs in it."""

    html: str
    markdown: str
    paragraphs: Sequence[Paragraph] = ()


RULE = Block("<hr>", "***")


def write_paragraph(pieces: Sequence[Piece], level: int = 0) -> Block:
    """Return a paragraph, or a heading of ``level`` 1 to 6."""
    html, text, markdown = write_line(pieces)
    line = markdown.replace("\n", "<br>")
    if level:
        marked = _CLOSING_MARKS.sub(r"\1\\\2", line)
        return Block(f"<h{level}>{html}</h{level}>", f"{'#' * level} {marked}", [Paragraph(text, line)])
    return Block(f"<p>{html}</p>", "\\\n".join(map(_escape_start, markdown.split("\n"))), [Paragraph(text, line)])


def write_quotation(blocks: Sequence[Block]) -> Block:
    """Return a quotation."""
    lines = (f"> {line}" if line else ">" for line in join_markdown(blocks).split("\n"))
    return Block(f"<blockquote>{join_html(blocks)}</blockquote>", "\n".join(lines), collect(blocks))


def join_markdown(blocks: Sequence[Block]) -> str:
    """Return the Markdown of some blocks."""
    parts = [block.markdown for block in blocks[:1]]
    for before, block in pairwise(blocks):
        is_alike = before.html[:3] == block.html[:3] in ("<bl", "<ol", "<ul")
        parts += (_APART if is_alike else "\n\n", block.markdown)
    return "".join(parts)


class OpenList:
    """A list that is being read: ``number`` is that of its next item, None for bullets; ``step`` leads to the next."""

    def __init__(self, number: int | None, step: int = 1):
        self.number = number
        self.step = step
        self.before: list[Block] = []  # what stands in the list before its items, and has no bullet on the page
        self.items: list[tuple[int | None, list[Block]]] = []

    def add_item(self, blocks: list[Block], value: int | None = None) -> None:
        """Add an item, which may give its own number; one without content counts, and is left out."""
        if self.number is not None and value is not None:
            self.number = value
        if blocks:
            self.items.append((self.number, blocks))
        if self.number is not None:
            self.number = max(self.number + self.step, 0)  # CommonMark has no number below zero

    def add_stray(self, blocks: list[Block]) -> None:
        """Add what stands in the list, but in no item: it belongs to the item before."""
        (self.items[-1][1] if self.items else self.before).extend(blocks)

    def write(self) -> Iterator[Block]:
        """Yield the list. Where the numbers of its items leap, it becomes several lists."""
        first = [number if number is None else number - place for place, (number, _) in enumerate(self.items)]
        for _, run in groupby(zip(first, self.items, strict=True), key=itemgetter(0)):
            items = [item for _, item in run]
            yield _write_list(items[0][0], [blocks for _, blocks in items])


def _write_list(start: int | None, items: Sequence[Sequence[Block]]) -> Block:
    """Return a list: without ``<p>`` if CommonMark can write it without blank lines."""
    is_tight = all(map(_is_tight, items))
    html, markdown = [], []
    for number, item in enumerate(items, start=min(start or 0, _LARGEST)):
        bullet = "-" if start is None else f"{number}."
        text = "\n".join(block.markdown for block in item) if is_tight else join_markdown(item)
        markdown.append(f"{bullet} {_indent(text, len(bullet) + 1)}")
        html.append(f"<li>{join_html(item, bare=is_tight)}</li>")
    tag = "ul" if start is None else "ol"
    opening = tag if start in (None, 1) else f'ol start="{min(start, _LARGEST)}"'
    paragraphs = collect([block for item in items for block in item])
    return Block(f"<{opening}>{''.join(html)}</{tag}>", ("\n" if is_tight else "\n\n").join(markdown), paragraphs)


def collect(blocks: Iterable[Block]) -> list[Paragraph]:
    """Return the paragraphs of some blocks."""
    return [paragraph for block in blocks for paragraph in block.paragraphs]


def join_html(blocks: Iterable[Block], bare: bool = False) -> str:
    """Return the HTML of blocks inside another; with ``bare``, paragraphs without their tags."""
    written = [block.html for block in blocks]
    if bare:
        written = [html[3:-4] if html.startswith("<p>") else html for html in written]
    return "".join(written)


def _is_tight(item: Sequence[Block]) -> bool:
    """Return whether Markdown needs no blank line in an item."""
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
