"""Downloader middleware: a compressed body that is broken is an empty one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

logger = logging.getLogger(__name__)


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
