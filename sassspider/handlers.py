"""Download handler: plain HTTP, and Chromium for the requests that need it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from sassspider.browser import FETCH, PASS

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from sassspider.chromium import Chromium


class BrowserDownloadHandler(HTTP11DownloadHandler):
    """Send requests with PASS or FETCH to Chromium, and all others by plain HTTP."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.crawler = crawler

    @cached_property
    def chromium(self) -> Chromium:
        """Chromium, which starts with its first page."""
        from sassspider.chromium import Chromium  # most crawls need no Playwright, whose import takes 0.1 s

        return Chromium(self.crawler)

    async def download_request(self, request: Request) -> Response:
        if request.meta.get(PASS):
            return await self.chromium.pass_challenge(request)
        if request.meta.get(FETCH):
            return await self.chromium.fetch(request)
        return await super().download_request(request)

    async def close(self) -> None:
        await super().close()
        if "chromium" in vars(self):
            await self.chromium.close()
