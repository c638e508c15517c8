"""The browser of a crawl: started when first needed, by scrapy-playwright; one context; closed in the end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from sassspider.browser.errors import ChallengeError
from sassspider.browser.gateway import Gateway
from sassspider.browser.guard import key
from sassspider.browser.pages import close_page, confine, explain_failure, first_line, make_response, make_up
from sassspider.browser.raw import BrokenError, LargeError, LateError, RawPage
from sassspider.browser.watch import Watch
from sassspider.browser.won import Won
from sassspider.network.resolver import find_address

if TYPE_CHECKING:
    from playwright.async_api import Page
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from sassspider.browser.guard import Guard

logger = logging.getLogger(__name__)

_CONTEXT = "sassspider"
_PAGES = 8  # open at a time: one a host to fetch from, and one with a challenge
_CLOSING = 15  # seconds; a browser that hangs goes with this process
_GRACE = 5  # seconds that a fetch may take to tell that it is late


@dataclass(frozen=True, slots=True)
class Plan:
    """How to start it, given the gateway's port; what its context is like; its limits in seconds and bytes."""

    launch: Callable[[int], dict[str, Any]]
    context: Mapping[str, Any]
    patience: float
    timeout: float
    largest: int


class Session:
    """Opens pages to pass their challenge, and fetches pages raw."""

    def __init__(self, crawler: Crawler, plan: Plan, guard: Guard):
        self._crawler = crawler
        self._plan = plan
        self._guard = guard
        self._gateway = Gateway(guard, find_address, plan.largest)
        self._handler: Any = None
        self._failure = ""
        self._starting = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._pages: dict[str, RawPage] = {}

    async def open(self, url: str) -> Won:
        """Show a page until its challenge is passed; raises ChallengeError."""
        watch, page = Watch(), None
        self._guard.expect(url)
        asked = self._request(url, {"response": watch.see, "popup": close_page})
        asked.meta["playwright_page_init_callback"] = confine
        await self._start()
        try:
            async with asyncio.timeout(self._plan.patience) as limit:
                # A pause for the site's sake is not the site's slowness.
                self._guard.on_pause = partial(_extend, limit)
                page = await self._show(asked)
                await watch.pass_by(page, url, self._plan.timeout, self._plan.largest)
                agent: str = await page.evaluate("navigator.userAgent")
                won = Won.from_browser(await page.context.cookies(), agent)
                await self._guard.rest(url)
        except TimeoutError:
            patience = f"{self._plan.patience:g} s (BROWSER_PATIENCE)"
            raise ChallengeError(f"a JavaScript challenge that Chromium did not pass within {patience}") from None
        except Error as error:
            raise ChallengeError(f"a JavaScript challenge that Chromium could not open: {first_line(error)}") from None
        finally:
            self._guard.on_pause = None
            page = page or asked.meta.get("playwright_page")
            if page is not None:
                await close_page(page)
        return won

    async def fetch(self, request: Request) -> Response:
        """Fetch as plain HTTP would; raises what Scrapy's own handler raises, and ChallengeError without a browser."""
        begun = time.monotonic()
        headers = {str(name): value for name, value in request.headers.to_unicode_dict().items() if value}
        timeout = float(request.meta.get("download_timeout") or self._plan.timeout)
        largest = int(request.meta.get("download_maxsize", self._plan.largest))
        await self._start()
        try:
            async with asyncio.timeout(timeout + _GRACE):
                page = await self._page_at(request.url)
                self._guard.expect(request.url, "raw")
                raw = await page.fetch(request.url, headers, largest, timeout)
        except (LateError, TimeoutError):
            raise DownloadTimeoutError(f"Getting {request.url} took longer than {timeout:g} seconds.") from None
        except LargeError as error:
            message = f"Received {error.size} bytes which is larger than download max size ({largest}) in {request}."
            raise DownloadCancelledError(message) from None
        except (BrokenError, Error) as error:
            raise explain_failure(error, self._gateway.failures.pop(key(request.url), None)) from None
        request.meta["download_latency"] = time.monotonic() - begun
        return make_response(request.url, raw)

    async def close(self) -> None:
        """End the browser, whatever state it is in."""
        if self._handler is None:
            return
        await self._gateway.close()
        try:
            await asyncio.wait_for(self._handler.close(), _CLOSING)
        except Exception as error:  # it is on its way out anyway, and ends with this process at the latest
            logger.debug("Chromium did not close well: %s", error)

    async def _start(self) -> None:
        """Start Playwright, once: scrapy-playwright would with the engine, too early. Raises ChallengeError."""
        async with self._starting:
            if self._failure:
                raise ChallengeError(self._failure)
            if self._handler is None:
                handler = self._handler = ScrapyPlaywrightDownloadHandler.from_crawler(self._crawler)
                handler.config.launch_options = self._plan.launch(await self._gateway.open())
                handler.abort_request = self._guard.refuses
                handler.process_request_headers = None
                handler.config.max_pages_per_context = _PAGES
                try:
                    await handler._maybe_launch_in_thread()
                except (Error, OSError, TypeError) as error:  # of a wrong name among the operator's options the last
                    raise self._fail(error) from None

    async def _show(self, asked: Request) -> Page:
        """Open a page, which may go on to another at once; raises ChallengeError for no browser, and Playwright's."""
        try:
            await self._handler.download_request(asked)
        except (Error, OSError) as error:
            if "playwright_page" not in asked.meta:
                raise self._fail(error) from None
            if "navigating" not in str(error):
                raise
        page: Page = asked.meta["playwright_page"]
        return page

    def _fail(self, error: Exception) -> ChallengeError:
        path = self._plan.launch(0)["executable_path"]
        self._failure = f"Chromium ({path}) can't be started: {first_line(error)} (see docs/operate.md)"
        return ChallengeError(self._failure)

    async def _page_at(self, url: str) -> RawPage:
        """A page of a URL's origin to fetch from. It is made up here: opening it costs the site nothing."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}/"
        async with self._opening:
            held = self._pages.get(origin)
            if held is None or held.page.is_closed():
                asked = self._request(origin, {})
                asked.meta["playwright_page_init_callback"] = make_up
                held = self._pages[origin] = await RawPage.on(await self._show(asked))
                held.page.once("crash", lambda crashed: crashed.close())
        return held

    def _request(self, url: str, events: dict[str, Any]) -> Request:
        meta = {
            "playwright": True,
            "playwright_include_page": True,
            "playwright_context": _CONTEXT,
            "playwright_context_kwargs": dict(self._plan.context),
            "playwright_page_event_handlers": events,
            "playwright_page_goto_kwargs": {"wait_until": "commit", "timeout": self._plan.patience * 1000},
        }
        return Request(url, meta=meta, dont_filter=True)


def _extend(limit: asyncio.Timeout, seconds: float) -> None:
    with suppress(RuntimeError):  # it is over already
        limit.reschedule((limit.when() or 0) + seconds)
