"""Chromium, by scrapy-playwright: pass challenges and fetch pages."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Browser, Error, Page
from playwright.async_api import Response as PageResponse
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from sassspider.browser import COOKIES, NO_CHROMIUM, ChallengeError, choose_proxy, is_challenge, launch_options
from sassspider.middlewares.retry import VALIDATORS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

START_TIMEOUT = 30  # seconds for Chromium and a page to start; Playwright waits for ever for a page whose process ended
CLOSE_TIMEOUT = 15  # seconds; a Chromium that hangs ends with this process
_FAILED = "a JavaScript challenge that"
_ENCODING_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})  # the body is decoded
# A navigation would run the page's XSLT, and Playwright decodes its text; fetch() gives the server's bytes.
_FETCH = """async ({url, headers, maxSize}) => {
  const response = await fetch(url, {headers, cache: "no-store", referrerPolicy: "no-referrer"});
  const blob = await response.blob();
  const reader = new FileReader();
  await new Promise((resolve) => { reader.onload = resolve; reader.readAsDataURL(blob.slice(0, maxSize + 1)); });
  return [response.url, response.status, [...response.headers], reader.result];
}"""


class ChromiumProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Start Playwright together with Chromium."""

    async def launch_browser(self) -> Browser:
        """Start Chromium; raise ChallengeError if it does not start."""
        path = self.config.launch_options["executable_path"]
        try:
            if self.browser_type is None:
                await self.start()
            if not Path(path or self.browser_type.executable_path).exists():
                raise ChallengeError(NO_CHROMIUM)
            browser: Browser = await super().launch_browser()
        except (Error, OSError, TypeError) as error:  # TypeError: an unknown launch option
            reason = f"Chromium ({path}) can't be started: {_first_line(error)} (see docs/operate.md)"
            raise ChallengeError(reason) from None
        return browser


