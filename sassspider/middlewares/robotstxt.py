"""Downloader middleware: obey robots.txt, and disallow everything where it is unavailable."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import build_from_crawler, load_object

from sassspider.errors import CrawlClosingError, ForbiddenByRobotsError, describe_error
from sassspider.middlewares.retry import RetryMiddleware
from sassspider.running import count, engine_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

MAX_SIZE = 512 * 1024  # bytes that are parsed; RFC 9309, 2.5, asks for 500 KiB at least
_RULE = "so all requests are disallowed (RFC 9309, 2.3.1.4)"


class RobotsTxtMiddleware(ScrapyRobotsTxtMiddleware):
    """Disallow all requests to a host whose robots.txt is unavailable (RFC 9309, 2.3.1.4); Scrapy's own allows them.

    Without robots.txt of the site itself the crawl ends. Of Crawl-delay and DOWNLOAD_DELAY the larger one is kept.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.failing = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self.tasks: dict[str, asyncio.Task[RobotParser]] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise ForbiddenByRobotsError for a URL that the rules disallow; keep their Crawl-delay for others."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise ForbiddenByRobotsError("disallowed by robots.txt") from None
        settings = self.crawler.settings
        agent = settings["ROBOTSTXT_USER_AGENT"] or request.headers.get("User-Agent") or settings["USER_AGENT"]
        if rp is not None and (crawl_delay := rp.crawl_delay(agent)):
            self._apply_crawl_delay(request, crawl_delay)

    async def robot_parser(self, request: Request) -> RobotParser:
        """Return the rules of a request's host; raise IgnoreRequest if they are unavailable.

        Scrapy 2.19 gives them to two of the requests that wait for them, and None to the others.
        """
        parts = urlsplit(request.url)
        if parts.netloc not in self.tasks:
            self.tasks[parts.netloc] = asyncio.ensure_future(self._fetch(f"{parts.scheme}://{parts.netloc}", request))
        # Shielded: a request that is cancelled leaves the others their rules.
        return await asyncio.shield(self.tasks[parts.netloc])

    async def _fetch(self, origin: str, request: Request) -> RobotParser:
        count(self.crawler, "robotstxt/request_count")
        try:
            response = await self._download(f"{origin}/robots.txt")
        except CrawlClosingError:
            raise
        except Exception as error:  # any exception of any download handler or middleware
            reason = f"robots.txt of {origin} is unavailable ({describe_error(error)}), {_RULE}"
            self._give_up(origin, reason)
            raise IgnoreRequest(reason) from error
        count(self.crawler, f"robotstxt/response_status_count/{response.status}")
        body = response.body
        if len(body) > MAX_SIZE:
            body = body[: body.rfind(b"\n", 0, MAX_SIZE) + 1]
        parser = load_object(self.crawler.settings["ROBOTSTXT_PARSER"])
        rules: RobotParser = build_from_crawler(parser, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=rules, request=request)
        return rules

    async def _download(self, url: str) -> Response:
        meta = {"dont_obey_robotstxt": True}
        request = Request(url, callback=NO_CALLBACK, priority=self.DOWNLOAD_PRIORITY, meta=meta)
        response = await engine_of(self.crawler).download_async(request)
        if response.status >= 500 or response.status in self.failing:
            raise IgnoreRequest(f"HTTP status {response.status}")
        return response if response.status < 300 else response.replace(body=b"")  # 4xx: there are no rules

    def _give_up(self, origin: str, reason: str) -> None:
        """End the crawl if the robots.txt is the site's own."""
        arguments = getattr(self.crawler.spider, "arguments", None)
        retry = self.crawler.get_downloader_middleware(RetryMiddleware)
        if arguments is not None and retry is not None and urlsplit(arguments.site).netloc == urlsplit(origin).netloc:
            retry.close_spider(reason)

    def _apply_crawl_delay(self, request: Request, crawl_delay: float) -> None:
        """Keep Crawl-delay where it is longer than the current delay, and let AutoThrottle not go below it."""
        delay = min(crawl_delay, self.crawler.settings.getfloat("RETRY_AFTER_MAX"))
        downloader = engine_of(self.crawler).downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        throttle = self.crawler.get_extension(AutoThrottle)
        if slot is not None:
            slot.delay, slot.jitter = max(slot.delay, delay), 0.0  # with jitter a request could come earlier
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
