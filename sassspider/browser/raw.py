"""A page's bytes as the server sent them, fetched by a browser: ``fetch`` from inside a page of the same origin.

Playwright's own ways give text that was decoded and encoded again, or the tree after XSLT. These don't.
"""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sassspider.browser.challenge import REDIRECTS
from sassspider.browser.gateway import RAW

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
    return {url: new URL(url).href, error: stop.signal.aborted ? "late" : String(error)};
  } finally {
    clearTimeout(timer);
  }
}"""
# A browser sets these itself, and plain HTTP's would say what it can't do.
_NOT_OURS = frozenset({"accept-encoding", "connection", "content-length", "cookie", "host", "referer", "user-agent"})
# True of the bytes on the wire, not of those that the browser hands out.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_NAMES = {RAW: "content-encoding"}
_TELLING = 2  # seconds; what the network says comes by another way, mostly first


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

    def __init__(self, page: Page, network: _Network):
        self.page = page
        self._network = network

    @classmethod
    async def on(cls, page: Page) -> Self:
        """Make an open page one to fetch from."""
        return cls(page, await _Network.on(page))

    async def fetch(self, url: str, headers: dict[str, str], largest: int, seconds: float) -> Raw:
        """Fetch; raises LateError, LargeError (0 allows any size), BrokenError, and Playwright's own errors.

        What came by the gateway is packed as the server sent it, by https it is unpacked.
        """
        sent = {name: value for name, value in headers.items() if name.lower() not in _NOT_OURS}
        task = {"url": url, "headers": sent, "largest": largest, "seconds": seconds}
        answer: dict[str, Any] = await self.page.evaluate(_FETCH, task)
        if "size" in answer:
            raise LargeError(answer["size"])
        if answer.get("error") == "late":
            raise LateError
        if "error" in answer or answer["status"] == 0:
            told = await self._network.find(answer["url"])
            if isinstance(told, Raw):
                return told
            raise BrokenError(told or answer.get("error", "a redirect, but where to is not told"))
        kept = [(_NAMES.get(name, name), value) for name, value in answer["headers"] if name not in _OF_THE_WIRE]
        return Raw(answer["status"], kept, base64.b64decode(answer["body"]))


class _Network:
    """What ``fetch`` hides: why there was no answer, and the heads of redirects, which are Scrapy's to follow."""

    def __init__(self) -> None:
        self._urls: dict[str, str] = {}
        self._told: dict[str, asyncio.Future[Raw | str]] = {}

    @classmethod
    async def on(cls, page: Page) -> Self:
        network = cls()
        session: CDPSession = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", network._see_request)
        session.on("Network.responseReceivedExtraInfo", network._see_head)
        session.on("Network.loadingFailed", network._see_failure)
        await session.send("Network.enable")
        return network

    async def find(self, url: str) -> Raw | str | None:
        """The redirect that answered a request, or why there was no answer; None if neither is told."""
        try:
            return await asyncio.wait_for(self._future(url), _TELLING)
        except TimeoutError:
            return None
        finally:
            self._told.pop(url, None)

    def _see_request(self, event: dict[str, Any]) -> None:
        if "redirectResponse" not in event:
            url = self._urls[event["requestId"]] = event["request"]["url"]
            told = self._told.get(url)
            if told is not None and told.done():  # of an earlier request, and nobody asked
                del self._told[url]

    def _see_head(self, event: dict[str, Any]) -> None:
        url = self._urls.pop(event["requestId"], None)
        if url and event["statusCode"] in REDIRECTS:
            lines = [(name, line) for name, value in event["headers"].items() for line in value.split("\n")]
            self._tell(url, Raw(event["statusCode"], lines, b""))

    def _see_failure(self, event: dict[str, Any]) -> None:
        if url := self._urls.pop(event["requestId"], None):
            self._tell(url, event["errorText"])

    def _tell(self, url: str, what: Raw | str) -> None:
        future = self._future(url)
        if not future.done():
            future.set_result(what)

    def _future(self, url: str) -> asyncio.Future[Raw | str]:
        return self._told.setdefault(url, asyncio.get_running_loop().create_future())