class Chromium(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Open each request in a page of its own. Chromium starts with the first."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.settings = crawler.settings
        self.config.launch_options = launch_options(crawler.settings)
        self.browser_provider = ChromiumProvider(self.config)

    async def close(self) -> None:
        try:
            await asyncio.wait_for(super().close(), CLOSE_TIMEOUT)
        except Exception as error:
            logger.debug("Chromium did not close: %s", error)

    async def pass_challenge(self, request: Request) -> Response:
        """Open a page until a response is not a challenge; put its cookies in meta; raise ChallengeError."""
        passed: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        responses: list[PageResponse] = []

        def end(_page: Page | None = None, cookies: str | None = None) -> None:
            if not passed.done():
                passed.set_result(cookies)

        async def see(response: PageResponse) -> None:
            responses.append(response)
            is_page = response.request.is_navigation_request() and response.frame.parent_frame is None
            if is_page and not 300 <= response.status < 400 and not await _shows_challenge(response):
                cookies = await response.frame.page.context.cookies(request.url)
                end(cookies="; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies))

        async def wait(_page: Page) -> None:
            if await passed is None:
                raise ChallengeError(f"{_FAILED} was not passed: Chromium crashed or was ended")

        events = {"response": see, "popup": safe_close, "close": end, "crash": end}
        try:
            await self.visit(request, wait, {"playwright_page_event_handlers": events})
        except TimeoutError:
            raise ChallengeError(f"{_FAILED} Chromium did not pass within DOWNLOAD_TIMEOUT") from None
        except Error as error:  # perhaps the page went on while scrapy-playwright read it
            if not passed.done() or passed.result() is None:
                raise ChallengeError(f"{_FAILED} Chromium could not pass: {_first_line(error)}") from None
        finally:
            self.stats.inc_value("browser/own_requests", max(len(responses) - 1, 0))
        request.meta[COOKIES] = passed.result()
        return Response(request.url, request=request)

    async def fetch(self, request: Request) -> Response:
        """Fetch a page's bytes from an empty page of its origin; raise the exceptions of Scrapy's own handlers."""
        sent = request.headers.to_unicode_dict()
        max_size = int(request.meta.get("download_maxsize", self.settings["DOWNLOAD_MAXSIZE"]))
        headers = {name: sent[name] for name in VALIDATORS if name in sent}  # all others are Chromium's own
        options = {"url": request.url, "headers": headers, "maxSize": max_size}
        reasons: list[str] = []
        events: dict[str, Any] = {"requestfailed": lambda failed: reasons.append(failed.failure), "crash": safe_close}
        meta = {"playwright_page_init_callback": _show_nothing, "playwright_page_event_handlers": events}
        try:
            url, status, received, data = await self.visit(request, lambda page: page.evaluate(_FETCH, options), meta)
        except TimeoutError:
            raise DownloadTimeoutError(f"Getting {request.url} took longer than DOWNLOAD_TIMEOUT") from None
        except Error as error:
            raise DownloadFailedError(f"Chromium: {reasons[-1] if reasons else _first_line(error)}") from None
        body = base64.b64decode(data.partition(",")[2])
        if len(body) > max_size:
            raise DownloadCancelledError(f"{request.url} is larger than DOWNLOAD_MAXSIZE ({max_size} bytes)")
        kept = Headers([(name, value) for name, value in received if name not in _ENCODING_HEADERS])
        made = responsetypes.from_args(headers=kept, url=url, body=body)
        return made(url, status, kept, body, flags=["browser"], request=request)

    async def visit(self, request: Request, function: Callable[[Page], Awaitable[Any]], meta: dict[str, Any]) -> Any:
        """Open a page by scrapy-playwright, and return what ``function`` returns for it.

        Raises TimeoutError, Playwright's Error, and ChallengeError if Chromium does not start.
        """
        proxy = choose_proxy(request, self.settings.getdict("MIRRORS"))
        self.config.launch_options.setdefault("proxy", proxy)
        timeout = self.settings.getfloat("DOWNLOAD_TIMEOUT")
        call = PageMethod(lambda page: asyncio.wait_for(function(page), timeout))
        opened = Request(request.url, dont_filter=True, meta=meta)
        opened.meta["playwright"] = opened.meta["playwright_include_page"] = True
        opened.meta["playwright_page_methods"] = [call]
        opened.meta["playwright_page_goto_kwargs"] = {"wait_until": "commit"}
        agent = self.settings["USER_AGENT"]
        opened.meta["playwright_context_kwargs"] = {"user_agent": agent, "service_workers": "block"}
        try:
            async with asyncio.timeout(START_TIMEOUT + timeout) as limit:
                await super().download_request(opened)
        finally:
            if limit.expired() and hasattr(self, "browser"):
                await safe_close(self.browser)  # the next request starts another
            elif page := opened.meta.get("playwright_page"):
                await safe_close(page)
        request.meta["download_latency"] = opened.meta["download_latency"]  # for AutoThrottle
        return call.result


async def _shows_challenge(response: PageResponse) -> bool:
    content_type = response.headers.get("content-type", "")
    try:
        body = await response.body()
    except Error:  # the page has gone on
        return "html" in content_type
    return is_challenge(response.status, content_type, body, sets_cookie=True)


async def _show_nothing(page: Page, request: Request) -> None:
    """Answer the page's first request in place of the site."""
    await page.route(
        request.url, lambda route: route.fulfill(content_type="text/html", body="<!DOCTYPE html>"), times=1
    )


async def safe_close(opened: Page | Browser) -> None:
    """Close a page or Chromium, whatever state it is in."""
    try:
        await asyncio.wait_for(opened.close(), CLOSE_TIMEOUT)
    except (Error, TimeoutError) as error:
        logger.debug("%s did not close: %s", opened, error)


def _first_line(error: BaseException) -> str:
    """Return an error's message without Playwright's log; for a Chromium that did not start, its last line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    output = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    if any("No usable sandbox" in line for line in output):
        return "its sandbox can't be set up here"
    return (output[-1] if output else lines[0])[:200]
