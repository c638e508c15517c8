"""Downloader middleware: a page that the archive has is asked for only if it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest

from sassspider.archive import ArchiveError
from sassspider.extensions.archive import ArchiveKeeper

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class ConditionalMiddleware:
    """Send the validators of the archived page (RFC 9110, section 13.1); the spider takes a 304 for an answer."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since to the request of an archived article."""
        step, keeper = request.meta.get("step"), self.crawler.get_extension(ArchiveKeeper)
        if keeper is None or step is None or not step.known:
            return
        try:
            validators = await keeper.call(keeper.archive.read.validators, keeper.site, step.link.id)
        except ArchiveError as error:
            keeper.fail(error)
            raise IgnoreRequest("the archive failed") from error
        if validators is not None and validators.etag:
            request.headers["If-None-Match"] = validators.etag
        if validators is not None and validators.last_modified:
            request.headers["If-Modified-Since"] = validators.last_modified
