"""What is done with open pages of the browser, and made of their answers and errors."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from playwright.async_api import Error, Route
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from playwright.async_api import Page
    from scrapy import Request
    from scrapy.http import Response

    from sassspider.browser.raw import Raw

logger = logging.getLogger(__name__)


async def make_up(page: Page, request: Request) -> None:
    """Answer a page's first request in place of the site."""

    async def answer(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<!DOCTYPE html><title></title>")

    await page.route(request.url, answer, times=1)


async def confine(page: Page, _request: Request) -> None:
    """Stop what goes past the guard, which sees a page's requests: web sockets, and pages that this one opens."""
    await page.context.unroute("**")
    await page.context.route("**", lambda route: route.abort())
    await page.context.route_web_socket("**", lambda socket: socket.close())


async def close_page(page: Page) -> None:
    """Close a page, whatever state it is in."""
    try:
        await page.close()
    except Error as error:
        logger.debug("A page of Chromium did not close: %s", error)


def make_response(url: str, raw: Raw) -> Response:
    """Scrapy's response, of the class that its headers and bytes suggest."""
    headers = Headers()
    for name, value in raw.headers:
        headers.appendlist(name, value.encode("latin-1", errors="replace"))
    made = responsetypes.from_args(headers=headers, url=url, body=raw.body)
    return made(url=url, status=raw.status, headers=headers, body=raw.body, flags=["browser"])


def explain_failure(error: Exception, cause: Exception | None) -> Exception:
    """What Scrapy's own handler raises in such a case. ``error`` is Chromium's, ``cause`` what the gateway knows."""
    if isinstance(cause, DNSLookupError):
        return CannotResolveHostError(str(cause))
    if isinstance(cause, ConnectionRefusedError):
        return DownloadConnectionRefusedError(str(cause))
    return DownloadFailedError(f"Chromium: {first_line(error)}{f' ({first_line(cause)})' if cause else ''}")


def first_line(error: BaseException) -> str:
    """What went wrong, without the browser's log; of a browser that did not start, what it said last."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    said = [line.partition("[err]")[2].strip() for line in lines if "[err]" in line]
    if any("No usable sandbox" in line for line in said):
        return "its sandbox can't be set up here"
    if "has been closed" in lines[0] and not said:
        return "it ended at once"
    return (said[-1] if said else lines[0])[:200]
