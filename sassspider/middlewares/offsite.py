"""Downloader middleware: no request leaves the site and its mirrors, wherever a link or redirect leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware as ScrapyOffsiteMiddleware
from scrapy.exceptions import IgnoreRequest

from sassspider import sites

if TYPE_CHECKING:
    from scrapy import Request, Spider


class OffsiteMiddleware(ScrapyOffsiteMiddleware):
    """Allow only the spider's ``site`` and its MIRRORS, by http or https: no subdomain, no other port.

    Scrapy's own, which spiders without arguments get, lets requests with ``dont_filter`` pass: retries and redirects.
    """

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Leave a request to process_request: dropped here, it would not reach its errback."""
        if getattr(spider, "arguments", None) is None:
            super().request_scheduled(request, spider)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raise IgnoreRequest for a request to another site."""
        assert self.crawler.spider is not None
        arguments = getattr(self.crawler.spider, "arguments", None)
        if arguments is None:
            super().process_request(request)
        elif not self.should_follow(request, self.crawler.spider):
            self.stats.inc_value("offsite/filtered")
            raise IgnoreRequest(f"it leads to {request.url}, which is not on {arguments.site}")

    def should_follow(self, request: Request, spider: Spider) -> bool:
        """Return whether a request is to the site or a mirror."""
        arguments = getattr(spider, "arguments", None)
        if arguments is None or request.url.startswith("data:"):
            return request.url.startswith("data:") or super().should_follow(request, spider)
        return sites.is_same_site(request.url, arguments.site, self.crawler.settings.getdict("MIRRORS"))
