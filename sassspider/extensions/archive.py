"""Open the archive while a spider runs, and record the run in it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any, ParamSpec, Self, TypeVar, get_args

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import retry_transient
from sassspider.archive.reader import SectionSummary, Selection
from sassspider.archive.section import SaveResult, SectionWriter
from sassspider.archive.writer import Change
from sassspider.arguments import Arguments
from sassspider.clock import now
from sassspider.errors import FailedPage
from sassspider.items import Article
from sassspider.page import Page
from sassspider.running import close_spider, count, is_crawl, stats_of
from sassspider.urls import site_key

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class ArchiveExtension:
    """The open archive (``ARCHIVE_URL``) of a spider that crawls a section; not configured for others.

    ``state`` is what the archive knew of the section when the run started. During the crawl a thread of its own reads
    and writes: the event loop never waits for the disk. If the archive fails, the crawl ends: its work would be lost.
    """

    saved: asyncio.Future[dict[int, SaveResult]]  # by the last transaction

    def __init__(self, archive: Archive, arguments: Arguments, crawler: Crawler):
        self.archive = archive
        self.crawler = crawler
        self.arguments = arguments
        self.site = site_key(arguments.site, crawler.settings.getdict("MIRRORS"))
        self.state = archive.read.section_state(self.site, arguments.section)
        self.writer = SectionWriter(archive.engine, self.site, arguments.section)
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self.timeout = crawler.settings.getfloat("ARCHIVE_TIMEOUT")
        self.waiting: dict[int, tuple[Article, Page]] = {}
        self.saving = asyncio.Lock()
        self.error: ArchiveError | None = None  # raised by each later call, too
        self.failed = False  # the crawl ends
        self.changed_ids: list[int] = []
        self.removed_ids: list[int] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not is_crawl(crawler):
            raise NotConfigured
        spider: Any = crawler.spider
        extension = cls(Archive.open(crawler.settings["ARCHIVE_URL"]), spider.arguments, crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Record that the run starts."""
        assert self.crawler.spider is not None
        job = self.arguments.job or os.environ.get("SCRAPY_JOB")
        try:
            self.writer.begin_run(self.crawler.spider.name, self.arguments.mode, now(), job)
        except ArchiveError as error:
            self.fail(error)

    async def save(self, article: Article, page: Page) -> SaveResult:
        """Save an article and its page, in one transaction with those that wait too; raise ArchiveError."""
        waiting = self.waiting
        waiting[article.id] = article, page
        async with self.saving:  # in turn: ``saved`` is the result of the transaction with this article
            if waiting is self.waiting:
                self.waiting = {}
                self.saved = asyncio.ensure_future(self._call(self.writer.save_all, list(waiting.values())))
            return (await self.saved)[article.id]

    async def find_validators(self, article_id: int) -> dict[str, str]:
        """Return the headers of a conditional request (RFC 9110, 13.1) for an article; empty if it is not archived."""
        return await self._call_or_fail(self.archive.read.validators, self.site, article_id) or {}

    async def find_last_seen(self) -> dict[int, str]:
        """Return when the site last served each archived article."""
        return await self._call_or_fail(self.archive.read.last_seen, self.site) or {}

    async def mark_unchanged(self, article_id: int) -> None:
        """Record that the site served an archived article as unchanged (304)."""
        if change := await self._call_or_fail(self.writer.mark_unchanged, article_id, now()):
            count(self.crawler, f"archive/{change}")

    async def add_known_date(self, article_id: int, day: str) -> None:
        """Record the date of an article that was read, but is not of the requested dates."""
        await self._call_or_fail(self.writer.add_known_date, article_id, day)

    def add_known_ids(self, article_ids: Collection[int]) -> None:
        """Record that these articles exist, for the next run."""
        try:
            self._retry(self.writer.add_known_ids, article_ids)
        except ArchiveError as error:
            if not self.failed:
                logger.error("The ids of articles that this run did not get could not be saved: %s", error)

    def finish(self, not_found_ids: set[int], has_whole_list: bool) -> None:
        """Record the end of a crawl in which nothing was left to request.

        ``has_whole_list``: every list page was read, so that the next run's first one shows all that is new.
        ``not_found_ids`` were answered with 404: in a second run, that means that an article is removed.
        """
        own = self.arguments
        try:
            self._mark_not_found(not_found_ids)
            if own.is_whole and has_whole_list:
                self._retry(self.writer.mark_complete, now())
        except ArchiveError as error:
            self.fail(error)

    def _mark_not_found(self, not_found_ids: set[int]) -> None:
        """Mark articles that were not found, unless they are most of the section, or the run found none: a fault."""
        present = self.state.archived_ids - self.state.removed_ids
        absent = not_found_ids & present
        found_any = any(stats_of(self.crawler).get_value(f"archive/{change}") for change in get_args(Change))
        most = self.crawler.settings.getfloat("REMOVAL_MAX_SHARE") * len(present if found_any else absent)
        has_fault = len(absent) > most
        if has_fault:
            message = (
                "%d of %d archived articles were not found%s: none is marked as removed. "
                "If they are, crawl once or twice with -s REMOVAL_MAX_SHARE=1"
            )
            logger.error(message, len(absent), len(present), "" if found_any else ", and no article was found")
            stats_of(self.crawler).set_value("archive/not_found", len(absent))
        for article_id in sorted(not_found_ids - absent if has_fault else not_found_ids):
            if self._retry(self.writer.mark_not_found, article_id, now()):
                self._count_removed(article_id)
        if self.arguments.mode == "refresh" and self.arguments.is_whole and not has_fault:
            for article_id in self._retry(self.writer.confirm_removals):
                self._count_removed(article_id)

    def fail(self, error: ArchiveError) -> None:
        """Log once that the archive failed, and end the crawl."""
        count(self.crawler, "archive/failed")
        if not self.failed:
            self.failed = True
            logger.error("The archive failed: %s", error)
            close_spider(self.crawler, "archive failed")

    def read_articles(self, keep_duplicates: bool) -> Iterator[Article]:
        """Yield the archived articles of the requested dates, newest first if ``limit`` is given.

        With ``emit=new`` only those that runs got which were killed or failed: they are in no feed.
        """
        own = self.arguments
        unfinished_since = None
        if own.emit == "new":
            unfinished_since = self.archive.read.unfinished_since(self.site, own.section, self.writer.run_id)
            if unfinished_since is None:
                return iter(())
        since, until = (day.isoformat() if day else None for day in (own.since, own.until))
        selection = Selection(
            self.site, own.section, since, until, duplicates=keep_duplicates, revised_since=unfinished_since
        )
        return self.archive.read.articles(selection, newest_first=own.limit is not None)

    @property
    def missing_ids(self) -> frozenset[int]:
        """Ids that pages of the section link to and that are not archived; none if only a part was requested."""
        if not self.arguments.is_whole or self.failed or self.summary is None:
            return frozenset()
        return self.summary.missing_ids

    @cached_property
    def summary(self) -> SectionSummary | None:
        """The section when the spider has closed, without articles that are forbidden; None if it can't be read."""
        if self.is_away:
            return None
        try:
            found = self.archive.read.summary(self.site, self.arguments.section)
        except ArchiveError:
            return None
        failed_pages: Sequence[FailedPage] = getattr(self.crawler.spider, "failed_pages", ())
        forbidden_ids = {one.target.article_id for one in failed_pages if one.kind == "forbidden"}
        return found._replace(missing_ids=found.missing_ids - forbidden_ids)

    def end_run(self, outcome: str, report: Mapping[str, Any]) -> None:
        """Record how the run ended, and close the archive."""
        self.executor.shutdown()
        try:
            if not self.is_away:
                self.writer.end_run(outcome, report)
        except ArchiveError as error:
            if not self.failed:
                logger.error("The end of the run could not be saved: %s", error)
        self.archive.close()

    @property
    def is_away(self) -> bool:
        """Whether the database's server stayed away until ARCHIVE_TIMEOUT: it is not asked again."""
        return self.error is not None and self.error.is_transient

    async def _call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in the archive's thread; raise ArchiveError."""
        work = partial(self._retry, function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.executor, work)

    async def _call_or_fail(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Call a function in the archive's thread; return None if the archive fails."""
        try:
            return await self._call(function, *args, **kwargs)
        except ArchiveError as error:
            self.fail(error)
            return None

    def _retry(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function; wait for a database that is away, but not after a signal, nor a second time."""
        if self.error is not None:
            raise self.error
        try:
            return retry_transient(partial(function, *args, **kwargs), self.timeout, lambda: not self.crawler.crawling)
        except ArchiveError as error:
            self.error = error
            raise

    def _count_removed(self, article_id: int) -> None:
        logger.info("Article %d is removed: the site no longer has it", article_id)
        count(self.crawler, "archive/removed")
        self.removed_ids.append(article_id)
