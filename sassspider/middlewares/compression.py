"""Downloader middleware: what was compressed is whole, or the page was not had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from sassspider.extensions.patience import Patience
from sassspider.network.packing import TooLargeError, unpack

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_BROKEN = "its compressed body is broken"


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own takes from a broken body what it can get, and lets other damage pass for a failure of ours."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler=crawler)
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the answer with its body as it was before compression, or the request to make instead."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise IgnoreRequest("its body, unpacked, is larger than DOWNLOAD_MAXSIZE") from error
        except Exception as error:  # zlib, Brotli and Zstandard have no common one
            return self._again(request, error)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """One of Scrapy's ``ACCEPTED_ENCODINGS``, or x-gzip."""
        try:
            return unpack(body, encoding.decode("ascii"), max_size)
        except TooLargeError as error:
            raise _DecompressionMaxSizeExceeded(max_size + 1, max_size) from error

    def _again(self, request: Request, error: Exception) -> Request:
        patience = self.crawler.get_extension(Patience)
        assert patience is not None
        patience.see_damaged(request, _BROKEN)
        retry = patience.again(request, _BROKEN)
        if retry is None:
            raise IgnoreRequest(_BROKEN) from error
        return retry
