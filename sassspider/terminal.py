"""What a person at a terminal sees of a crawl's log: warnings, errors, the report, and Scrapy's notice after Ctrl-C."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES

from sassspider.clock import now

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_REPORT_LOGGER = "sassspider.extensions.report"


class TerminalHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """A handler for stderr: of a crawl with ``--quiet`` only the notice, for its log is on stderr already."""

    def __init__(self, quiet: bool):
        super().__init__(sys.stderr)
        self.quiet = quiet

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to show a record."""
        if record.name == "scrapy.crawler" and str(record.msg).startswith("Received"):
            shown = True
        else:
            shown = not self.quiet and (record.levelno >= logging.WARNING or record.name == _REPORT_LOGGER)
        return shown and bool(super().filter(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the message, with its level if it is a warning or an error."""
        text = super().format(record)
        return f"{record.levelname}: {text}" if record.levelno >= logging.WARNING else text


def redirect_log(settings: BaseSettings, spider: str) -> Path | None:
    """Have Scrapy log to a file in ``RUNS_DIR``; return its path, or None where the log stays on stderr.

    It stays if stderr is no terminal, if the user chose a log file or level, and if the file can't be made.
    """
    is_chosen = settings["LOG_FILE"] or (settings.getpriority("LOG_LEVEL") or 0) > SETTINGS_PRIORITIES["project"]
    if not sys.stderr.isatty() or is_chosen or not settings.getbool("LOG_ENABLED") or not settings["RUNS_DIR"]:
        return None
    path = Path(settings["RUNS_DIR"]) / f"{now().replace(':', '')}-{spider}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError:
        return None
    settings.set("LOG_FILE", str(path), priority="cmdline")
    return path
