"""Watches a page that shows a challenge, until it shows what is behind it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from sassspider.browser.challenge import LARGEST, REDIRECTS, is_challenge
from sassspider.browser.raw import BrokenError, LargeError, LateError, RawPage

if TYPE_CHECKING:
    from playwright.async_api import Page, Response

_DIGITS = 18  # of a number that any file has of bytes
_PAUSE = 3  # seconds; a challenge that sets its cookie without loading the page again is rare


class Watch:
    """The answers that the page's main frame gets."""

    def __init__(self) -> None:
        self._passed = asyncio.Event()

    async def see(self, response: Response) -> None:
        """Take an answer: the first that is no challenge ends the watch."""
        request = response.request
        is_page = request.is_navigation_request() and request.frame.parent_frame is None
        if is_page and response.status not in REDIRECTS and not await _is_challenge(response):
            self._passed.set()

    async def pass_by(self, page: Page, url: str, seconds: float, largest: int) -> None:
        """Return when the challenge is passed; the caller sets the limit. Of an answer ``largest`` bytes are read.

        Mostly the page loads itself again. If it only sets cookies, it is asked for once more each time they change.
        """
        known = await _read_cookies(page)
        while not self._passed.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._passed.wait(), _PAUSE)
            cookies = await _read_cookies(page)
            if not self._passed.is_set() and cookies != known:
                known = cookies
                await self._ask_again(page, url, seconds, largest)

    async def _ask_again(self, page: Page, url: str, seconds: float, largest: int) -> None:
        from playwright.async_api import Error

        with suppress(Error, LateError, LargeError, BrokenError):  # it may be loading again after all
            raw = await (await RawPage.on(page)).fetch(url, {}, largest, seconds)
            kind = dict(raw.headers).get("content-type", "")
            if not is_challenge(raw.status, kind, raw.body, url, sets_cookie=True):
                self._passed.set()


async def _is_challenge(response: Response) -> bool:
    from playwright.async_api import Error

    kind = response.headers.get("content-type", "")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > _DIGITS or int(length) > LARGEST):
        return False
    try:
        body = await response.body()
    except Error:  # the page has gone on, or it is no text and so not kept
        return "html" in kind
    return is_challenge(response.status, kind, body, response.url, sets_cookie=True)


async def _read_cookies(page: Page) -> list[tuple[str, str]]:
    return sorted((one.get("name", ""), one.get("value", "")) for one in await page.context.cookies())
