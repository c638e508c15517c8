"""The browser's way out, asked as a browser asks a proxy: what it lets through, and what it says of the rest."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from twisted.internet.error import DNSLookupError

from sassspider.browser.exchange import find_way
from sassspider.browser.gateway import RAW, Gateway
from sassspider.browser.guard import Guard, key
from sassspider.network.handler import MOST_HEAD

PACKED = gzip.compress(b"<p>the weir</p>", mtime=0)
LARGEST = 1000
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class Ground:
    """A gateway, and a server that answers with a packed page and notes how it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nKeep-Alive: 9\r\n\r\n" + PACKED
        self.refused: list[str] = []
        self.guard = Guard("me", lambda host: 0.0, self.refused.append)
        self.gateway = Gateway(self.guard, self.resolve, LARGEST)

    async def resolve(self, name: str) -> str:
        if name == "sass.invalid":
            raise DNSLookupError("no such name")
        return "127.0.0.1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    async def ask(self, start: str) -> bytes:
        """What a browser gets that asks its proxy so; nothing where the proxy hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"{start} HTTP/1.1\r\nHost: h\r\nProxy-Connection: keep-alive\r\nAccept: text/xml\r\n\r\n".encode()
        )
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    made = Ground()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
        made.port = await made.gateway.open()
        made.site = f"http://sass.test:{server.sockets[0].getsockname()[1]}"
        yield made
        await made.gateway.close()


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def on_ground(test: Callable[[Ground], Awaitable[None]]) -> None:
    async def run() -> None:
        async with ground() as made:
            await test(made)

    asyncio.run(run())


def test_what_the_crawl_asks_for_goes_through_and_without_the_fields_of_a_connection() -> None:
    async def test(made: Ground) -> None:
        made.guard.expect(f"{made.site}/a?b=1")
        answer = await made.ask(f"GET {made.site}/a?b=1")
        assert answer.split(b"\r\n\r\n", 1)[1] == PACKED
        assert b"Content-Encoding: gzip" in answer
        assert b"Keep-Alive" not in answer
        assert made.asked == [b"GET /a?b=1 HTTP/1.1\r\nHost: h\r\nAccept: text/xml\r\nConnection: close\r\n\r\n"]

    on_ground(test)


def test_a_raw_answer_is_left_packed() -> None:
    async def test(made: Ground) -> None:
        made.guard.expect(f"{made.site}/a", "raw")
        answer = await made.ask(f"GET {made.site}/a")
        assert f"{RAW}: gzip".encode() in answer
        assert b"Content-Encoding" not in answer

    on_ground(test)


class NoTracking:
    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        return "/tracker" not in str(url)


def test_nothing_else_goes_through_but_what_robots_txt_allows_on_the_same_origin() -> None:
    async def test(made: Ground) -> None:
        made.guard.expect(f"{made.site}/a")
        made.guard.robots[made.site.partition("//")[2]] = NoTracking()
        other_port = f"http://sass.test:{made.port}"
        for url in (
            f"{made.site}/tracker",
            f"{other_port}/x",
            "http://elsewhere/x",
            "ftp://sass.test/x",
            "/x",
            "http://[",
        ):
            assert await made.ask(f"GET {url}") == b""
        for target in (made.site.partition("//")[2], "elsewhere:443", "sass.test:x"):  # a web socket, or https
            assert await made.ask(f"CONNECT {target}") == b""
        assert made.asked == []
        assert await made.ask(f"GET {made.site}/script.js") != b""
        assert made.refused == [*["browser/refused"] * 3, "browser/own_requests"]

    on_ground(test)


def test_an_answer_beyond_the_limit_is_cut_off() -> None:
    async def test(made: Ground) -> None:
        made.guard.expect(f"{made.site}/a")
        made.answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000
        assert len(await made.ask(f"GET {made.site}/a")) < LARGEST + 100
        assert "DOWNLOAD_MAXSIZE" in str(made.gateway.failures[key(f"{made.site}/a")])
        made.guard.expect(f"{made.site}/b")
        made.answer = b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * MOST_HEAD
        assert await made.ask(f"GET {made.site}/b") == b""

    on_ground(test)


def test_an_answer_that_is_announced_is_waited_for() -> None:
    async def test(made: Ground) -> None:
        made.guard.expect(f"{made.site}/a", "raw")
        made.answer = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + made.answer
        answer = await made.ask(f"GET {made.site}/a")
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert f"{RAW}: gzip".encode() in answer

    on_ground(test)


def test_why_there_is_no_answer_is_known() -> None:
    async def test(made: Ground) -> None:
        for url, error in (("http://sass.invalid/a", DNSLookupError), ("http://sass.test:1/a", ConnectionRefusedError)):
            made.guard.expect(url)
            assert await made.ask(f"GET {url}") == b""
            assert isinstance(made.gateway.failures[key(url)], error)

    on_ground(test)


def test_an_operators_proxy_is_asked_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(made: Ground) -> None:
        monkeypatch.setenv("http_proxy", made.site.replace("//", "//me:my%20word@"))
        made.guard.expect("http://elsewhere/a")
        assert await made.ask("GET http://elsewhere/a") != b""
        assert made.asked[0].startswith(b"GET http://elsewhere/a HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic bWU6bXkgd29yZA==" in made.asked[0]
        made.asked.clear()
        monkeypatch.setenv("https_proxy", made.site)
        made.guard.expect("https://elsewhere/a")
        assert await made.ask("CONNECT elsewhere:443") == b"HTTP/1.1 200 Connection established\r\n\r\n" + PACKED
        assert made.asked == [b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n"]
        assert find_way("https://[::1]:8443/a").target == "[::1]:8443"
        monkeypatch.setenv("no_proxy", "elsewhere")
        assert find_way("http://elsewhere/a")[:3] == ("elsewhere", 80, False)

    on_ground(test)
