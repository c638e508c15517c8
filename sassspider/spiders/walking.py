"""Asks for what a walk wants, one step after another, until nothing is left."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider import sites, urls
from sassspider.arguments import Arguments
from sassspider.clock import now, today
from sassspider.extensions.patience import LAST_TRY, CrawlEnding, has_second_chance
from sassspider.items import Article, Observation, RejectedPage
from sassspider.resilience.words import explain_error
from sassspider.spiders.base import ArchivingSpider
from sassspider.urls import Link
from sassspider.walking.backlog import Backlog
from sassspider.walking.failures import explain_no_way_in
from sassspider.walking.quota import Quota
from sassspider.walking.walk import MOST_STEPS, Step, Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python import failure as twisted

NOT_MODIFIED = 304


class WalkingSpider(ArchivingSpider):
    """A spider that walks a section; what its pages say is for others to read.

    ``fetched`` counts the articles' pages that came, ``is_over`` says that the walk is,
    ``is_endless`` that it was told that the site leads on without end.
    """

    def __init__(self, arguments: Arguments) -> None:
        super().__init__()
        self.arguments = arguments
        self.walk = Walk(arguments)
        self.backlog = Backlog()
        self.quota = Quota(arguments.limit)
        self.ways_in = deque(self.walk.ways_in())
        self.fetched = 0
        self.is_over = self.is_endless = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_scheduler_empty, signals.scheduler_empty)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        return spider

    @abstractmethod
    def parse_list(self, response: Response) -> None:
        """A list page, or another way in."""

    @abstractmethod
    def parse_article(self, response: Response) -> Iterator[Article | RejectedPage | Observation]:
        """An article's page."""

    @abstractmethod
    def parse_archived(self, response: Response) -> Iterator[Article]:
        """The articles that were asked for and that this run had no need to fetch."""

    async def start(self) -> AsyncIterator[Request]:
        """Enter by the list page, by the article that the user named, and by what the archive knows."""
        known = self.keeper.known
        abreast = self.settings.getint("CONCURRENT_REQUESTS") > 1
        most = self.settings.getint("CLOSESPIDER_PAGECOUNT") or MOST_STEPS
        self.walk = Walk(self.arguments, known, today(), abreast, most)
        self.quota = Quota(self.arguments.limit, known.archived)
        if not self.settings["CONTACT"] and not sites.is_loopback(self.arguments.site):
            self.logger.warning("The site can't tell whom to ask about this crawl: set CONTACT to a mail address")
        self.take(self.walk.first_steps())
        if request := self._next_request():
            yield request

    def take(self, steps: Iterable[Step]) -> None:
        """Put steps to those that wait; say so, once, when the walk takes no more."""
        self.backlog.push(steps)
        if self.walk.is_full and not self.is_endless:
            self.is_endless = True
            self.count("walk/endless")
            self.logger.error("The site names more than %d pages: no more are taken in this run", self.walk.most)

    def on_scheduler_empty(self) -> None:
        """Scrapy could make a request: give it the most urgent one."""
        assert self.crawler.engine is not None
        if request := self._next_request():
            self.crawler.engine.crawl(request)

    def on_idle(self) -> None:
        """Nothing is under way: try another way in, or end the walk and complete the feeds."""
        if self.is_over:
            return
        self.quota.settle()
        if request := self._next_request():
            self.ask(request)
        for step in self.walk.last_resort():
            self.ask(self._request(step))
        is_inside = bool(self.fetched or self.walk.listed)
        if not is_inside and self.ways_in:
            self.ask(self._request(Step(Link("list", self.ways_in.popleft()), 0, None)))
        while self.failures.second_chances:
            step, _ = self.failures.second_chances.popleft()
            if self.walk.wants(step):
                self.ask(self._request(step, is_last_try=True))
        self.is_over = True
        if is_inside:
            knows_all = not self.failures.unread_lists and not self.walk.is_full
            self.keeper.note_lacking(self.failures.lacking)
            self.keeper.finish_walk(knows_all)
        else:
            self.count("walk/no_way_in")
            self.logger.error(explain_no_way_in(self.arguments))
        if self.arguments.emit == "all" and self.settings.getdict("FEEDS"):
            self.count("walk/local_requests")
            self.ask(self._request_archived())

    def closed(self, reason: str) -> None:
        super().closed(reason)
        self.keeper.note_lacking(self.failures.lacking)  # also of a walk that was not finished

    def on_failure(self, failure: twisted.Failure) -> Iterator[Observation]:
        """A request came to nothing: one line, a count for the exit code, and what follows from it."""
        request: Request = failure.request  # type: ignore[attr-defined]
        step: Step = request.meta["step"]
        error = failure.value
        assert error is not None
        if isinstance(error, CrawlEnding):
            return
        status = error.response.status if isinstance(error, HttpError) else None
        what = f"HTTP status {status}" if status else explain_error(error)
        may_pass = has_second_chance(request.meta)
        told = self.failures.take(step, status, what, may_pass)
        self.tell(told)
        if told.absent:
            yield Observation(step.link.id, now(), present=False)
        if step.probe and not may_pass:
            self.take(self.walk.next_probe())

    def _next_request(self) -> Request | None:
        """The request for the most urgent step; None if none waits, or enough articles are under way."""
        step = None if self.quota.is_spoken_for else self.backlog.pop(self.walk.wants)
        if step is None:
            return None
        if step.link.kind == "article" and not step.known:
            self.quota.asked += 1
        return self._request(step)

    def _request(self, step: Step, is_last_try: bool = False) -> Request:
        callback = self.parse_article if step.link.kind == "article" else self.parse_list
        meta = {"step": step, "handle_httpstatus_list": [NOT_MODIFIED] if step.known else []}
        if is_last_try:
            meta |= {LAST_TRY: True, "max_retry_times": 1}
        return Request(step.link.url, callback, errback=self.on_failure, priority=step.priority, meta=meta)

    def _request_archived(self) -> Request:
        """Asks nobody for anything: Scrapy takes items only from answers, and these come when all others have."""
        return Request(urls.NOWHERE, self.parse_archived)
