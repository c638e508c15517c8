"""Walks any one section of the site."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider import sites, urls
from sassspider.arguments import parse_arguments
from sassspider.clock import now, today
from sassspider.extensions.patience import LAST_TRY, CrawlEnding, has_second_chance
from sassspider.items import Article, Observation, RejectedPage
from sassspider.page import DamagedPageError
from sassspider.resilience.words import explain_error
from sassspider.spiders.answers import find_list_damage, read_article, read_page
from sassspider.spiders.base import ArchivingSpider
from sassspider.urls import Link
from sassspider.validation import find_problems
from sassspider.walking.backlog import Backlog
from sassspider.walking.failures import explain_no_way_in
from sassspider.walking.quota import Quota
from sassspider.walking.walk import Step, Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python import failure as twisted

NOT_MODIFIED = 304


class SectionSpider(ArchivingSpider):
    """Articles of one section of the Sichuan Academy of Social Sciences' English site.

    Domain
      en.sass.cn
    Spider arguments
      site
        Base URL of the site; default ``http://en.sass.cn``.
      section
        Id of the section to walk, as in the site's URLs. Required here, fixed in ``commentary``.
      since, until
        Only articles published from or up to this day (``YYYY-MM-DD``, inclusive). ``since`` ends the walk early.
      limit
        So many articles, the newest.
      start
        URL of any article of the section: a way in when the list page is missing.
      mode
        ``update`` (default): fetch what the archive lacks. ``refresh``: also ask again for what it has, to find
        edits and removals.
      recheck
        In ``update``, ask again for articles published in the last so many days.
      emit
        What goes to the feeds: ``all`` (default) that the archive has, fetched in this run or not; or only what is
        ``new`` or changed.
    Caveats
      The list page's body has never been seen: any shape is taken. See ``walk``.
    """

    name = "section"
    section_id: str | None = None

    def __init__(self, **given: str):
        super().__init__()
        self.arguments = parse_arguments(given, self.section_id)
        self.walk = Walk(self.arguments)
        self.backlog = Backlog()
        self.ways_in = deque(self.walk.ways_in())
        self.allowed_domains = [sites.host(self.arguments.site)]
        self.quota = Quota(self.arguments.limit)
        self.fetched = 0
        self.is_over = False
        if self.section_id is None:
            self.name = f"{self.name}-{self.arguments.section}"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_scheduler_empty, signals.scheduler_empty)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_scraped, signals.item_scraped)
        crawler.signals.connect(spider.on_dropped, signals.item_dropped)
        crawler.signals.connect(spider.on_error, signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Enter by the list page, by the article that the user named, and by what the archive knows."""
        known = self.keeper.known
        abreast = self.settings.getint("CONCURRENT_REQUESTS") > 1
        self.walk = Walk(self.arguments, known, today(), abreast)
        self.quota = Quota(self.arguments.limit, known.archived)
        if not self.settings["CONTACT"] and not sites.is_loopback(self.arguments.site):
            self.logger.warning("The site can't tell whom to ask about this crawl: set CONTACT to a mail address")
        self.backlog.push(self.walk.first_steps())
        if step := self.backlog.pop(self.walk.wants):
            yield self._request(step)

    def on_scheduler_empty(self) -> None:
        """Scrapy could make a request: give it the most urgent one."""
        engine = self.crawler.engine
        assert engine is not None
        if step := self.backlog.pop(self.walk.wants):
            engine.crawl(self._request(step))

    def parse_list(self, response: Response) -> None:
        """A list page, or another way in: only its links count."""
        step: Step = response.meta["step"]
        page = read_page(response, self.arguments.site)
        steps: list[Step] = []
        damage = find_list_damage(page, step.link)
        if damage and self.bear(response, page, damage):
            return
        try:
            steps = self.walk.read_list_page(page.url, page.body)
        except DamagedPageError as error:
            damage = str(error)
        if damage:
            self.failures.unread_lists += 1
            self.logger.warning("%s, a way into the section, is not whole: %s", step.link.url, damage)
        self.backlog.push(steps)

    def parse_article(self, response: Response) -> Iterator[Article | RejectedPage | Observation]:
        """An article's page: the article, or the page refused, and the links to more."""
        self.fetched += 1
        step: Step = response.meta["step"]
        if response.status == NOT_MODIFIED:
            yield Observation(step.link.id, now(), present=True)
            return
        page = read_page(response, self.arguments.site)
        article, names, steps = None, frozenset[int](), list[Step]()
        try:
            names, steps = self.walk.read_article_page(page.url, page.body)
            article = read_article(page, step.link)
            damage = "; ".join(find_problems(article))
        except DamagedPageError as error:
            damage = str(error)
        if damage and self.bear(response, page, damage):
            pass  # what it led to is good all the same
        elif article is None:
            yield RejectedPage(replace(page, url=step.link.url), damage)
        else:
            article.names, article.probe = names, step.probe
            yield from self._admit(article, step)
        self.backlog.push(steps)

    def _admit(self, article: Article, step: Step) -> Iterator[Article | Observation]:
        """Let an article through if it was asked for; of one that was not, note the date: it need not be read again."""
        day = article.date_published
        if day:
            self.walk.see_date(article.id, day)
        if day and not step.known and not self.arguments.admits(day):
            self.count("articles/outside_dates")
            yield Observation(article.id, article.fetched_at, present=True, day=day)
        elif step.known or self.quota.admit():
            yield article

    def on_scraped(self, item: object) -> None:
        """An article passed all pipelines."""
        if isinstance(item, Article) and self.quota.accept(item):
            self.walk.stop()

    def on_dropped(self, item: object) -> None:
        """A pipeline dropped an article."""
        if isinstance(item, Article):
            self.quota.refuse(item)

    def on_error(self) -> None:
        """A pipeline broke on an article."""
        self.count("articles/pipeline_errors")

    def on_idle(self) -> None:
        """Nothing is left to ask for: try another way in, or end the walk and complete the feeds."""
        if self.is_over:
            return
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
            self.keeper.finish_walk(knows_all=not self.failures.unread_lists)
        else:
            self.count("walk/no_way_in")
            self.logger.error(explain_no_way_in(self.arguments))
        if self.arguments.emit == "all" and self.settings.getdict("FEEDS"):
            self.count("walk/local_requests")
            self.ask(self._request_archived())

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
            self.backlog.push(self.walk.next_probe())

    def _request(self, step: Step, is_last_try: bool = False) -> Request:
        callback = self.parse_article if step.link.kind == "article" else self.parse_list
        meta = {"step": step, "handle_httpstatus_list": [NOT_MODIFIED] if step.known else []}
        if is_last_try:
            meta |= {LAST_TRY: True, "max_retry_times": 1}
        return Request(step.link.url, callback, errback=self.on_failure, priority=step.priority, meta=meta)

    def _request_archived(self) -> Request:
        """Asks nobody for anything: Scrapy takes items only from answers, and these come when all others have."""
        return Request(urls.NOWHERE, self.parse_archived)

    def parse_archived(self, _response: Response) -> Iterator[Article]:
        """The articles that were asked for and that this run had no need to fetch."""
        articles = self.keeper.read_asked_for(self.settings.getbool("KEEP_DUPLICATES"))
        others = (article for article in articles if article.id not in self.quota.emitted)
        yield from islice(others, self.quota.left)
