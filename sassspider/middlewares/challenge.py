"""Downloader middleware: a challenge instead of a page is passed by a browser, and the page asked for again."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from sassspider.browser.challenge import is_challenge, is_cookie_challenge
from sassspider.browser.choice import Choice, configure_browser
from sassspider.browser.errors import ChallengeError
from sassspider.browser.handler import OPEN, WON

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from sassspider.browser.won import Won

logger = logging.getLogger(__name__)

PASS = "browser_pass"  # noqa: S105  meta key: the number of the pass that a request was sent with
AGAIN = "browser_again"  # meta key: how often a request met a challenge
_FUTILE = 3  # passings without a page, one after the other, after which there is no sense in more
_STUBBORN = 5  # challenges of one page, while others are let in, after which it is left


class ChallengeMiddleware:
    """Sends what a passed challenge left with every request; passes challenges one at a time, all others wait.

    Each passing has a number. It is proven when a request sent with it got a page.
    """

    def __init__(self, crawler: Crawler, choice: Choice):
        self.crawler = crawler
        self.choice = choice
        self.won: Won | None = None
        self.number = self.tried = self.futile = 0
        self.turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, configure_browser(crawler.settings))

    def process_request(self, request: Request) -> None:
        """Add cookies and user agent. Scrapy's own jar stays off: it asks the network for the public suffixes."""
        if PASS in request.meta:  # a redirect, or a repetition: what was sent then may not be for this address, or now
            request.headers.pop("Cookie", None)
        if self.won is None or request.meta.get(OPEN) or not request.url.startswith("http"):
            return
        request.meta[PASS] = self.number
        cookies = self.won.header(request.url, time.time())
        if cookies:
            request.headers["Cookie"] = cookies
            request.headers["User-Agent"] = self.won.user_agent

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Let pages through; of a challenge make the same request again, passed; raises ChallengeError."""
        if request.meta.get(OPEN):
            return response
        kind = _find_kind(request, response)
        if not kind:
            if self.number and request.meta.get(PASS) == self.number:
                self.futile = 0
            return response
        self._count("browser/challenges")
        try:
            await self._pass(request, f"{kind} (HTTP status {response.status})")
        except ChallengeError:
            self._count("browser/failed")
            raise
        meta = {**request.meta, AGAIN: request.meta.get(AGAIN, 0) + 1}
        again = request.replace(meta=meta, dont_filter=True)
        again.headers.pop("Cookie", None)
        return again

    async def _pass(self, request: Request, what: str) -> None:
        """Pass the challenge, unless another request did while this one was under way."""
        if self.choice.executable is None:
            raise ChallengeError(f"{what}, which takes a browser to pass: {self.choice.lack}")
        async with self.turn:
            if request.meta.get(PASS, 0) < self.number:
                return
            if reason := self._find_hopeless(request.meta.get(AGAIN, 0)):
                raise ChallengeError(f"{what}, {reason}")
            self.tried += 1
            self.futile += 1
            begun = time.monotonic()
            self.won = await self._open(request)
            self.number += 1
            self._count("browser/solved")
            took = time.monotonic() - begun
            logger.info("Chromium passed the challenge of %s in %.1f s (no. %d)", request.url, took, self.number)

    def _find_hopeless(self, times: int) -> str:
        """Why there is no sense in passing it once more; "" if there is."""
        if times and self.futile:
            return "also after Chromium passed it: what it got does not serve here; BROWSER=always may"
        if times >= _STUBBORN:
            return f"also after Chromium passed it {times} times"
        if self.futile >= _FUTILE:
            return f"and the last {self.futile} that Chromium tried led to no page"
        if self.tried >= self.choice.times:
            return f"and Chromium has passed {self.tried} (BROWSER_TIMES)"
        return ""

    async def _open(self, request: Request) -> Won:
        """Have it opened by way of the downloader, so that delay, concurrency and robots.txt hold for it."""
        asked = Request(
            request.url,
            callback=NO_CALLBACK,
            priority=request.priority,
            dont_filter=True,
            meta={
                OPEN: True,
                "dont_retry": True,
                "dont_obey_robotstxt": request.meta.get("dont_obey_robotstxt", False),
                "autothrottle_dont_adjust_delay": True,  # how long a challenge takes says nothing of the site
            },
        )
        assert self.crawler.engine is not None
        answer = await self.crawler.engine.download_async(asked)
        won: Won = answer.meta[WON]
        return won

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)


def _find_kind(request: Request, response: Response) -> str:
    """What kind of challenge an answer is; "" if it is none."""
    kind, location = (_header(response, name) for name in ("Content-Type", "Location"))
    sets_cookie = "Set-Cookie" in response.headers
    if is_cookie_challenge(response.status, request.url, location, sets_cookie):
        return "a cookie challenge"
    is_one = is_challenge(response.status, kind, response.body, request.url, sets_cookie)
    return "a JavaScript challenge" if is_one else ""


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
