"""Downloader middleware: obey robots.txt, and disallow everything where it is unavailable."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import build_from_crawler, load_object

from sassspider.errors import CrawlClosingError, ForbiddenByRobotsError, describe_error
from sassspider.middlewares.retry import RetryMiddleware

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

MAX_SIZE = 512 * 1024  # bytes that are parsed; RFC 9309, 2.5, asks for 500 KiB at least
_PRIORITY = 1000
_RULE = "so all requests are disallowed (RFC 9309, 2.3.1.4)"


class RobotsTxtMiddleware:
    """Disallow all requests to a host whose robots.txt is unavailable (RFC 9309, 2.3.1.4); Scrapy's own allows them.

    Without robots.txt of the site itself the crawl ends. Of Crawl-delay and DOWNLOAD_DELAY the larger one is kept.
    """

    def __init__(self, crawler: Crawler):
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.parser = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self.failing = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self.tasks: dict[str, asyncio.Task[RobotParser]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise ForbiddenByRobotsError for a URL that is disallowed, IgnoreRequest if the rules are unavailable."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        if parts.netloc not in self.tasks:
            self.tasks[parts.netloc] = asyncio.ensure_future(self._fetch(f"{parts.scheme}://{parts.netloc}", request))
        # Shielded: a request that is cancelled leaves the others their rules.
        rules = await asyncio.shield(self.tasks[parts.netloc])
        agent = self.crawler.settings["ROBOTSTXT_USER_AGENT"] or request.headers.get("User-Agent")
        agent = agent or self.crawler.settings["USER_AGENT"]
        if not rules.allowed(request.url, agent):
            self._count("robotstxt/forbidden")
            raise ForbiddenByRobotsError("disallowed by robots.txt")
        self._apply_crawl_delay(request, rules.crawl_delay(agent))

    async def _fetch(self, origin: str, request: Request) -> RobotParser:
        """Return the rules of a host; raise IgnoreRequest if they are unavailable."""
        self._count("robotstxt/request_count")
        try:
            response = await self._download(f"{origin}/robots.txt")
        except CrawlClosingError:
            raise
        except Exception as error:  # any exception of any download handler or middleware
            reason = f"robots.txt of {origin} is unavailable ({describe_error(error)}), {_RULE}"
            self._give_up(origin, reason)
            raise IgnoreRequest(reason) from error
        self._count(f"robotstxt/response_status_count/{response.status}")
        body = response.body
        if len(body) > MAX_SIZE:
            body = body[: body.rfind(b"\n", 0, MAX_SIZE) + 1]
        rules: RobotParser = build_from_crawler(self.parser, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=rules, request=request)
        return rules

    async def _download(self, url: str) -> Response:
        assert self.crawler.engine is not None
        meta = {"dont_obey_robotstxt": True}
        request = Request(url, callback=NO_CALLBACK, priority=_PRIORITY, meta=meta)
        response = await self.crawler.engine.download_async(request)
        if response.status >= 500 or response.status in self.failing:
            raise IgnoreRequest(f"HTTP status {response.status}")
        return response if response.status < 300 else response.replace(body=b"")  # 4xx: there are no rules

    def _give_up(self, origin: str, reason: str) -> None:
        """End the crawl if the robots.txt is the site's own."""
        arguments = getattr(self.crawler.spider, "arguments", None)
        retry = self.crawler.get_downloader_middleware(RetryMiddleware)
        if arguments is not None and retry is not None and urlsplit(arguments.site).netloc == urlsplit(origin).netloc:
            retry.close_spider(reason)

    def _apply_crawl_delay(self, request: Request, crawl_delay: float | None) -> None:
        """Keep Crawl-delay where it is longer than the current delay, and let AutoThrottle not go below it."""
        if not crawl_delay:
            return
        assert self.crawler.engine is not None
        delay = min(crawl_delay, self.crawler.settings.getfloat("RETRY_AFTER_MAX"))
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        throttle = self.crawler.get_extension(AutoThrottle)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, delay), 0.0  # with jitter a request could come earlier
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
