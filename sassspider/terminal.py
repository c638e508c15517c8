"""What a person at a terminal sees: tables, a progress bar, and of a crawl's log the report, warnings and errors."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table
from scrapy.settings import SETTINGS_PRIORITIES

from sassspider.clock import now
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_REPORT_LOGGER = "sassspider.extensions.report"


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def make_console() -> Console:
    """Return a console on standard output that prints text as it is."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def make_table(rows: Iterable[Sequence[str]], *columns: Column | str) -> Table:
    """Return a table without lines, whose cells' control characters are escaped."""
    table = Table(*columns, box=None, padding=(0, 2), collapse_padding=True, header_style="")
    table.show_header = any(column.header for column in table.columns)
    for row in rows:
        table.add_row(*map(escape_control_characters, row))
    return table


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
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


class TerminalHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Show the report, warnings and errors; of a crawl with ``--quiet`` only Scrapy's notice after Ctrl-C."""

    def __init__(self, quiet: bool):
        super().__init__()
        self.quiet = quiet

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record to stderr as it is now: the progress bar replaces it."""
        is_notice = record.name == "scrapy.crawler" and str(record.msg).startswith("Received")
        is_shown = record.levelno >= logging.WARNING or record.name == _REPORT_LOGGER
        if is_notice or (is_shown and not self.quiet):
            self.stream = sys.stderr
            super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the message, with its level if it is a warning or an error."""
        text = super().format(record)
        return f"{record.levelname}: {text}" if record.levelno >= logging.WARNING else text


def redirect_log(settings: BaseSettings, spider: str) -> Path | None:
    """Have Scrapy log to a file in ``RUNS_DIR``; return its path, or None where the log stays on stderr.

    It stays if stderr is no terminal, if the user chose a log file or level, and if the file can't be made.
    """
    is_chosen = settings["LOG_FILE"] or (settings.getpriority("LOG_LEVEL") or 0) > SETTINGS_PRIORITIES["project"]
    if not is_terminal() or is_chosen or not settings.getbool("LOG_ENABLED") or not settings["RUNS_DIR"]:
        return None
    path = Path(settings["RUNS_DIR"]) / f"{now().replace(':', '')}-{spider}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        return None
    settings.set("LOG_FILE", str(path), priority="cmdline")
    return path
