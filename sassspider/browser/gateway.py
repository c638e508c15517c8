"""The browser's only way out: an HTTP proxy in the crawl's own process, which lets through what the guard admits.

What a page makes a browser ask for, Playwright shows only in part: not where a redirect leads, nor what workers, web
sockets and prefetching ask for. All of that goes by here, or nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from sassspider.browser.exchange import Head, find_way, open_way, read_answer, read_head, relay
from sassspider.browser.guard import Guard, key

RAW = "content-encoding-unread"  # what a raw answer's Content-Encoding is called, so that the browser leaves it packed
Resolve = Callable[[str], Awaitable[str]]
_BROKEN = (OSError, ValueError, asyncio.IncompleteReadError)


class Gateway:
    """``resolve`` gives the address of a host, ``largest`` is how many bytes of an answer are let through.

    ``failures`` has, by URL, why a request that went by here had no answer.
    """

    def __init__(self, guard: Guard, resolve: Resolve, largest: int):
        self.failures: dict[str, Exception] = {}
        self._guard = guard
        self._resolve = resolve
        self._largest = largest
        self._server: asyncio.Server | None = None
        self._exchanges: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """Wait for the browser, on this machine only; returns the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """End what is under way."""
        if self._server is not None:
            self._server.close()
        for exchange in self._exchanges:
            exchange.cancel()
        await asyncio.gather(*self._exchanges, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._exchanges.add(task)
        try:
            await self._answer(reader, writer)
        except _BROKEN:
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()  # and go on: asyncio's streams take a cancelled task for a defect (Python 3.11)
        finally:
            self._exchanges.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await read_head(reader)
        method, _, rest = head.start.partition(" ")
        target = rest.rpartition(" ")[0]
        if method == "CONNECT":
            await self._tunnel(target, reader, writer)
        else:
            await self._forward(method, target, head, reader, writer)

    async def _tunnel(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """An https connection, of which nothing can be seen but where it leads."""
        if not self._guard.admits_tunnel(target):
            return
        way = find_way(f"https://{target}/")
        there, out = await open_way(way, self._resolve)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _either(relay(reader, out), relay(there, writer))
        finally:
            out.close()

    async def _forward(
        self, method: str, url: str, head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        admission = await self._guard.admit(url) if urlsplit(url).scheme == "http" else ""
        if not admission:
            return
        body = await reader.readexactly(head.length) if head.length else b""
        # Whatever comes next from the browser is its end: one request goes by each connection.
        await _either(reader.read(1), self._exchange(method, url, head, body, writer, is_raw=admission == "raw"))

    async def _exchange(
        self, method: str, url: str, head: Head, body: bytes, writer: asyncio.StreamWriter, *, is_raw: bool
    ) -> None:
        self.failures.pop(key(url), None)
        way = find_way(url)
        try:
            there, out = await open_way(way, self._resolve)
        except OSError as error:
            self.failures[key(url)] = error
            return
        try:
            out.write(head.as_request(method, url, way) + body)
            answer = await read_answer(there)
            writer.write(answer.as_answer({"content-encoding": RAW} if is_raw else {}))
            await relay(there, writer, None if is_raw else self._largest)  # a raw one is read with a limit of its own
        except _BROKEN as error:
            self.failures[key(url)] = error
            raise
        finally:
            out.close()


async def _either(one: Awaitable[object], other: Awaitable[object]) -> None:
    """Return when one of two ends, and end the other; raises what it raised."""
    tasks = [asyncio.ensure_future(each) for each in (one, other)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, *_BROKEN):
                await task
