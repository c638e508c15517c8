"""Download handler on scrapy-playwright: pass challenges and fetch pages with Chromium, which starts when needed."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from playwright.async_api import Browser, Error, Page
from playwright.async_api import Response as PageResponse
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from sassspider.browser import COOKIES, FETCH, PASS, BrowserSettings, ChallengeError, choose_proxy
from sassspider.challenge import is_challenge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_CLOSE_TIMEOUT = 15  # seconds; a Chromium that hangs ends with this process
_EVENT_TIMEOUT = 2  # seconds until Playwright reports why a request failed
_VALIDATORS = ("If-None-Match", "If-Modified-Since")  # all other headers are Chromium's own
_ENCODING_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})  # the body is decoded
# A navigation would run the page's XSLT, and Playwright decodes its text; fetch() gives the server's bytes.
_FETCH = """async ({url, headers, maxSize}) => {
  const options = {headers, redirect: "manual", cache: "no-store", referrerPolicy: "no-referrer"};
  const blob = await (await fetch(url, options)).blob();
  if (maxSize && blob.size > maxSize) return null;
  const reader = new FileReader();
  await new Promise((resolve) => { reader.onload = resolve; reader.readAsDataURL(blob); });
  return reader.result;
}"""


class LazyBrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Start Playwright with the first page, and not with every crawl (PLAYWRIGHT_BROWSER_PROVIDER)."""

    async def start(self) -> None:
        """Start nothing yet."""

    async def launch_browser(self) -> Browser:
        """Start Chromium; raise ChallengeError if it does not start."""
        try:
            if self.browser_type is None:
                await super().start()
            browser: Browser = await super().launch_browser()
        except (Error, OSError, TypeError) as error:  # TypeError: an unknown launch option
            path = self.config.launch_options["executable_path"]
            reason = f"Chromium ({path}) can't be started: {_first_line(error)} (see docs/operate.md)"
            raise ChallengeError(reason) from None
        return browser


class BrowserDownloadHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Send requests with PASS or FETCH to Chromium, all others by plain HTTP."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self.crawler = crawler
        self.options = BrowserSettings.read(crawler.settings)
        self.turn = asyncio.Lock()
        self.heads: asyncio.Queue[dict[str, Any]] = asyncio.Queue()  # status and headers, as Chromium's network tells
        self.failures: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.pages: dict[str, Page] = {}  # by origin, to fetch from

    async def download_request(self, request: Request) -> Response:
        if request.meta.get(PASS):
            return await self.pass_challenge(request)
        if request.meta.get(FETCH):
            return await self.fetch(request)
        response: Response = await super().download_request(request)
        return response

    async def close(self) -> None:
        try:
            await asyncio.wait_for(super().close(), _CLOSE_TIMEOUT)
        except Exception as error:
            logger.debug("Chromium did not close: %s", error)

    async def pass_challenge(self, request: Request) -> Response:
        """Open a page until its challenge is passed; return its cookies in meta; raise ChallengeError."""
        visit = _Visit(request.url)
        events = {"response": visit.see, "popup": close_page, "close": visit.end, "crash": visit.end}
        meta = {"playwright_page_event_handlers": events, "playwright_page_methods": [PageMethod(visit.wait)]}
        try:
            async with asyncio.timeout(self.options.timeout):
                await close_page(await self._open(request.url, request, meta))
        except TimeoutError:
            limit = f"{self.options.timeout:g} s (BROWSER_TIMEOUT)"
            raise ChallengeError(f"a JavaScript challenge that Chromium did not pass within {limit}") from None
        except Error as error:
            if not visit.cookies:  # else the page went on while scrapy-playwright read it
                message = f"a JavaScript challenge that Chromium could not pass: {_first_line(error)}"
                raise ChallengeError(message) from None
        finally:
            self.stats.inc_value("browser/own_requests", max(visit.responses - 1, 0))
        request.meta[COOKIES] = visit.cookies
        return Response(request.url, request=request)

    async def fetch(self, request: Request) -> Response:
        """Fetch a page's bytes; raise the exceptions of Scrapy's own handlers."""
        timeout = float(request.meta.get("download_timeout") or self.crawler.settings["DOWNLOAD_TIMEOUT"])
        async with self.turn:  # one request at a time, so that the network's first event belongs to it
            try:
                page = await self._open_origin(request)
                async with asyncio.timeout(timeout):
                    return await self._fetch_on(page, request)
            except TimeoutError:
                await close_page(page)
                raise DownloadTimeoutError(f"Getting {request.url} took longer than {timeout:g} seconds.") from None
            except Error as error:
                raise DownloadFailedError(f"Chromium: {_first_line(error)}") from None

    async def _fetch_on(self, page: Page, request: Request) -> Response:
        sent = request.headers.to_unicode_dict()
        max_size = int(request.meta.get("download_maxsize", self.crawler.settings["DOWNLOAD_MAXSIZE"]))
        headers = {name: sent[name] for name in _VALIDATORS if name in sent}
        self.heads, self.failures = asyncio.Queue(), asyncio.Queue()
        started = time.monotonic()
        try:
            data = await page.evaluate(_FETCH, {"url": request.url, "headers": headers, "maxSize": max_size})
        except Error as error:
            reason = _first_line(error)
            with suppress(TimeoutError):
                reason = (await asyncio.wait_for(self.failures.get(), _EVENT_TIMEOUT))["errorText"]
            raise DownloadFailedError(f"Chromium: {reason}") from None
        head = await self.heads.get()
        request.meta["download_latency"] = time.monotonic() - started  # for AutoThrottle
        if data is None:
            raise DownloadCancelledError(f"{request.url} is larger than DOWNLOAD_MAXSIZE ({max_size} bytes)")
        return _make_response(request, head["statusCode"], head["headers"], base64.b64decode(data.partition(",")[2]))

    async def _open_origin(self, request: Request) -> Page:
        """Return a page of the request's origin; it is empty and costs the site no request."""
        origin = urljoin(request.url, "/")
        page = self.pages.get(origin)
        if page is None or page.is_closed():
            page = await self._open(origin, request, {"playwright_page_init_callback": _show_nothing})
            page.on("crash", close_page)
            network = await page.context.new_cdp_session(page)  # tells of redirects, which fetch() does not
            network.on("Network.responseReceivedExtraInfo", lambda event: self.heads.put_nowait(event))
            network.on("Network.loadingFailed", lambda event: self.failures.put_nowait(event))
            await network.send("Network.enable")
            self.pages[origin] = page
        return page

    async def _open(self, url: str, request: Request, meta: dict[str, Any]) -> Page:
        """Open a page; raise Playwright's Error, and ChallengeError if Chromium does not start."""
        proxy = choose_proxy(request, self.crawler.settings.getdict("MIRRORS"))
        self.config.launch_options.setdefault("proxy", proxy)
        agent = self.crawler.settings["USER_AGENT"]
        opened = Request(url, dont_filter=True, meta=meta)
        opened.meta["playwright"] = opened.meta["playwright_include_page"] = True
        opened.meta["playwright_page_goto_kwargs"] = {"wait_until": "commit"}
        opened.meta["playwright_context_kwargs"] = {"user_agent": agent, "service_workers": "block"}
        try:
            await super().download_request(opened)
        except BaseException:
            if page := opened.meta.get("playwright_page"):
                await close_page(page)
            raise
        made: Page = opened.meta["playwright_page"]
        return made


