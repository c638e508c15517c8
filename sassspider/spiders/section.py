"""Walks any one section of the site."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider import urls
from sassspider.arguments import parse_arguments
from sassspider.items import Article, RejectedPage
from sassspider.loaders import ArticleLoader
from sassspider.middlewares.wanted import NoLongerWanted
from sassspider.page import DamagedPageError, Page
from sassspider.urls import Link
from sassspider.walk import Step, Walk

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class SectionSpider(Spider):
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
    Caveats
      The list page's body has never been seen: any shape is taken. See ``walk``.
    """

    name = "section"
    section_id: str | None = None

    def __init__(self, **given: str):
        super().__init__()
        self.arguments = parse_arguments(given, self.section_id)
        self.walk = Walk(self.arguments)
        self.ways_in = deque(self.walk.ways_in())
        self.allowed_domains = [urls.host(self.arguments.site)]
        self.fetched = self.admitted = self.accepted = 0
        if self.section_id is None:
            self.name = f"{self.name}-{self.arguments.section}"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_scraped, signals.item_scraped)
        crawler.signals.connect(spider.on_dropped, signals.item_dropped)
        crawler.signals.connect(spider.on_error, signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Enter by the list page, and by the article that the user named."""
        for request in self._requests(self.walk.first_steps()):
            yield request

    def parse_list(self, response: Response) -> Iterator[Request]:
        """A list page, or another way in: only its links count."""
        yield from self._requests(self.walk.read_list_page(response.url, response.body))

    def parse_article(self, response: Response) -> Iterator[Article | RejectedPage | Request]:
        """An article's page: the article, or the page refused, and the links to more."""
        self.fetched += 1
        page = _read_page(response)
        try:
            article = ArticleLoader(page).load_article()
        except DamagedPageError as error:
            yield RejectedPage(page, str(error))
        else:
            yield from self._admit(article)
        yield from self._requests(self.walk.read_article_page(response.url, response.body))

    def _admit(self, article: Article) -> Iterator[Article]:
        day, limit = article.date_published, self.arguments.limit
        if day:
            self.walk.see_date(article.id, day)
            if not self.arguments.admits(day):
                self._count("articles/outside_dates")
                return
        if limit is None or self.admitted < limit:
            self.admitted += 1
            yield article

    def on_scraped(self) -> None:
        """An article passed all pipelines."""
        self.accepted += 1
        if self.accepted == self.arguments.limit:
            self.walk.stop()

    def on_dropped(self, item: object) -> None:
        """A pipeline refused an article: its place under the limit is free again."""
        if isinstance(item, Article):
            self.admitted -= 1

    def on_error(self) -> None:
        """A pipeline broke on an article."""
        self._count("articles/pipeline_errors")

    def on_idle(self) -> None:
        """Nothing is left to ask for: the walk is over, or it never began and another way in is tried."""
        if self.fetched:
            return
        if self.ways_in:
            self.crawler.engine.crawl(self._request(Step(Link("list", self.ways_in.popleft()), 0, None)))
            raise DontCloseSpider
        self._count("walk/no_way_in")
        site, section = self.arguments.site, self.arguments.section
        example = urls.article_url(site, section, 5542)
        self.logger.error(
            "No way into section %s of %s: its list, the sections above it and the home page lead to no article. "
            "If you know one, name it: -a start=%s", section, site, example,
        )  # fmt: skip

    def on_failure(self, failure: Failure) -> None:
        """A request came to nothing: one line, and a count that the exit code is made from."""
        step: Step = failure.request.meta["step"]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, NoLongerWanted):
            self._count("walk/no_longer_wanted")
            return
        status = error.response.status if isinstance(error, HttpError) else None
        what = f"HTTP status {status}" if status else failure.getErrorMessage()
        if step.link.kind == "article":
            self._count("articles/missing" if status in (404, 410) else "articles/failed")
            self.logger.error("%s could not be fetched: %s", step.link.url, what)
        else:
            self.logger.warning("%s, a way into the section, could not be fetched: %s", step.link.url, what)

    def _requests(self, steps: Iterable[Step]) -> Iterator[Request]:
        return map(self._request, steps)

    def _request(self, step: Step) -> Request:
        callback = self.parse_article if step.link.kind == "article" else self.parse_list
        return Request(step.link.url, callback, errback=self.on_failure, priority=step.priority, meta={"step": step})

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)


def _read_page(response: Response) -> Page:
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
