"""Downloader middleware: what failed for a passing reason is asked for again, after a while."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.misc import load_object

from sassspider.extensions.patience import Patience
from sassspider.middlewares.robots import is_robots
from sassspider.resilience.backoff import parse_retry_after
from sassspider.resilience.disguise import find_disguise
from sassspider.resilience.words import explain_error
from sassspider.urls import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

NOT_MODIFIED = 304
_BLOCKED = frozenset({401, 403, 407})  # no use in asking again soon, but all of them is a site that lets nobody in
_CONDITIONS = ("If-None-Match", "If-Modified-Since")


class RetryMiddleware:
    """Hands each outcome to ``Patience``. In the place of Scrapy's own, whose retries follow at once."""

    def __init__(self, crawler: Crawler, statuses: Iterable[int], exceptions: Iterable[type[Exception]]):
        self.crawler = crawler
        self.statuses = frozenset(statuses)
        self.exceptions = tuple(exceptions)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        statuses = map(int, settings.getlist("RETRY_HTTP_CODES"))
        return cls(crawler, statuses, map(load_object, settings.getlist("RETRY_EXCEPTIONS")))

    @property
    def patience(self) -> Patience:
        """The crawl's patience; extensions are made after middlewares."""
        patience = self.crawler.get_extension(Patience)
        assert patience is not None
        return patience

    async def process_request(self, request: Request) -> None:
        """Wait for the request's turn."""
        if is_robots(request) and not self._is_of_mirror(request):
            request.meta["max_retry_times"] = sys.maxsize  # nothing can be done without: as long as patience lasts
        if request.url != NOWHERE:
            await self.patience.wait(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the answer, or the request to make instead."""
        if request.url == NOWHERE or request.meta.get("dont_retry"):
            return response
        reason = self._find_failure(request, response)
        if reason is not None or response.status in _BLOCKED:
            self._heed(response)
        if response.status in _BLOCKED:
            self.patience.fail(request, f"HTTP status {response.status}")
        elif reason is None:
            self.patience.succeed()
        if reason is None:
            return response
        retry = self._again(request, reason)
        if retry is None and response.status == NOT_MODIFIED:
            raise IgnoreRequest(reason)  # the spider would take it for an answer
        return retry or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request to make instead of one without an answer."""
        if request.meta.get("dont_retry"):
            return None
        reason = explain_error(exception)
        if isinstance(exception, self.exceptions):
            retry = self._again(request, reason, kind=type(exception).__name__)
            return retry or self._drop(request, reason, exception)
        return self._drop(request, reason, exception)

    def _heed(self, response: Response) -> None:
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        wanted = parse_retry_after(header, datetime.now(UTC))
        if wanted is not None:
            self.patience.heed(wanted)

    def _again(self, request: Request, reason: str, kind: str | None = None) -> Request | None:
        if not self._is_of_mirror(request):
            self.patience.fail(request, reason)
        return self.patience.again(request, reason, kind)

    def _is_of_mirror(self, request: Request) -> bool:
        """Whether it asks for the robots.txt of a mirror: that fails alone, whatever the site itself does."""
        arguments = getattr(self.crawler.spider, "arguments", None)
        if arguments is None or not is_robots(request):
            return False
        asked: str = request.meta.get("redirect_urls", [request.url])[0]
        return bool(urlsplit(asked).netloc != urlsplit(arguments.site).netloc)

    @staticmethod
    def _drop(request: Request, reason: str, exception: Exception) -> None:
        if is_robots(request) and not isinstance(exception, IgnoreRequest):
            raise IgnoreRequest(reason) from exception  # of any other, Scrapy would log a traceback

    def _find_failure(self, request: Request, response: Response) -> str | None:
        if response.status in self.statuses:
            return f"HTTP status {response.status}"
        if response.status == NOT_MODIFIED and not any(name in request.headers for name in _CONDITIONS):
            return "HTTP status 304 (not modified), which was not asked for"
        if response.status == 200 and "step" in request.meta and (what := find_disguise(response.body)):
            return f"{what} in place of the page"
        return None
