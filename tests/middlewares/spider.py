"""A spider that requests some pages of a site, to test the middlewares without archive and frontier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import count
from types import SimpleNamespace
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from sassspider.errors import describe_error
from sassspider.middlewares.damaged_page import DamagedPageMiddleware
from sassspider.page import parse_xml
from tests import in_process, mocksite

BARE = {
    "SPIDER_MODULES": [],
    "EXTENSIONS": {},
    "ITEM_PIPELINES": {},
    "SPIDERMON_ENABLED": False,
    "QUARANTINE_DIR": "/dev/null/none",
}


class Cutter:
    """Cuts these pages off, each time elsewhere."""

    def __init__(self, ids: Iterable[int]):
        self.paths = {f"/103002/{one}.aspx" for one in ids}
        self.times = count(1)

    def __call__(self, request: mocksite.Request, response: mocksite.Response) -> mocksite.Response | None:
        if request.target not in self.paths:
            return None
        return response._replace(body=response.body[: -100 - next(self.times)])


class PagesSpider(Spider):
    """Requests ``urls`` in this order; ``sound`` are those that were parsed, ``failed`` has the reasons of others."""

    name = "pages"
    last: PagesSpider

    def __init__(self, site: str, urls: Iterable[str]):
        super().__init__()
        self.arguments = SimpleNamespace(site=site)
        self.urls = [f"{site}{url}" if url.startswith("/") else url for url in urls]
        self.sound: list[str] = []
        self.failed: dict[str, str] = {}
        PagesSpider.last = self

    async def start(self) -> AsyncIterator[Any]:
        for number, url in enumerate(self.urls):
            yield Request(url, errback=self.handle_error, priority=-number)

    def parse(self, response: Response) -> Any:
        parse_xml(response.body)
        self.sound.append(response.url)
        yield {"url": response.url}

    def handle_error(self, failure: Failure) -> None:
        error: Any = failure.value
        told = f"HTTP status {error.response.status}" if isinstance(error, HttpError) else describe_error(error)
        self.failed[failure.request.url] = f"{type(error).__name__}: {told}"  # type: ignore[attr-defined]


def request(folder: Any, site: str, urls: Iterable[str], **settings: Any) -> tuple[PagesSpider, in_process.Run]:
    """Request pages of a site; return the spider and the run."""
    run = in_process.crawl(folder, site, spider=PagesSpider, settings={**BARE, **settings}, urls=urls)  # type: ignore[arg-type]
    spider = PagesSpider.last
    middleware = spider.crawler.get_spider_middleware(DamagedPageMiddleware)
    assert middleware is not None
    spider.failed |= middleware.damaged_pages
    return spider, run