class _Visit:
    """One page from its challenge to what is behind it."""

    def __init__(self, url: str):
        self.url = url
        self.cookies: str | None = None
        self.responses = 0
        self.ended = asyncio.Event()

    async def see(self, response: PageResponse) -> None:
        """Take the cookies when the page gets its first response that is no challenge."""
        self.responses += 1
        is_page = response.request.is_navigation_request() and response.frame.parent_frame is None
        if is_page and not 300 <= response.status < 400 and not await _shows_challenge(response):
            cookies = await response.frame.page.context.cookies(self.url)
            self.cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
            self.ended.set()

    def end(self, _page: Page) -> None:
        """Stop waiting, as the page was closed or has crashed."""
        self.ended.set()

    async def wait(self, _page: Page) -> None:
        """Wait until the challenge is passed; raise ChallengeError if Chromium ended before."""
        await self.ended.wait()
        if self.cookies is None:
            raise ChallengeError("a JavaScript challenge that was not passed: Chromium crashed or was ended")


async def _shows_challenge(response: PageResponse) -> bool:
    content_type = response.headers.get("content-type", "")
    try:
        body = await response.body()
    except Error:  # the page has gone on
        return "html" in content_type
    return is_challenge(response.status, content_type, body, response.url, sets_cookie=True)


def _make_response(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> Response:
    """Return Scrapy's response; the values of a repeated header are separated by line feeds."""
    received = Headers()
    for name, values in headers.items():
        if name.lower() not in _ENCODING_HEADERS:
            received[name] = [value.encode("latin-1", "replace") for value in values.split("\n")]
    made = responsetypes.from_args(headers=received, url=request.url, body=body)
    return made(request.url, status, received, body, flags=["browser"], request=request)


async def _show_nothing(page: Page, request: Request) -> None:
    """Answer the page's first request in place of the site."""
    await page.route(
        request.url, lambda route: route.fulfill(content_type="text/html", body="<!DOCTYPE html>"), times=1
    )


async def close_page(page: Page) -> None:
    """Close a page, whatever state it is in."""
    try:
        await asyncio.wait_for(page.close(), _CLOSE_TIMEOUT)
    except (Error, TimeoutError) as error:
        logger.debug("A page of Chromium did not close: %s", error)


def _first_line(error: BaseException) -> str:
    """Return an error's message without Playwright's log; for a Chromium that did not start, its last line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    output = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    if any("No usable sandbox" in line for line in output):
        return "its sandbox can't be set up here"
    return (output[-1] if output else lines[0])[:200]
