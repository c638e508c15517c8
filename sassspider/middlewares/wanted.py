"""Downloader middleware: no request that the walk has made unnecessary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class NoLongerWanted(IgnoreRequest):
    """The request was dropped because the walk has gone past it."""


class WantedMiddleware:
    """Drop a queued request whose page is no longer wanted: older than ``since``, or beyond ``limit``."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise NoLongerWanted if the spider's walk does not want the request's step any more."""
        walk, step = getattr(self.crawler.spider, "walk", None), request.meta.get("step")
        if walk is not None and step is not None and not walk.wants(step):
            raise NoLongerWanted(request.url)
