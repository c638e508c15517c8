"""Keeps the archive open while a spider runs, and records the run in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError
from sassspider.archive.observation import ObservationWriter
from sassspider.archive.retry import retrying
from sassspider.archive.writer import ArticleWriter
from sassspider.clock import now
from sassspider.outcome import count_work, judge
from sassspider.urls import site_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from sassspider.arguments import Arguments

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class ArchiveKeeper:
    """The open archive (``ARCHIVE_URL``) of a spider that has ``arguments``; others go without.

    What is written during the crawl is written in a thread of its own: the event loop never waits for the disk.
    """

    def __init__(self, archive: Archive, arguments: Arguments, crawler: Crawler):
        self.archive = archive
        self.crawler = crawler
        self.arguments = arguments
        self.site = site_key(arguments.site, crawler.settings.getdict("MIRRORS"))
        self.known = archive.read.known(self.site, arguments.section)
        self.articles = ArticleWriter(archive.engine, self.site, arguments.section)
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self.failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        arguments: Arguments | None = getattr(crawler.spider, "arguments", None)
        if arguments is None:
            raise NotConfigured
        keeper = cls(Archive.open(crawler.settings["ARCHIVE_URL"]), arguments, crawler)
        crawler.signals.connect(keeper.spider_opened, signals.spider_opened)
        crawler.signals.connect(keeper.spider_closed, signals.spider_closed)
        return keeper

    def spider_opened(self) -> None:
        """Note that a run starts."""
        assert self.crawler.spider is not None
        own = self.arguments
        self.run_id = self.archive.begin_run(self.site, own.section, self.crawler.spider.name, own.mode, now())
        self.observations = ObservationWriter(self.archive.engine, self.site, own.section, self.run_id)

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that writes to the archive, in the archive's thread; raises ArchiveError."""
        work = partial(retrying, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    def finish_walk(self) -> None:
        """The whole walk is over: what was asked for has been answered."""
        own = self.arguments
        try:
            if own.mode == "refresh" and own.is_whole:
                for article_id in self.observations.confirm():
                    logger.info("Article %d is removed: the site has it no more", article_id)
                    self._count("archive/removed")
            if own.is_whole:
                self.archive.note_complete(self.site, own.section, now())
        except ArchiveError as error:
            self.fail(error)

    def fail(self, error: ArchiveError) -> None:
        """The archive can't be written: say so once and end the crawl, for its work would be lost."""
        self._count("archive/failed")
        if not self.failed:
            self.failed = True
            logger.error("The archive failed: %s", error)
            assert self.crawler.engine is not None
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="archive failed"))

    def spider_closed(self, reason: str) -> None:
        """Note how the run ended."""
        assert self.crawler.stats is not None
        stats = {**self.crawler.stats.get_stats(), "finish_reason": reason}
        outcome = judge(stats)
        try:
            word = "complete" if outcome.code == 0 else "; ".join(outcome.reasons)
            self.archive.end_run(self.run_id, self.site, now(), word, count_work(stats))
        except ArchiveError as error:
            if not self.failed:
                logger.error("The run's end could not be noted: %s", error)
                self._count("archive/failed")
        self.worker.shutdown()
        self.archive.close()

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
