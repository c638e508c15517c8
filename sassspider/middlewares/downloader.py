"""Downloader middlewares: no request leaves the site, and a compressed body that is broken is an empty one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import IgnoreRequest

from sassspider import urls
from sassspider.errors import OffsiteError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class SameSiteMiddleware:
    """Allow only the spider's ``site`` or ``sites`` and their MIRRORS, by http or https: no subdomain, no other port.

    Other spiders get Scrapy's OffsiteMiddleware, which lets requests with ``dont_filter`` pass: retries and redirects.
    """

    def __init__(self, allowed: Sequence[str], mirrors: Mapping[str, str]):
        self.allowed = allowed
        self.mirrors = mirrors

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self | OffsiteMiddleware:
        arguments = getattr(crawler.spider, "arguments", None)
        allowed = [arguments.site] if arguments else getattr(crawler.spider, "sites", None)
        if allowed is None:
            return OffsiteMiddleware.from_crawler(crawler)
        return cls(allowed, crawler.settings.getdict("MIRRORS"))

    def process_request(self, request: Request) -> None:
        """Raise OffsiteError for a request to another site."""
        if not any(urls.is_same_site(request.url, site, self.mirrors) for site in self.allowed):
            raise OffsiteError(f"it leads to {request.url}, which is not on {' or '.join(self.allowed)}")


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
