"""A page's bytes as the server sent them, fetched by a browser: ``fetch`` from inside a page of the same origin.

Playwright's own ways give text that was decoded and encoded again, or the tree after XSLT. These don't.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

# The stream is read piece by piece, so that a page that is too large is given up in time.
_FETCH = """async ({url, headers, largest, seconds}) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort("late"), seconds * 1000);
  try {
    const options = {headers, redirect: "manual", cache: "no-store", referrerPolicy: "no-referrer"};
    const answer = await fetch(url, {...options, credentials: "same-origin", signal: stop.signal});
    const pieces = [];
    let size = 0;
    const reader = answer.body ? answer.body.getReader() : null;
    for (;;) {
      const {done, value} = reader ? await reader.read() : {done: true};
      if (done) break;
      size += value.length;
      if (largest && size > largest) {
        stop.abort("large");
        return {size};
      }
      pieces.push(value);
    }
    const data = await new Promise((done, failed) => {
      const file = new FileReader();
      file.onload = () => done(file.result);
      file.onerror = () => failed(file.error);
      file.readAsDataURL(new Blob(pieces));
    });
    const body = data.slice(data.indexOf(",") + 1);
    return {url: new URL(url).href, status: answer.status, headers: [...answer.headers], body};
  } catch (error) {
    return {error: stop.signal.aborted ? "late" : String(error)};
  } finally {
    clearTimeout(timer);
  }
}"""
# A browser sets these itself, and plain HTTP's would say what it can't do.
_NOT_OURS = frozenset({"accept-encoding", "connection", "content-length", "cookie", "host", "referer", "user-agent"})
# True of the bytes on the wire, not of those that the browser hands out.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_REDIRECT_PATIENCE = 5  # seconds; the head of a redirect comes by another way, and mostly first
REDIRECTS = (301, 302, 303, 307, 308)


class LateError(Exception):
    """No answer in time."""


class LargeError(Exception):
    """The answer is larger than allowed; ``size`` is what came of it."""

    def __init__(self, size: int):
        super().__init__(size)
        self.size = size


class BrokenError(Exception):
    """There was no answer; the message is the browser's."""


class Raw(NamedTuple):
    """An answer: header names as the browser has them, in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class RawPage:
    """An open page of an origin, to fetch from."""

    def __init__(self, page: Page, redirects: _Redirects):
        self.page = page
        self._redirects = redirects

    @classmethod
    async def on(cls, page: Page) -> Self:
        """Make an open page one to fetch from."""
        return cls(page, await _Redirects.on(page))

    async def fetch(self, url: str, headers: dict[str, str], largest: int, seconds: float) -> Raw:
        """Fetch; raises LateError, LargeError (0 allows any size), BrokenError, and Playwright's own errors."""
        sent = {name: value for name, value in headers.items() if name.lower() not in _NOT_OURS}
        task = {"url": url, "headers": sent, "largest": largest, "seconds": seconds}
        answer: dict[str, Any] = await self.page.evaluate(_FETCH, task)
        if "size" in answer:
            raise LargeError(answer["size"])
        if error := answer.get("error"):
            raise LateError if error == "late" else BrokenError(error)
        if answer["status"] == 0:
            return await self._redirects.find(answer["url"])
        kept = [(name, value) for name, value in answer["headers"] if name.lower() not in _OF_THE_WIRE]
        return Raw(answer["status"], kept, base64.b64decode(answer["body"]))


class _Redirects:
    """The heads of redirects, which ``fetch`` hides: where they lead is for Scrapy to judge and to follow."""

    def __init__(self) -> None:
        self._urls: dict[str, str] = {}
        self._heads: dict[str, asyncio.Future[Raw]] = {}

    @classmethod
    async def on(cls, page: Page) -> Self:
        redirects = cls()
        session: CDPSession = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", redirects._see_request)
        session.on("Network.responseReceivedExtraInfo", redirects._see_head)
        await session.send("Network.enable")
        return redirects

    async def find(self, url: str) -> Raw:
        """The redirect that answered a request; BrokenError if the browser does not tell of any."""
        try:
            return await asyncio.wait_for(self._head(url), _REDIRECT_PATIENCE)
        except TimeoutError:
            raise BrokenError("a redirect, but where to is not told") from None
        finally:
            self._heads.pop(url, None)

    def _see_request(self, event: dict[str, Any]) -> None:
        if "redirectResponse" not in event:
            self._urls[event["requestId"]] = event["request"]["url"]

    def _see_head(self, event: dict[str, Any]) -> None:
        url = self._urls.pop(event["requestId"], None)
        head = self._head(url) if url and event["statusCode"] in REDIRECTS else None
        if head is not None and not head.done():
            lines = [(name, line) for name, value in event["headers"].items() for line in value.split("\n")]
            head.set_result(Raw(event["statusCode"], lines, b""))

    def _head(self, url: str) -> asyncio.Future[Raw]:
        return self._heads.setdefault(url, asyncio.get_running_loop().create_future())
