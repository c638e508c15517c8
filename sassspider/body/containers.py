"""Lists and tables while they are read: what becomes of their items, numbers and spans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from sassspider.body.blocks import Block, Cell, ListBlock, Table
from sassspider.page import DamagedPageError

MAX_CELLS = 100_000  # of a table, each counted once for every column and row that it spans
_LARGEST = 999_999_999  # the largest number of an item that CommonMark takes
_WIDEST = 1_000  # columns that one cell spans at most (WHATWG HTML, 4.9.11)
_INTEGER = re.compile(r"[ \t\r\n\f]*+\+?([0-9]++)")


def read_count(attributes: Mapping[str, str | None], name: str) -> int | None:
    """Return the whole number that an attribute begins with (its first nine digits), as HTML reads it, or None."""
    found = _INTEGER.match(attributes.get(name) or "")
    return int(found[1][:9]) if found else None


@dataclass(slots=True)
class OpenList:
    """A list that is being read. Where the numbers of its items leap, it becomes several lists."""

    is_ordered: bool
    number: int = 1
    lists: list[ListBlock] = field(default_factory=list)

    def add_item(self, blocks: list[Block], value: int | None = None) -> None:
        """Add an item, which may give its own number; one without content counts, and is left out."""
        if self.is_ordered and value is not None:
            self.number = value
        if blocks:
            last = self.lists[-1] if self.lists else None
            if last is None or (last.start is not None and last.start + len(last.parts) != self.number):
                self.lists.append(last := ListBlock(min(self.number, _LARGEST) if self.is_ordered else None))
            last.parts.append(blocks)
        self.number += 1

    def add_stray(self, blocks: list[Block]) -> None:
        """Add what stands in the list, but in no item: it belongs to the item before."""
        if blocks and self.lists:
            self.lists[-1].parts[-1].extend(blocks)
        elif blocks:
            self.add_item(blocks)


@dataclass(slots=True)
class OpenTable:
    """A table that is being read: rows by the group that they stand in."""

    caption: list[Block] = field(default_factory=list)
    group: str = "tbody"
    groups: dict[str, list[list[Cell]]] = field(default_factory=lambda: {"thead": [], "tbody": [], "tfoot": []})

    def add_row(self) -> None:
        """Begin a row."""
        self.groups[self.group].append([])

    def add_cell(self, cell: Cell) -> None:
        """Add a cell to the last row."""
        if not self.groups[self.group]:
            self.add_row()
        self.groups[self.group][-1].append(cell)

    def finish(self) -> list[Block]:
        """Return the table; what its cells hold, if it is but layout: of one column, without a header."""
        rows = [row for group in self.groups.values() for row in group if row]
        cells = [cell for row in rows for cell in row]
        if not any(cell.blocks for cell in cells):
            return self.caption
        columns = lay_out(rows)
        if columns == 1 and not any(cell.is_head for cell in cells):
            return [*self.caption, *(block for cell in cells for block in cell.blocks)]
        return [Table(self.caption, rows, columns)]


def lay_out(rows: list[list[Cell]]) -> int:
    """Set the column and the spans of each cell; return the number of columns in which a cell begins.

    Spans end where the table ends. Raises DamagedPageError for a table of more than ``MAX_CELLS`` cells.
    """
    widest = min(2 * max(map(len, rows)), _WIDEST)
    taken_until: dict[int, int] = {}  # column → the row in which no cell from above reaches into it
    spanned = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while taken_until.get(column, 0) > number:
                column += 1
                _refuse_cells(spanned := spanned + 1)
            cell.column, cell.colspan = column, min(cell.colspan, widest)
            left = len(rows) - number
            cell.rowspan = min(cell.rowspan or left, left)
            _refuse_cells(spanned := spanned + cell.colspan)
            if cell.rowspan > 1:
                taken_until |= dict.fromkeys(range(column, column + cell.colspan), number + cell.rowspan)
            column += cell.colspan
    starts = sorted({cell.column for row in rows for cell in row})
    _refuse_cells(len(starts) * len(rows))
    for row in rows:
        for cell in row:
            first = bisect_left(starts, cell.column)
            cell.colspan = bisect_left(starts, cell.column + cell.colspan) - first
            cell.column = first
    return len(starts)


def _refuse_cells(count: int) -> None:
    if count > MAX_CELLS:
        raise DamagedPageError(f"a table in its body has more than {MAX_CELLS:,} cells")
