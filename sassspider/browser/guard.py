"""What the browser may ask for, and when: only what a challenge can need, of the site only, at the crawl's pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.async_api import Request

_NEEDED = frozenset({"document", "script", "xhr", "fetch"})


class Robots(Protocol):
    """A parsed robots.txt."""

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Whether a user agent may ask for a URL."""


class Guard:
    """Judges each request of the browser. ``delay`` gives the pause that the crawl keeps, by host, in seconds.

    What the crawl itself asks for was judged by Scrapy; it comes by ``expect``.
    """

    def __init__(self, user_agent: str, delay: Callable[[str], float], count: Callable[[str], None]):
        self.robots: dict[str, Robots] = {}
        self._user_agent = user_agent
        self._delay = delay
        self._count = count
        self._expected: set[str] = set()
        self._hosts: set[str] = set()
        self._last = 0.0
        self._turn = asyncio.Lock()

    def expect(self, url: str) -> None:
        """Let the browser ask for this once, and from now on for what its host has."""
        self._hosts.add(urlsplit(url).netloc)
        self._expected.add(url)

    async def refuses(self, request: Request) -> bool:
        """Whether to abort a request; otherwise return when it may be sent."""
        host = urlsplit(request.url).netloc
        if request.url in self._expected and host in self._hosts:
            self._expected.discard(request.url)
        elif host not in self._hosts or request.resource_type not in _NEEDED or not self._allows(host, request.url):
            self._count("browser/refused")
            return True
        else:
            await self.rest(request.url)
            self._count("browser/own_requests")
        self._last = time.monotonic()
        return False

    async def rest(self, url: str) -> None:
        """Wait until the site has had its pause since the browser's last request."""
        async with self._turn:
            pause = self._last + self._delay(urlsplit(url).hostname or "") - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            self._last = time.monotonic()

    def _allows(self, host: str, url: str) -> bool:
        return host not in self.robots or self.robots[host].allowed(url, self._user_agent)
