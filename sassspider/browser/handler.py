"""Download handler: plain HTTP as ever, and by a browser what needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from sassspider.extensions.browser import BrowserKeeper
from sassspider.network.handler import DownloadHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

OPEN = "browser_open"  # meta key: pass the challenge of this page
WON = "browser_won"  # meta key of the answer to that: what is to be sent from now on


class BrowserDownloadHandler(BaseDownloadHandler):
    """A request with ``OPEN`` holds its place among the site's requests until its challenge is passed.

    The browser fetches by GET only, which is all that a crawl does.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.plain = DownloadHandler.from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        keeper = self.crawler.get_extension(BrowserKeeper)
        if keeper is not None and request.meta.get(OPEN):
            request.meta[WON] = await keeper.session.open(request.url)
            return Response(request.url)
        if keeper is not None and keeper.choice.mode == "always" and request.method == "GET":
            return await keeper.session.fetch(request)
        return await self.plain.download_request(request)

    async def close(self) -> None:
        await self.plain.close()
