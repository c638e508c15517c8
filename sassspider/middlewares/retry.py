"""Downloader middleware: retry failed requests, pause for a failing site, stop the crawl if it stays unavailable."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from sassspider.backoff import SiteBackoff, parse_retry_after
from sassspider.errors import NOT_FOUND, CrawlClosingError, describe_error
from sassspider.page import detect_soft_error
from sassspider.printable import truncate
from sassspider.running import close_spider, engine_of
from sassspider.urls import leaves_section, parse_article_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

SITE_UNAVAILABLE = "site_unavailable"  # finish reason
VALIDATORS = ("If-None-Match", "If-Modified-Since")
_SITE_CHECK = "site_check"  # meta key of the request that tells whether the site or some pages fail
_SLICE = 1.0  # seconds after which a waiting request looks whether the crawl is ending


def is_robots_request(request: Request) -> bool:
    """Return whether a request is RobotsTxtMiddleware's own for a robots.txt."""
    return bool(request.meta.get("dont_obey_robotstxt")) and requested_url(request).endswith("/robots.txt")


class RetryMiddleware(ScrapyRetryMiddleware):
    """Retry failed requests with exponential backoff; stop the crawl if the site stays unavailable.

    A page that fails is retried after all others, RETRY_TIMES times. Each failure pauses the whole site: RETRY_BACKOFF
    seconds, doubled up to RETRY_BACKOFF_MAX while different pages fail in a row; Retry-After may make it longer. The
    site is given up after RETRY_GIVE_UP_AFTER seconds without a sound response.
    """

    def __init__(self, crawler: Crawler):
        settings = crawler.settings
        super().__init__(settings)
        self.crawler = crawler
        self.site: str = getattr(getattr(crawler.spider, "arguments", None), "site", "")
        self.backoff = SiteBackoff(
            settings.getfloat("RETRY_BACKOFF"),
            settings.getfloat("RETRY_BACKOFF_MAX"),
            settings.getfloat("RETRY_GIVE_UP_AFTER"),
            monotonic(),
        )
        self.retry_after_max = settings.getfloat("RETRY_AFTER_MAX")
        self.sound_url = ""
        self.checking = asyncio.Lock()
        self.closing_at = float("inf")
        self.given_up = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        return middleware

    def spider_opened(self) -> None:
        """Start the clock of first contact and of CLOSESPIDER_TIMEOUT."""
        self.backoff.sound_at = monotonic()
        timeout = self.crawler.settings.getfloat("CLOSESPIDER_TIMEOUT")
        self.closing_at = monotonic() + timeout if timeout else float("inf")

    async def process_request(self, request: Request) -> None:
        """Wait while the site is paused; raise CrawlClosingError if the crawl ends meanwhile."""
        if request.meta.get(_SITE_CHECK):
            return
        if is_robots_request(request) and self._is_own(request):
            request.meta["max_retry_times"] = sys.maxsize  # no request without it: until the site is given up
            if not self.backoff.is_reachable:
                left = max(1.0, self.backoff.deadline - monotonic())
                request.meta["download_timeout"] = min(request.meta.get("download_timeout", left), left)
        while (wait := self.backoff.paused_until - monotonic()) > 0 and not self._is_closing():
            await asyncio.sleep(min(wait, _SLICE))
        if self._is_closing():
            raise CrawlClosingError(request.url)

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the response, or a retry request; raise IgnoreRequest for one that only looks like a page."""
        if request.meta.get("dont_retry"):
            return response
        self.backoff.is_reachable = self.backoff.is_reachable or self._is_own(request)
        is_page = response.status in (200, HTTPStatus.NOT_MODIFIED)
        reason = self._find_failure(request, response)
        if reason is None:
            if self._is_own(request):
                self.backoff.add_success(monotonic())
                self.sound_url = request.url if is_page and not is_robots_request(request) else self.sound_url
            return response
        is_elsewhere = self._is_elsewhere(request, response)
        if is_elsewhere:
            request.meta["max_retry_times"] = 1  # such a redirect is mostly meant, and takes two requests each time
        # Others are not worth a retry, but a site that answers so to everything is unavailable.
        is_final = response.status >= 400 and response.status not in self.retry_http_codes
        retry = await self._handle_failure(request, reason, _read_retry_after(response), is_final)
        is_moved_list = is_elsewhere and parse_article_url(requested_url(request)) is None  # its links are followed
        if retry is None and is_page and not is_moved_list:
            raise IgnoreRequest(reason)
        return retry or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """Return a retry request for a request without a response, None if there were enough."""
        if not isinstance(exception, self.exceptions_to_retry) or request.meta.get("dont_retry"):
            return None
        return await self._handle_failure(request, describe_error(exception))

    def retry(self, request: Request, reason: str, priority_adjust: int | None = None) -> Request | None:
        """Return the request to send again, to the address that was requested first; None if there were enough."""
        if self.given_up or self.crawler.spider is None:
            return None
        retry = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=reason,
            priority_adjust=priority_adjust,
            give_up_log_level=logging.DEBUG,
        )
        if retry is None:
            return None
        if redirected := retry.meta.pop("redirect_urls", None):
            retry = retry.replace(url=redirected[0])
            for key in ("redirect_times", "redirect_ttl", "redirect_reasons"):
                retry.meta.pop(key, None)
        return retry

    def close_spider(self, reason: str) -> None:
        """Give the site up for this run."""
        if self.given_up:
            return
        self.given_up = True
        hint = "The next run continues from here"
        if not self.backoff.was_sound:
            hint = f"Run scrapy doctor --site {self.site} to find out why"
        logger.error("%s is given up for this run: %s. %s", self.site, reason, hint)
        close_spider(self.crawler, SITE_UNAVAILABLE)

    async def _handle_failure(
        self, request: Request, reason: str, retry_after: float = 0.0, is_final: bool = False
    ) -> Request | None:
        """Pause the site, give it up if it is down, and return a retry request or None."""
        is_own = self._is_own(request)  # no other host is paused
        is_too_long = retry_after > (self.retry_after_max if is_own else 0)
        if is_own:
            self.backoff.add_failure(requested_url(request), request.meta.get("retry_times", 0) + 1, monotonic())
            if not is_too_long:
                self.backoff.pause(retry_after, monotonic())
            async with self.checking:  # pages that fail together ask once
                if self.backoff.is_suspect and await self._is_site_up():
                    self.backoff.add_success(monotonic())
            if is_too_long and (self.backoff.is_suspect or is_robots_request(request)):
                limit = f"RETRY_AFTER_MAX is {self.retry_after_max:.0f} s"
                self.close_spider(f"it asks to be left alone for {retry_after:.0f} s ({limit})")
            elif self.backoff.is_down(monotonic()):
                silent = monotonic() - self.backoff.sound_at
                self.close_spider(f"no sound response for {silent:.0f} s, the last failed with: {reason}")
        retry = None if is_final or is_too_long else self.retry(request, reason)
        if retry is not None:
            pause = max(0.0, self.backoff.paused_until - monotonic())
            logger.info("%s: %s; retried later, the site is paused for %.1f s", request.url, reason, pause)
        return retry

    async def _is_site_up(self) -> bool:
        """Request the last sound page again; return whether only the failed pages are at fault."""
        if not self.sound_url or self._is_closing():
            return False
        meta = {_SITE_CHECK: True, "dont_retry": True}
        request = Request(self.sound_url, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        try:
            response = await engine_of(self.crawler).download_async(request)
        except Exception:  # any exception of any download handler or middleware
            return False
        return self._find_failure(request, response) is None

    def _find_failure(self, request: Request, response: Response) -> str | None:
        """Return why a response is a failure; None for a sound one."""
        if response.status >= 400 and response.status not in NOT_FOUND:
            return f"HTTP status {response.status}"
        if response.status == HTTPStatus.NOT_MODIFIED and not any(name in request.headers for name in VALIDATORS):
            return "HTTP status 304 (not modified) to a request without validators"
        if response.status < 400 and self._is_elsewhere(request, response):
            return f"the site redirected to {truncate(response.url)}"
        is_page = response.status == 200 and self.site and not is_robots_request(request)
        if is_page and (found := detect_soft_error(response.body)):
            return f"{found} in place of the page"
        return None

    def _is_elsewhere(self, request: Request, response: Response) -> bool:
        """Return whether a redirect led from a page of the section to another page; files may be anywhere."""
        return bool(self.site) and leaves_section(requested_url(request), response.url)

    def _is_closing(self) -> bool:
        engine = self.crawler.engine
        return self.given_up or monotonic() > self.closing_at or (engine is not None and not engine.running)

    def _is_own(self, request: Request) -> bool:
        """Return whether the spider's site is requested, not the robots.txt of a mirror, which may fail alone."""
        asked = urlsplit(requested_url(request)).netloc
        return bool(self.site) and not (is_robots_request(request) and asked != urlsplit(self.site).netloc)


def requested_url(request: Request) -> str:
    """Return the URL that was requested before any redirect."""
    url: str = request.meta.get("redirect_urls", [request.url])[0]
    return url


def _read_retry_after(response: Response) -> float:
    return parse_retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC)) or 0.0
