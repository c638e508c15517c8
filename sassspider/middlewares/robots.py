"""Downloader middleware: nothing is asked of a server whose robots.txt could not be had."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from twisted.internet.defer import Deferred

from sassspider.extensions.patience import CrawlEnding, Patience

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

_UNKNOWN = "and what it forbids is not known (RFC 9309, section 2.3.1.4)"


def is_robots(request: Request) -> bool:
    """Whether a request is Scrapy's own for a robots.txt."""
    return bool(request.meta.get("dont_obey_robotstxt")) and request.url.endswith("/robots.txt")


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own goes on without rules, or reads an error page as rules.

    Without those of the site itself the run ends. Without those of a mirror, only what leads there is refused.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.failing = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))
        self.lacks: dict[str, Exception] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for a request; None if they could not be had."""
        await super().robot_parser(request)  # gives them to one of those who wait at a time, and to the others None
        found = self._parsers[urlsplit(request.url).netloc]
        assert not isinstance(found, Deferred)
        return found

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise IgnoreRequest for what is forbidden, CrawlEnding if nothing is allowed any more."""
        if rp is not None:
            super().process_request_2(rp, request)
            return
        host = urlsplit(request.url).netloc
        if self._is_own(host) or isinstance(self.lacks[host], CrawlEnding):
            raise CrawlEnding(request.url)
        raise IgnoreRequest(f"the robots.txt of {host} could not be had ({self.lacks[host]}), {_UNKNOWN}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status in self.failing:
            raise IgnoreRequest(f"HTTP status {response.status}")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.lacks[netloc] = exc
        if self._is_own(netloc) and not isinstance(exc, CrawlEnding):
            patience = self.crawler.get_extension(Patience)
            assert patience is not None
            patience.give_up(f"its robots.txt could not be had ({exc}), {_UNKNOWN}")
        super()._robots_error(exc, netloc)

    def _is_own(self, host: str) -> bool:
        arguments = getattr(self.crawler.spider, "arguments", None)
        return arguments is None or host == urlsplit(arguments.site).netloc
