"""Show a person at a terminal how far the crawl is."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from rich.progress import Progress
    from scrapy import Spider
    from scrapy.crawler import Crawler


class ProgressBar:
    """A line on stderr below the log: articles done and total, rate, time left.

    Absent if ``PROGRESS_ENABLED`` is off or stderr is no terminal. ``NO_COLOR`` takes its colour (https://no-color.org).
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.moved: list[logging.StreamHandler[Any]] = []
        self.bar: Progress | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        is_wanted = crawler.settings.getbool("PROGRESS_ENABLED") and sys.stderr.isatty()
        if not is_wanted or getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.response_received, signals.response_received)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Show the bar, and have the log written above it."""
        # Imported here: rich takes a tenth of a second, and most runs have no terminal.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        rate = TextColumn("articles, {task.fields[rate]:.1f}/s,")
        columns = (BarColumn(bar_width=20), MofNCompleteColumn(), rate, TimeRemainingColumn(), TextColumn("left"))
        stderr = sys.stderr
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4)
        self.bar.start()
        self.task = self.bar.add_task("crawl", total=None, rate=0.0)
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is stderr:
                handler.setStream(sys.stderr)  # rich has replaced it
                self.moved.append(handler)

    def response_received(self) -> None:
        """Update the bar."""
        if self.bar is None or self.crawler.spider is None:
            return
        done, total = count_articles(self.crawler.spider)
        rate = done / (self.bar.tasks[0].elapsed or 1)
        self.bar.update(self.task, completed=done, total=total, rate=rate)

    def spider_closed(self) -> None:
        """Remove the bar, and give the log its stream back."""
        if self.bar is not None:
            self.bar.stop()
        for handler in self.moved:
            handler.setStream(sys.stderr)


def count_articles(spider: Spider) -> tuple[int, int]:
    """Return how many articles the spider has fetched, and how many it knows of so far."""
    fetched, frontier = getattr(spider, "fetched", 0), getattr(spider, "frontier", None)
    return fetched, max(fetched, len(frontier.requested_ids) if frontier is not None else 0)
