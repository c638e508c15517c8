"""Output of commands: tables, JSON, a progress bar.

rich is imported where it is used: every command imports this module, and most use neither table nor bar.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING

from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    from rich.console import Console

_LEAST_WIDTH = 80  # of a table with headers: the terminal breaks its lines better than columns of two letters


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def make_console() -> Console:
    """Return a console on standard output that prints text as it is."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def print_table(rows: Iterable[Sequence[object]], *headers: str) -> None:
    """Print a table without lines, with or without headers; numbers stand at the right, nothing stands for None.

    Control characters are escaped.
    """
    from rich.table import Table

    cells = list(rows)
    table = Table(box=None, padding=(0, 2), collapse_padding=True, header_style="", show_header=bool(headers))
    for header, values in zip_longest(headers, zip(*cells, strict=True), fillvalue=""):
        is_number = all(isinstance(one, int | None) for one in values)
        table.add_column(header, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in cells:
        table.add_row(*map(_show_cell, row))
    console = make_console()
    console.width = max(console.width, _LEAST_WIDTH if headers else 0)
    console.print(table)


def _show_cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if type(value) is int else escape_control_characters(str(value))


def is_terminal() -> bool:
    """Return whether somebody sees stderr; it is None if it was closed."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def progress(label: str, total: int, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Show on stderr, if that is a terminal, how much of ``total`` is done; yield the function to call with how much.

    The bar goes when the work is over.
    """
    if not (shown and is_terminal()):
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)
