"""Downloader middlewares: no request leaves the site, and a compressed body that is broken is an empty one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured

from sassspider import sites

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class SameSiteMiddleware:
    """Allow only the spider's ``site`` and its MIRRORS, by http or https: no subdomain, no other port.

    Scrapy's OffsiteMiddleware lets requests with ``dont_filter`` pass: retries and redirects.
    """

    def __init__(self, crawler: Crawler, site: str):
        self.crawler = crawler
        self.site = site
        self.mirrors = crawler.settings.getdict("MIRRORS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        arguments = getattr(crawler.spider, "arguments", None)
        if arguments is None:
            raise NotConfigured
        return cls(crawler, arguments.site)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a request to another site."""
        if not sites.is_same_site(request.url, self.site, self.mirrors):
            raise IgnoreRequest(f"it leads to {request.url}, which is not on {self.site}")


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own raises zlib's and Brotli's errors past RetryMiddleware, and hides the status of an error page."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the response decompressed, or without its body: its status, or the lack of a body, then decides."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise IgnoreRequest("the decompressed response is larger than DOWNLOAD_MAXSIZE") from error
        except Exception as error:  # zlib, gzip, Brotli and Zstandard have no common one
            logger.info("%s: its compressed body is broken (%s)", request.url, error)
            return response.replace(body=b"")
