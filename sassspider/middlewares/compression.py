"""Downloader middleware: what was compressed is whole, or the page was not had."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from sassspider.extensions.patience import Patience

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_BROKEN = "its compressed body is broken"


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own takes from a broken gzip what it can get, and lets other damage pass for a failure of ours."""

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
        encodings = [value.strip().lower() for value in response.headers.getlist("Content-Encoding")]
        try:
            whole = super().process_response(request, response)
        except IgnoreRequest as error:
            raise IgnoreRequest("its body, unpacked, is larger than DOWNLOAD_MAXSIZE") from error
        except Exception as error:  # zlib, gzip, Brotli and Zstandard have no common one
            return self._again(request, error)
        if encodings in ([b"gzip"], [b"x-gzip"]) and not _is_whole(response.body, whole):
            return self._again(request, None)
        return whole

    def _again(self, request: Request, error: Exception | None) -> Request:
        patience = self.crawler.get_extension(Patience)
        assert patience is not None
        retry = patience.again(request, _BROKEN)
        if retry is None:
            raise IgnoreRequest(_BROKEN) from error
        return retry


def _is_whole(packed: bytes, whole: Request | Response) -> bool:
    """Whether a gzip's last eight bytes are those of its contents: their CRC-32 and length (RFC 1952, section 2.3)."""
    body = whole.body
    crc, length = int.from_bytes(packed[-8:-4], "little"), int.from_bytes(packed[-4:], "little")
    return not packed or (length == len(body) & 0xFFFFFFFF and crc == zlib.crc32(body))
