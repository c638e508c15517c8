"""The Markdown of a body: CommonMark 0.31, tables as GitHub writes them, inline HTML where there is no mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from sassspider.body.blocks import (
    Block,
    Cell,
    ListBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
)
from sassspider.body.markdown_line import write_line
from sassspider.page import refuse_excess

_APART = "\n\n<!-- -->\n\n"  # between two blocks that would be read as one
# What begins a heading, a list or a quotation, or is a rule or the underline of a heading or a table's head.
_AT_START = re.compile(r"(\d{1,9})[.)](?: |$)|#{1,6}(?: |$)|[-+](?: |$)|>|=+$|[-|:][-|: ]*$")
_CLOSING_MARKS = re.compile(r"(^|\s)(#+)$")  # of a heading


def write_markdown(blocks: Sequence[Block]) -> str:
    """Return the Markdown of some blocks, which renders as their HTML does; a table's first row is its head.

    Raises DamagedPageError if it is longer than any article's.
    """
    parts = [_WRITERS[type(block)](block) for block in blocks[:1]]
    for before, block in pairwise(blocks):
        parts += (_APART if _are_alike(before, block) else "\n\n", _WRITERS[type(block)](block))
    refuse_excess(characters=sum(map(len, parts)))  # on each level: each makes its lines longer
    return "".join(parts)


def _are_alike(one: Block, other: Block) -> bool:
    if isinstance(one, ListBlock) and isinstance(other, ListBlock):
        return (one.start is None) == (other.start is None)
    return isinstance(one, Quote) and isinstance(other, Quote)


def _write_paragraph(block: Paragraph) -> str:
    if not block.level:
        return "\n".join(map(_escape_start, write_line(block.pieces, "\\\n").split("\n")))
    line = _CLOSING_MARKS.sub(r"\1\\\2", write_line(block.pieces, "<br>"))
    return f"{'#' * block.level} {line}"


def _escape_start(line: str) -> str:
    found = _AT_START.match(line)
    if found is None:
        return line
    number = found[1] or ""
    return f"{number}\\{line[len(number) :]}"


def _write_quote(block: Quote) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in write_markdown(block.blocks).split("\n"))


def _write_list(block: ListBlock) -> str:
    is_tight = block.is_tight()
    gap = "\n" if is_tight else "\n\n"
    items = []
    for number, item in enumerate(block.items, start=block.start or 0):
        bullet = "-" if block.start is None else f"{number}."
        text = gap.join(map(write_markdown, [[one] for one in item])) if is_tight else write_markdown(item)
        items.append(f"{bullet} {_indent(text, len(bullet) + 1)}")
    return gap.join(items)


def _indent(text: str, width: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else line for line in rest)])


def _write_table(block: Table) -> str:
    caption = f"{write_markdown(block.caption)}\n\n" if block.caption else ""
    rows = [_write_row(row, block.columns) for row in block.rows]
    return caption + "\n".join([rows[0], f"|{' --- |' * block.columns}", *rows[1:]])


def _write_row(row: Sequence[Cell], columns: int) -> str:
    cells = [""] * columns
    for cell in row:
        cells[cell.column] = "<br>".join(_write_lines(cell.blocks)).replace("|", "\\|")
    return f"|{''.join(f' {cell} |' if cell else ' |' for cell in cells)}"


def _write_lines(blocks: Sequence[Block]) -> list[str]:
    """Write what a cell holds as lines: a table has no room for blocks."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(write_line(block.pieces, "<br>"))
        elif isinstance(block, Quote):
            lines += _write_lines(block.blocks)
        elif isinstance(block, ListBlock):
            lines += (line for item in block.items for line in _write_lines(item))
        elif isinstance(block, Table):
            lines += _write_lines(block.caption)
            lines += (" ".join(line for cell in row for line in _write_lines(cell.blocks)) for row in block.rows)
    return lines


_WRITERS: dict[type[Block], Callable[[Any], str]] = {
    ListBlock: _write_list,
    Paragraph: _write_paragraph,
    Quote: _write_quote,
    Rule: lambda block: "***",
    Table: _write_table,
}
