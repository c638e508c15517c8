"""Pass challenges with Chromium and hand its cookies to plain HTTP; with BROWSER=always fetch every page with it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from sassspider.browser import COOKIES, FETCH, PASS, ChallengeError, describe_challenge, read_mode
from sassspider.running import count, engine_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_TIMES = "browser_times"  # meta key: how many challenges Chromium passed for this request
_MAX_TIMES = 3  # challenges of one page; after that its cookies are of no use here


class BrowserMiddleware:
    """Downloader middleware: Chromium passes the challenge that a response is, and the request is sent again."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.mode = read_mode(crawler.settings)
        # Not files: Chromium reaches one site only, and a file's host is often another one.
        self.fetches_pages = self.mode == "always" and not hasattr(crawler.spider, "sites")
        self.cookies: dict[str, str] = {}  # host and port: value of the Cookie header

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the cookies of passed challenges, or have Chromium fetch the page."""
        if request.meta.get(PASS):
            return
        if self.fetches_pages and request.method == "GET":
            request.meta[FETCH] = True
        elif self.cookies:
            request.headers.pop("Cookie", None)  # a retry's may have expired, a redirect's are for another URL
            if cookies := self.cookies.get(urlsplit(request.url).netloc):
                request.headers["Cookie"] = cookies

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the response, or a copy of the request for a challenge that was passed; raise ChallengeError."""
        if request.meta.get(PASS):
            return response
        sets_cookie = "Set-Cookie" in response.headers or FETCH in request.meta  # fetch() hides Set-Cookie
        challenge = describe_challenge(request, response, sets_cookie)
        if not challenge:
            return response
        try:
            await self._pass(request, challenge)
        except ChallengeError:
            count(self.crawler, "browser/failed")
            raise
        return request.replace(dont_filter=True)

    async def _pass(self, request: Request, challenge: str) -> None:
        """Have Chromium pass the challenge; raise ChallengeError if it can't, or did so too often."""
        times = request.meta[_TIMES] = request.meta.get(_TIMES, 0) + 1
        if self.mode == "never":
            raise ChallengeError(f"{challenge}, which takes a browser to pass: BROWSER is never; set it to auto")
        if times > _MAX_TIMES:
            advice = "" if self.mode == "always" else "; BROWSER=always may help"
            raise ChallengeError(f"{challenge}, also after Chromium passed it {_MAX_TIMES} times{advice}")
        self.cookies[urlsplit(request.url).netloc] = await self._open(request)
        logger.info("Chromium passed the challenge of %s", request.url)

    async def _open(self, request: Request) -> str:
        """Open the page in Chromium and return its cookies; delay, concurrency and robots.txt hold as for any page."""
        opened = Request(
            request.url,
            callback=NO_CALLBACK,
            priority=request.priority,
            dont_filter=True,
            meta={
                PASS: True,
                "dont_retry": True,
                "dont_obey_robotstxt": request.meta.get("dont_obey_robotstxt", False),
                "autothrottle_dont_adjust_delay": True,  # a challenge's duration tells nothing about the site's load
            },
        )
        response = await engine_of(self.crawler).download_async(opened)
        # The page's own requests, with which Chromium passed the challenge, need a pause after them, too.
        await asyncio.sleep(self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        cookies: str = response.meta.get(COOKIES) or ""  # not there if DOWNLOAD_HANDLERS names another handler
        return cookies
