"""Show a person at a terminal how far the crawl is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.terminal import is_terminal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ProgressBar:
    """A line on stderr: articles done and total, rate, time left.

    Absent if stderr is no terminal, or the log goes there. ``NO_COLOR`` takes its colour (https://no-color.org).
    """

    def __init__(self, crawler: Crawler):
        from rich.console import Console  # slow to import, and most crawls show no bar
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.crawler = crawler
        rate = TextColumn("articles, {task.fields[rate]:.1f}/s,")
        columns = (BarColumn(bar_width=20), MofNCompleteColumn(), rate, TimeRemainingColumn(), TextColumn("left"))
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4)
        self.task = self.bar.add_task("crawl", total=None, rate=0.0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not (crawler.settings["LOG_FILE"] and is_terminal() and hasattr(crawler.spider, "arguments")):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.bar.start, signals.spider_opened)
        crawler.signals.connect(progress.response_received, signals.response_received)
        crawler.signals.connect(progress.bar.stop, signals.spider_closed)
        return progress

    def response_received(self) -> None:
        """Update the bar with the articles that were fetched, and those that the spider knows of so far."""
        spider = self.crawler.spider
        done, known = spider.fetched, len(spider.frontier.requested_ids)  # type: ignore[union-attr]
        rate = done / (self.bar.tasks[0].elapsed or 1)
        self.bar.update(self.task, completed=done, total=max(done, known), rate=rate)
