"""Rules of a robots.txt of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.robotstxt import ProtegoRobotParser

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST = 512 * 1024  # bytes that are read; RFC 9309, section 2.5, asks for 500 KiB at least


class RobotParser(ProtegoRobotParser):
    """Scrapy's own, for the first half megabyte: to parse ten would stop the crawl for minutes."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        body = robotstxt_body
        if len(body) > MOST:
            body = body[: body.rfind(b"\n", 0, MOST) + 1]
        parser: Self = super().from_crawler(crawler, body)
        return parser
