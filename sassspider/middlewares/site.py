"""Downloader middleware: nothing is asked of anyone but the site, wherever it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from sassspider import sites, urls

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class SiteMiddleware:
    """Refuse every address that is not on the site or one of its ``MIRRORS``, by http or https.

    In the place of Scrapy's own for this, which lets subdomains, other ports, and the redirect of a request that was
    repeated pass.
    """

    def __init__(self, crawler: Crawler, mirrors: Mapping[str, str]):
        self.crawler = crawler
        self.mirrors = mirrors

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings.getdict("MIRRORS"))

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a request to another site."""
        arguments = getattr(self.crawler.spider, "arguments", None)
        if arguments is None or request.url == urls.NOWHERE:
            return
        if not sites.is_same_site(request.url, arguments.site, self.mirrors):
            raise IgnoreRequest(f"it leads to {request.url}, which is no page of {arguments.site}")
