"""Keeps the archive open while a spider runs, and records the run in it.

Every spider imports this module, and ``scrapy list`` every spider: what needs SQLAlchemy is imported where it is used.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cached_property, partial
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.archive import ArchiveError
from sassspider.clock import now
from sassspider.sites import site_key

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from sassspider.archive.archive import Archive
    from sassspider.archive.records import SaveResult, ScrapedPage, SectionSummary
    from sassspider.arguments import Arguments
    from sassspider.items import Article
    from sassspider.report import RunReport

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class ArchiveKeeper:
    """The open archive (``ARCHIVE_URL``) of a spider that has ``arguments``; others go without.

    What is written during the crawl is written in a thread of its own: the event loop never waits for the disk.
    """

    def __init__(self, archive: Archive, arguments: Arguments, crawler: Crawler):
        from sassspider.archive.writer import ArticleWriter
        from sassspider.reparse import reparse_page

        self.archive = archive
        self.crawler = crawler
        self.arguments = arguments
        self.site = site_key(arguments.site, crawler.settings.getdict("MIRRORS"))
        self.known = archive.read.known(self.site, arguments.section)
        self.articles = ArticleWriter(archive.engine, self.site, arguments.section, reparse_page)
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self.timeout = crawler.settings.getfloat("ARCHIVE_TIMEOUT")
        self.waiting: list[tuple[ScrapedPage, asyncio.Future[SaveResult]]] = []
        self.is_saving = False
        self.run_id = 0
        self.changed_ids: list[int] = []
        self.removed_ids: list[int] = []
        self.error: ArchiveError | None = None
        self.failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        arguments: Arguments | None = getattr(crawler.spider, "arguments", None)
        if arguments is None:
            raise NotConfigured
        from sassspider.archive.archive import Archive

        keeper = cls(Archive.open(crawler.settings["ARCHIVE_URL"]), arguments, crawler)
        crawler.signals.connect(keeper.spider_opened, signals.spider_opened)
        return keeper

    def spider_opened(self) -> None:
        """Note that a run starts."""
        from sassspider.archive.removals import RemovalTracker

        assert self.crawler.spider is not None
        own = self.arguments
        try:
            name, job = self.crawler.spider.name, own.job or os.environ.get("SCRAPY_JOB")
            self.run_id = self.archive.begin_run(self.site, own.section, name, own.mode, now(), job)
        except ArchiveError as error:
            self.fail(error)
        self.removals = RemovalTracker(self.archive.engine, self.site, own.section, self.run_id)

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of the archive in the archive's thread; raises ArchiveError."""
        work = partial(self._try, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)

    async def save(self, scraped: ScrapedPage) -> SaveResult:
        """Archive an article, in one transaction with those that came while the last was made; raises ArchiveError."""
        saved: asyncio.Future[SaveResult] = asyncio.get_running_loop().create_future()
        self.waiting.append((scraped, saved))
        if not self.is_saving:
            self.is_saving = True
            self.saving = asyncio.ensure_future(self._save_waiting())
        return await saved

    async def _save_waiting(self) -> None:
        while self.waiting:
            waiting, self.waiting = self.waiting, []
            try:
                done = await self.call(self.articles.save_all, [scraped for scraped, _ in waiting])
            except Exception as error:  # whatever it is, those who wait must hear of it
                for _, saved in waiting:
                    saved.set_exception(error)
            else:
                for (_, saved), one in zip(waiting, done, strict=True):
                    saved.set_result(one)
        self.is_saving = False

    def _try(self, work: Callable[[], T]) -> T:
        """Do it with patience, but once that was in vain, not each time anew: the crawl is ending."""
        from sassspider.archive.engine import retry_transient

        if self.error is not None:
            raise self.error
        try:
            return retry_transient(work, self.timeout)
        except ArchiveError as error:
            self.error = error
            raise

    def note_lacking(self, article_ids: Collection[int]) -> None:
        """The walk was led to these in vain: they are for the next run, which may not be led there."""
        try:
            self._try(partial(self.removals.add_known_ids, article_ids))
        except ArchiveError as error:
            if not self.failed:
                logger.error("What this run lacks could not be noted: %s", error)

    def finish_walk(self, knows_all: bool) -> None:
        """The walk is over; it ``knows_all`` that there is unless a list page could not be read."""
        own = self.arguments
        try:
            if own.mode == "refresh" and own.is_whole:
                for article_id in self._try(self.removals.confirm_removals):
                    logger.info("Article %d is removed: the site has it no more", article_id)
                    self._count("archive/removed")
                    self.removed_ids.append(article_id)
            if own.is_whole and knows_all:
                self._try(partial(self.archive.mark_complete, self.site, own.section, now()))
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

    def read_asked_for(self, keep_duplicates: bool) -> Iterator[Article]:
        """The archived articles that the arguments ask for; the newest first where only so many are wanted."""
        from sassspider.archive.reader import Selection

        own = self.arguments
        selection = Selection(
            self.site,
            own.section,
            since=own.since.isoformat() if own.since else None,
            until=own.until.isoformat() if own.until else None,
            duplicates=keep_duplicates,
        )
        return self.archive.read.articles(selection, newest_first=own.limit is not None)

    def find_gaps(self) -> frozenset[int]:
        """Ids that the section names and the archive, after this run, still lacks; none where not all were wanted."""
        if not self.arguments.is_whole or self.failed:
            return frozenset()
        return self.standing.missing_ids if self.standing else frozenset()

    @cached_property
    def standing(self) -> SectionSummary | None:
        """How the section stands when the spider has closed, read once for all who judge; None if it can't be read."""
        try:
            return self.archive.read.summary(self.site, self.arguments.section)
        except ArchiveError:
            return None

    def end_run(self, report: RunReport) -> None:
        """Note how the run ended, and close the archive."""
        self.worker.shutdown()
        try:
            reasons = "; ".join((report.outcome.label, *report.outcome.reasons))
            self.archive.end_run(self.run_id, self.site, report.ended_at, reasons, asdict(report))
        except ArchiveError as error:
            if not self.failed:
                logger.error("The run's end could not be noted: %s", error)
        self.archive.close()

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
