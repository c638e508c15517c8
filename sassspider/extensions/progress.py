"""Shows a person at a terminal how far the crawl is; for a log file there is nothing."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from rich.progress import Progress
    from scrapy.crawler import Crawler
    from scrapy.http import Response


def is_shown(wanted: bool) -> bool:
    """Whether a live display suits: it was not refused, and someone looks (https://no-color.org for NO_COLOR)."""
    return wanted and sys.stderr.isatty() and not os.environ.get("NO_COLOR")


class CrawlProgress:
    """One line on stderr, below the log, unless ``PROGRESS_ENABLED`` is off or stderr is no terminal."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.moved: list[logging.StreamHandler[Any]] = []
        self.display: Progress | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        walked = getattr(crawler.spider, "walk", None) is not None
        if not walked or not is_shown(crawler.settings.getbool("PROGRESS_ENABLED")):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.response_received, signals.response_received)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Start the display, and let the log be written above it."""
        # Imported here: rich is slow to import, and most runs have no terminal.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(), BarColumn(bar_width=24), MofNCompleteColumn(),
            TextColumn("articles {task.fields[facts]}", markup=False),  # an address may look like markup
            TimeElapsedColumn(),
        )  # fmt: skip
        plain = sys.stderr
        self.display = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4)
        self.display.start()
        self.task = self.display.add_task("crawl", total=None, facts="")
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is plain:
                handler.setStream(sys.stderr)  # what rich has put in its place
                self.moved.append(handler)

    def response_received(self, response: Response) -> None:
        """Show where the crawl is."""
        if self.display is None:
            return
        spider, stats = self.crawler.spider, self.crawler.stats
        assert stats is not None
        elapsed = self.display.tasks[0].elapsed or 1
        done = getattr(spider, "fetched", 0)
        facts = (
            f"{done / elapsed:.1f}/s, {stats.get_value('downloader/request_count', 0)} requests, "
            f"{stats.get_value('retry/count', 0)} retries, {stats.get_value('articles/damaged', 0)} damaged, "
            f"{response.url}"
        )
        total = len(getattr(spider, "walk").named)  # noqa: B009 - only spiders that walk have a display
        self.display.update(self.task, completed=done, total=max(total, done), facts=facts)

    def spider_closed(self) -> None:
        """Take the display away and give the log its stream back."""
        if self.display is not None:
            self.display.stop()
        for handler in self.moved:
            handler.setStream(sys.stderr)
