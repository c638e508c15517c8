"""Crawl any one section of the site."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, cast

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider

from sassspider import urls
from sassspider.arguments import parse_arguments
from sassspider.clock import now, today
from sassspider.errors import CrawlClosingError, FailedPage, classify_failure, classify_redirect
from sassspider.extensions.archive import ArchiveExtension
from sassspider.frontier import Frontier, Target
from sassspider.items import Article
from sassspider.links import find_article_ids, find_section_links
from sassspider.loaders import ArticleLoader
from sassspider.page import DamagedPageError, check_list_page, make_page
from sassspider.running import count, engine_of, is_crawl, stats_of, wait_until_idle
from sassspider.scheduler import TARGET

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from sassspider.scheduler import BestFirstScheduler


class SectionSpider(Spider):
    """Articles of one section of the Sichuan Academy of Social Sciences' English site, en.sass.cn.

    ``scrapy crawl --help`` prints its arguments (``arguments.HELP``). The list page's body has never been seen, so
    links are found on a page of any shape: see ``links`` and ``frontier``.
    """

    name = "section"
    custom_settings = {"SCHEDULER": "sassspider.scheduler.BestFirstScheduler"}  # noqa: RUF012 - as Scrapy has it
    handle_httpstatus_list = (HTTPStatus.NOT_MODIFIED,)
    section_id: str | None = None

    def __init__(self, **given: str):
        super().__init__()
        self.arguments = parse_arguments(given, self.section_id)
        if self.section_id is None:
            self.name = f"{self.name}-{self.arguments.section}"
        self.frontier = Frontier(self.arguments)
        self.list_answered = asyncio.Event()
        self.fetched_ids: set[int] = set()  # of article pages, read or damaged
        self.unread: set[Target] = set()  # fetched or failed, but not read to the end
        self.failed_pages: list[FailedPage] = []
        self.has_sound_page = self.is_finished = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_error, signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield the list page and the newest archived article, then what the archive lacks or wants refreshed."""
        self.crawler.signals.connect(self.spider_idle, signals.spider_idle)
        self.frontier = Frontier(self.arguments, self.archive.state, today())
        is_real = urls.is_same_site(self.arguments.site, urls.DEFAULT_SITE, self.settings.getdict("MIRRORS"))
        if is_real and not self.settings["CONTACT"]:
            self.logger.warning("CONTACT is not set: the user agent names no contact")
        for request in self.follow(self.frontier.enter()):
            yield request
        if self.frontier.state.is_complete:
            async for request in self.follow_newest():
                yield request
        await self.list_answered.wait()  # what is new comes first
        last_seen = await self.archive.find_last_seen() if self.arguments.mode == "refresh" else {}
        self.scheduler.holds_retries = True
        for target in self.frontier.refresh_and_retry(last_seen):
            if not self.frontier.is_newest_first:
                await wait_until_idle(self.crawler)
            yield self.make_request(target, await self.archive.find_validators(target.article_id))
        self.scheduler.holds_retries = False

    async def parse_list(self, response: Response) -> AsyncIterator[Request]:
        """Yield requests for the links of a list page or a fallback page; raise DamagedPageError."""
        target, arguments = self.find_target(response), self.arguments
        url = urls.rebase(response.url, arguments.site)
        self.unread.add(target)
        try:
            ids, lists = find_section_links(response.body, url, arguments.site, arguments.section)
            for request in self.follow(self.frontier.select_listed(target.url, ids, lists)):
                yield request
        finally:
            self.list_answered.set()
        if self.frontier.accept_redirect(target.url, url):
            check_list_page(response.body)
            if not (ids or lists):
                raise DamagedPageError("no link of it leads to the section")
            self.has_sound_page = True
            self.unread.discard(target)
        else:
            self._add_failed(classify_redirect(target, url))

    async def parse_article(self, response: Response) -> AsyncIterator[Request | Article]:
        """Yield requests for the links of an article's page, then the article; raise DamagedPageError."""
        target = self.find_target(response)
        article_id = target.article_id
        self.fetched_ids.add(article_id)
        if response.status == HTTPStatus.NOT_MODIFIED:
            self.has_sound_page = True
            await self.archive.mark_unchanged(article_id)
            return
        self.unread.add(target)
        site, section = self.arguments.site, self.arguments.section
        url = urls.rebase(response.url, site)
        linked_ids = frozenset(find_article_ids(response.body, url, site, section))
        for request in self.follow(self.frontier.select(linked_ids)):  # a damaged page still has links
            yield request
        page = replace(make_page(response, now()), url=url, linked_ids=linked_ids, only_if_changed=target.for_links)
        article = ArticleLoader(response=page).load_item()
        self.unread.discard(target)
        self.has_sound_page = True
        self.frontier.record_article(article.id, article.date_published)
        yield article

    async def handle_error(self, failure: Failure) -> AsyncIterator[Request]:
        """Log and count a request that failed; yield a request for the next newest article, if it was for its links."""
        request: Request = failure.request  # type: ignore[attr-defined]
        target: Target = request.meta[TARGET]
        assert failure.value is not None
        if isinstance(failure.value, CrawlClosingError):
            return
        failed = classify_failure(target, failure.value, self.frontier.state)
        self._add_failed(failed)
        self.frontier.record_failure(target.article_id, failed.kind == "absent")
        if target.article_id:
            count(self.crawler, f"articles/{failed.kind}")
        else:
            self.list_answered.set()
        if target.for_links:
            async for newest in self.follow_newest():
                yield newest

    def spider_idle(self) -> None:
        """Try a fallback page, or end the crawl, when no request is in progress."""
        if self.is_finished:
            return
        if requests := self._find_more_requests():
            for request in requests:
                engine_of(self.crawler).crawl(request)
            raise DontCloseSpider
        self.is_finished = True
        if self.frontier.is_list_given_up:
            count(self.crawler, "crawl/list_given_up")
        if self.has_sound_page and self._has_way_in:
            not_found = {page.target.article_id for page in self.failed_pages if page.kind in ("absent", "missing")}
            self.archive.finish(not_found - {0}, self._has_whole_list())  # 0 is a list page's
        elif not self._has_way_in:
            count(self.crawler, "crawl/no_way_in")
            self.logger.error(
                "No page of %s links to an article of section %s. If you know one, name it: -a start=%s",
                self.arguments.site,
                self.arguments.section,
                urls.article_url(self.arguments.site, self.arguments.section, 5542),
            )

    def closed(self, reason: str) -> None:
        """Leave the ids of articles that were not read to the next run."""
        if is_crawl(self.crawler):
            self.archive.add_known_ids({target.article_id for target in self.unread if target.article_id})

    def item_error(self, response: Response) -> None:
        """Count an article on which a pipeline broke."""
        count(self.crawler, "articles/pipeline_errors")
        self.unread.add(self.find_target(response))

    def follow(self, targets: Iterable[Target]) -> Iterator[Request]:
        """Yield a request for each target."""
        for target in targets:
            yield self.make_request(target)

    async def follow_newest(self) -> AsyncIterator[Request]:
        """Yield a conditional request for the newest archived article, for its links."""
        for target in self.frontier.newest_article():
            yield self.make_request(target, await self.archive.find_validators(target.article_id))

    def make_request(self, target: Target, validators: dict[str, str] | None = None) -> Request:
        """Return the request for a target, conditional if it has ``validators``."""
        return Request(
            target.url,
            self.parse_article if target.article_id else self.parse_list,
            errback=self.handle_error,
            priority=target.priority,
            headers=validators,
            meta={TARGET: target},
        )

    def find_target(self, response: Response) -> Target:
        """Return what was requested; of a response from ``scrapy parse``, what its URL names."""
        if target := response.meta.get(TARGET):
            return cast("Target", target)
        url = urls.canonical_article_url(urls.rebase(response.url, self.arguments.site))
        return Target(url, 0, urls.article_id(url) or 0)

    @property
    def archive(self) -> ArchiveExtension:
        """The open archive."""
        archive = self.crawler.get_extension(ArchiveExtension)
        assert archive is not None
        return archive

    @property
    def scheduler(self) -> BestFirstScheduler:
        """The scheduler of the crawl."""
        return cast("BestFirstScheduler", engine_of(self.crawler).scheduler)

    @property
    def _has_way_in(self) -> bool:
        """Whether a page has led to an article of the section."""
        return bool(self.fetched_ids or self.frontier.listed_ids)

    def _add_failed(self, failed: FailedPage) -> None:
        self.logger.log(failed.level, "%s", failed.message)
        self.failed_pages.append(failed)
        if failed.kind == "absent":
            self.unread.discard(failed.target)
        else:
            self.unread.add(failed.target)

    def _find_more_requests(self) -> list[Request]:
        """Return what to request when no request is in progress; nothing at the end of the crawl."""
        if request := self.scheduler.release_failed():
            return [request]
        lacks_proof = not (self.frontier.listed_ids and self.fetched_ids)  # that the site is well
        if lacks_proof and not self.frontier.has_requested_newest and (newest := list(self.frontier.newest_article())):
            return list(self.follow(newest))
        if not self._has_way_in and self.frontier.fallback_urls:
            return [self.make_request(Target(self.frontier.fallback_urls.popleft(), 0))]
        return list(self.follow(self.frontier.follow_later_lists()))

    def _has_whole_list(self) -> bool:
        """Return whether every list page was read; one that is not found counts only if the run has new articles."""
        lacks_list = any(page.kind == "absent" and not page.target.article_id for page in self.failed_pages)
        is_new = lacks_list and bool(stats_of(self.crawler).get_value("archive/new"))
        has_unread = any(not target.article_id for target in self.unread)
        return not (has_unread or self.frontier.is_list_given_up or is_new)
