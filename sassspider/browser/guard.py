"""What the browser may ask for, and when: only what a challenge can need, of the site only, at the crawl's pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from sassspider.sites import DEFAULT_PORTS

if TYPE_CHECKING:
    from playwright.async_api import Request

_NEEDED = frozenset({"document", "script", "xhr", "fetch"})


class Robots(Protocol):
    """A parsed robots.txt."""

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Whether a user agent may ask for a URL."""


def key(url: str) -> str:
    """A URL as far as it is asked for, in the one form that a browser gives it."""
    parts = urlsplit(url)
    return f"{origin(url)}{parts.path or '/'}?{parts.query}"


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or DEFAULT_PORTS.get(parts.scheme)}"


class Guard:
    """Judges each request of the browser. ``delay`` gives the pause that the crawl keeps, by host, in seconds.

    What the crawl itself asks for was judged by Scrapy; it comes by ``expect``. ``on_pause`` is told of each pause.
    """

    def __init__(self, user_agent: str, delay: Callable[[str], float], count: Callable[[str], None]):
        self.robots: dict[str, Robots] = {}
        self.on_pause: Callable[[float], object] | None = None
        self._user_agent = user_agent
        self._delay = delay
        self._count = count
        self._expected: dict[str, str] = {}
        self._origins: set[str] = set()
        self._last = 0.0
        self._turn = asyncio.Lock()

    def expect(self, url: str, kind: str = "page") -> None:
        """Let the browser ask for this once, and from now on for what its origin has; ``kind`` is for the gateway."""
        self._origins.add(origin(url))
        self._expected[key(url)] = kind

    async def refuses(self, request: Request) -> bool:
        """Whether to abort a request that Playwright shows, by its type; those by http come to ``admit`` as well."""
        if key(request.url) not in self._expected and request.resource_type not in _NEEDED:
            self._count("browser/refused")
            return True
        return request.url.startswith("https:") and not await self.admit(request.url)

    async def admit(self, url: str) -> str:
        """What kind of request it is, when it may be sent: as expected, or "own" to the browser; "" to refuse it."""
        kind = self._expected.pop(key(url), "")
        if not kind:
            if origin(url) not in self._origins or not self._allows(url):
                self._count("browser/refused")
                return ""
            kind = "own"
            await self.rest(url)
            self._count("browser/own_requests")
        self._last = time.monotonic()
        return kind

    def admits_tunnel(self, target: str) -> bool:
        """Whether to let a connection through of which nothing is seen but ``host:port``."""
        return origin(f"https://{target}/") in self._origins

    async def rest(self, url: str) -> None:
        """Wait until the site has had its pause since the browser's last request."""
        async with self._turn:
            pause = self._last + self._delay(urlsplit(url).hostname or "") - time.monotonic()
            if pause > 0:
                if self.on_pause is not None:
                    self.on_pause(pause)
                await asyncio.sleep(pause)
            self._last = time.monotonic()

    def _allows(self, url: str) -> bool:
        host = urlsplit(url).netloc
        return host not in self.robots or self.robots[host].allowed(url, self._user_agent)
