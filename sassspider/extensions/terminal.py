"""Show a crawl on a terminal: a progress bar, warnings and the report; keep control characters out of the log."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from sassspider.clock import now
from sassspider.files import make_folder
from sassspider.printable import PrintableFilter
from sassspider.running import is_crawl
from sassspider.terminal import is_terminal

_REPORT_LOGGER = "sassspider.extensions.report"


class LogSanitizer:
    """Add a PrintableFilter to every handler of the root logger: it escapes control characters and hides passwords."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        sanitizer = cls()
        sanitizer.add_filters()  # Scrapy is about to log the settings
        crawler.signals.connect(sanitizer.add_filters, signals.engine_started)  # Scrapy has replaced its handler by now
        return sanitizer

    def add_filters(self) -> None:
        """Add the filter where it is missing."""
        for handler in logging.root.handlers:
            if not any(isinstance(one, PrintableFilter) for one in handler.filters):
                handler.addFilter(PrintableFilter())


class ProgressBar:
    """A line on stderr: articles done and total, rate, time left.

    Not configured if stderr is not a terminal, or if the log goes there. ``NO_COLOR`` takes its colour (https://no-color.org).
    """

    def __init__(self, crawler: Crawler):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.crawler = crawler
        rate = TextColumn("articles, {task.fields[rate]:.1f}/s,")
        columns = (BarColumn(bar_width=20), MofNCompleteColumn(), rate, TimeRemainingColumn(), TextColumn("left"))
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4)
        self.task = self.bar.add_task("crawl", total=None, rate=0.0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not (crawler.settings["LOG_FILE"] and is_terminal() and is_crawl(crawler)):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.bar.start, signals.spider_opened)
        crawler.signals.connect(progress.response_received, signals.response_received)
        crawler.signals.connect(progress.bar.stop, signals.spider_closed)
        return progress

    def response_received(self) -> None:
        """Update the bar with the articles that were fetched, and those that the spider knows of so far."""
        spider: Any = self.crawler.spider
        done, known = len(spider.fetched_ids), len(spider.frontier.planned_ids)
        known = min(known, spider.arguments.limit or known)
        rate = done / (self.bar.tasks[0].elapsed or 1)
        self.bar.update(self.task, completed=done, total=max(done, known), rate=rate)


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

    It stays if stderr is not a terminal, if the user chose a log file or level, and if the file can't be made.
    """
    is_chosen = settings["LOG_FILE"] or (settings.getpriority("LOG_LEVEL") or 0) > SETTINGS_PRIORITIES["project"]
    if not is_terminal() or is_chosen or not settings.getbool("LOG_ENABLED") or not settings["RUNS_DIR"]:
        return None
    path = Path(settings["RUNS_DIR"]) / f"{now().replace(':', '')}-{spider}.log"
    try:
        make_folder(path.parent)
        path.touch()
    except OSError:
        return None
    settings.set("LOG_FILE", str(path), priority="cmdline")
    return path
