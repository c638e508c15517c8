"""Pass challenges with Chromium and hand its cookies to plain HTTP; with BROWSER=always fetch every page with it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from sassspider.browser import COOKIES, FETCH, PASS, BrowserSettings, ChallengeError
from sassspider.challenge import describe_challenge

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_NUMBER = "browser_number"  # meta key: how many challenges had been passed when the request was sent
_TIMES = "browser_times"  # meta key: how many challenges Chromium passed for this request
_MAX_TIMES = 3  # challenges of one page; after that its cookies are of no use here


class BrowserMiddleware:
    """Downloader middleware; several requests may meet a challenge at once, and one of them passes it for all."""

    def __init__(self, crawler: Crawler, options: BrowserSettings):
        self.crawler = crawler
        self.options = options
        self.cookies: dict[str, str] = {}  # host and port: value of the Cookie header
        self.tried = self.passed = 0
        self.lock = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, BrowserSettings.read(crawler.settings))

    def process_request(self, request: Request) -> None:
        """Add the cookies of passed challenges, or have Chromium fetch the page."""
        if request.meta.get(PASS):
            return
        request.meta[_NUMBER] = self.passed
        if self.options.mode == "always" and request.method == "GET":
            request.meta[FETCH] = True
        elif self.cookies:
            request.headers.pop("Cookie", None)  # a retry's may have expired, a redirect's are for another URL
            if cookies := self.cookies.get(urlsplit(request.url).netloc):
                request.headers["Cookie"] = cookies

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the response, or a copy of the request for a challenge that was passed; raise ChallengeError."""
        challenge = "" if request.meta.get(PASS) else describe_challenge(request, response)
        if not challenge:
            return response
        self._count("browser/challenges")
        try:
            async with self.lock:
                if request.meta.get(_NUMBER) == self.passed:  # else another request passed it meanwhile
                    await self._pass(request, challenge)
        except ChallengeError:
            self._count("browser/failed")
            raise
        return request.replace(dont_filter=True)

    async def _pass(self, request: Request, challenge: str) -> None:
        """Have Chromium pass the challenge, unless it makes no sense; raise ChallengeError."""
        times = request.meta.get(_TIMES, 0) + 1
        if self.options.missing:
            raise ChallengeError(f"{challenge}, which takes a browser to pass: {self.options.missing}")
        if times > _MAX_TIMES:
            advice = "" if self.options.mode == "always" else "; BROWSER=always may help"
            raise ChallengeError(f"{challenge}, also after Chromium passed it {_MAX_TIMES} times{advice}")
        if self.tried >= self.options.max_challenges:
            raise ChallengeError(f"{challenge}, after {self.tried} others in this run (BROWSER_MAX_CHALLENGES)")
        self.tried += 1
        request.meta[_TIMES] = times
        started = time.monotonic()
        cookies = await self._open(request)
        self.cookies[urlsplit(request.url).netloc] = cookies
        self.passed += 1
        self._count("browser/solved")
        took = time.monotonic() - started
        logger.info("Chromium passed the challenge of %s in %.1f s (no. %d)", request.url, took, self.passed)

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
        assert self.crawler.engine is not None
        response = await self.crawler.engine.download_async(opened)
        # The page's own requests, with which Chromium passed the challenge, need a pause after them, too.
        await asyncio.sleep(self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        cookies: str = response.meta.get(COOKIES) or ""  # not there if DOWNLOAD_HANDLERS names another handler
        return cookies

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
