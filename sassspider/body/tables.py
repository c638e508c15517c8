"""Tables while they are read and when they are whole; in Markdown as GitHub writes them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sassspider.body.blocks import Block, Paragraph, collect, join_html, join_markdown
from sassspider.page import refuse_excess

MAX_CELLS = 100_000  # of a table, each counted once for every column and row that it spans


@dataclass(slots=True)
class Cell:
    """A cell of a table, ``column`` counted from 0 among the columns in which a cell begins."""

    blocks: Sequence[Block]
    is_head: bool = False
    colspan: int = 1
    rowspan: int = 1
    column: int = 0

    def write_html(self) -> str:
        """Return the cell as HTML. A single paragraph has no ``<p>``."""
        tag = "th" if self.is_head else "td"
        spans = {"colspan": self.colspan, "rowspan": self.rowspan}
        attributes = "".join(f' {name}="{span}"' for name, span in spans.items() if span > 1)
        return f"<{tag}{attributes}>{join_html(self.blocks, bare=len(self.blocks) == 1)}</{tag}>"


class OpenTable:
    """A table that is being read: rows by the group that they stand in."""

    def __init__(self) -> None:
        self.caption: list[Block] = []
        self.group = "tbody"
        self.groups: dict[str, list[list[Cell]]] = {"thead": [], "tbody": [], "tfoot": []}

    def add_row(self) -> None:
        """Begin a row."""
        self.groups[self.group].append([])

    def add_cell(self, cell: Cell) -> None:
        """Add a cell to the last row: a browser puts each cell into one."""
        self.groups[self.group][-1].append(cell)

    def write(self) -> list[Block]:
        """Return the table, or what its cells hold if it is layout: without a header, and one column is filled."""
        rows = [row for group in self.groups.values() for row in group if row]
        cells = [cell for row in rows for cell in row]
        if not any(cell.blocks for cell in cells):
            return self.caption
        columns = lay_out(rows)
        if len({cell.column for cell in cells if cell.blocks}) == 1 and not any(cell.is_head for cell in cells):
            return [*self.caption, *(block for cell in cells for block in cell.blocks)]
        return [_write_table(self.caption, rows, columns)]


def lay_out(rows: list[list[Cell]]) -> int:
    """Set the column and the spans of each cell; return the number of columns in which a cell begins.

    Spans end where the table ends. Raises DamagedPageError for a table of more than ``MAX_CELLS`` cells.
    """
    widest = 2 * max(map(len, rows))
    taken: set[tuple[int, int]] = set()  # rows and columns into which a cell from above reaches
    places = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            left = len(rows) - number
            cell.column, cell.colspan, cell.rowspan = column, min(cell.colspan, widest), min(cell.rowspan or left, left)
            refuse_excess(places := places + cell.colspan * cell.rowspan, MAX_CELLS, "cells", "a table in its body")
            column += cell.colspan
            below = range(number + 1, number + cell.rowspan)
            taken.update((one, other) for one in below for other in range(cell.column, column))
    starts = sorted({cell.column for row in rows for cell in row})
    refuse_excess(len(starts) * len(rows), MAX_CELLS, "cells", "a table in its body")
    for row in rows:
        for cell in row:
            first = bisect_left(starts, cell.column)
            cell.colspan = bisect_left(starts, cell.column + cell.colspan) - first
            cell.column = first
    return len(starts)


def _write_table(caption: Sequence[Block], rows: Sequence[Sequence[Cell]], columns: int) -> Block:
    """Return a table; in Markdown its first row is its head."""
    above = f"<caption>{join_html(caption, bare=len(caption) == 1)}</caption>" if caption else ""
    written = "".join(f"<tr>{''.join(cell.write_html() for cell in row)}</tr>" for row in rows)
    paragraphs, marked = collect(caption), []
    for row in rows:
        columns_of_row, held = [""] * columns, []
        for cell in row:
            held += (inside := collect(cell.blocks))
            columns_of_row[cell.column] = "<br>".join([one.line for one in inside]).replace("|", "\\|")
        marked.append(f"|{''.join(f' {cell} |' if cell else ' |' for cell in columns_of_row)}")
        if held:
            text = " ".join(one.text for one in held if one.text)
            paragraphs.append(Paragraph(text, " ".join(one.line for one in held)))
    marked.insert(1, f"|{' --- |' * columns}")
    below = "\n".join(marked)
    markdown = f"{join_markdown(caption)}\n\n{below}" if caption else below
    return Block(f"<table>{above}<tbody>{written}</tbody></table>", markdown, paragraphs)
