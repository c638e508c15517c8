"""Scrapy's way of making requests, with a limit that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers import http11
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

MOST_HEAD = 256 * 1024  # bytes of status line and headers; a server of this site sends less than one thousand


class HeadTooLargeError(Exception):
    """The headers of an answer have no end."""


class _Protocol(http11._LenientHTTP11ClientProtocol):
    """Counts what comes before a body: Twisted limits a header's length, but not their number."""

    head = 0

    def request(self, request: Any) -> Deferred[Any]:
        self.head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self.head += len(data)
            if self.head > MOST_HEAD:
                error = HeadTooLargeError(f"its headers have more than {MOST_HEAD} bytes")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, _address: object) -> _Protocol:  # noqa: N802 -- Twisted's name
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class DownloadHandler(http11.HTTP11DownloadHandler):
    """For http and https: Scrapy's own, but endless headers are cut off, which would fill the memory."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._pool._factory = _Factory
