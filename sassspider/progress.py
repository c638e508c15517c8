"""A progress bar for a person who waits; nothing for a log file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


def _ignore(_count: int) -> None:
    """Nobody looks."""


@contextmanager
def progress(label: str, total: int, shown: bool = True) -> Iterator[Advance]:
    """Show on stderr, if that is a terminal, how much of ``total`` is done; gives the function to call with how much.

    The bar goes when the work is over.
    """
    if not (shown and sys.stderr.isatty()):
        yield _ignore
        return
    # Imported here, so that nobody who sees no bar waits for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)
