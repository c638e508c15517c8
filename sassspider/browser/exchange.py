"""HTTP/1.1 as far as a proxy must read it (RFC 9112): heads, and the way to whoever answers."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from sassspider.network.handler import MOST_HEAD
from sassspider.sites import DEFAULT_PORTS

_PIECE = 64 * 1024  # bytes
# Of one connection only (RFC 9110, section 7.6.1), or between the browser and this proxy.
_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"})


class Way(NamedTuple):
    """Where to connect to: the site, or the operator's proxy (``authorization`` is what that one wants to see)."""

    host: str
    port: int
    is_proxy: bool = False
    authorization: str = ""
    target: str = ""


class Head(NamedTuple):
    """The first line of a message, and its fields."""

    start: str
    fields: list[tuple[str, str]]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        start, *lines = data.decode("latin-1").split("\r\n")
        fields = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines if line)]
        return cls(start, fields)

    @property
    def length(self) -> int:
        """Bytes of a request's body."""
        given = next((value for name, value in self.fields if name.lower() == "content-length"), "0")
        return int(given) if given.isdecimal() else 0

    def as_request(self, method: str, url: str, way: Way) -> bytes:
        """The head as it is sent on."""
        parts = urlsplit(url)
        target = url if way.is_proxy else f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        fields = [("Proxy-Authorization", way.authorization)] if way.authorization else []
        return self._write(f"{method} {target} HTTP/1.1", fields, {})

    def as_answer(self, renamed: Mapping[str, str]) -> bytes:
        """The head as the browser gets it; ``renamed`` gives new names for fields."""
        return self._write(self.start, [], renamed)

    def _write(self, start: str, more: list[tuple[str, str]], renamed: Mapping[str, str]) -> bytes:
        kept = [(renamed.get(name.lower(), name), value) for name, value in self.fields if name.lower() not in _HOP]
        lines = [f"{name}: {value}" for name, value in (*kept, *more, ("Connection", "close"))]
        return "\r\n".join([start, *lines, "", ""]).encode("latin-1")


async def read_answer(reader: asyncio.StreamReader) -> Head:
    """The head of an answer, after those that only say that it is to come (RFC 9110, section 15.2)."""
    while (head := await read_head(reader)).start.partition(" ")[2].startswith("1"):
        pass
    return head


async def read_head(reader: asyncio.StreamReader) -> Head:
    """Read up to the empty line; raises ConnectionError where there is no end of fields, or of the connection."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        data += line
        if not line or len(data) > MOST_HEAD:
            raise ConnectionResetError("its headers have no end")
    return Head.parse(data)


def find_way(url: str) -> Way:
    """The operator's proxy where the environment names one for such URLs, else the URL's own host."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    given = getproxies().get(parts.scheme)
    if not given or proxy_bypass(host):
        return Way(host, port)
    proxy = urlsplit(given if "//" in given else f"//{given}")
    user = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
    basic = f"Basic {base64.b64encode(user.encode()).decode()}" if proxy.username else ""
    target = f"{f'[{host}]' if ':' in host else host}:{port}" if parts.scheme == "https" else ""
    return Way(proxy.hostname or "", proxy.port or 80, is_proxy=True, authorization=basic, target=target)


async def open_way(
    way: Way, resolve: Callable[[str], Awaitable[str]]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; by a proxy for https, have it lead on. Raises OSError and what ``resolve`` raises."""
    reader, writer = await asyncio.open_connection(await resolve(way.host), way.port, limit=MOST_HEAD)
    if way.target:
        fields = [("Host", way.target)]
        if way.authorization:
            fields.append(("Proxy-Authorization", way.authorization))
        lines = [f"CONNECT {way.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1"))
        if " 200" not in (await read_head(reader)).start:
            writer.close()
            raise ConnectionRefusedError("the proxy refused")
    return reader, writer


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None = None) -> None:
    """Hand on what comes until it ends; raises ConnectionError after ``most`` bytes."""
    count = 0
    while piece := await reader.read(_PIECE):
        count += len(piece)
        if most is not None and count > most:
            raise ConnectionResetError("the answer is larger than DOWNLOAD_MAXSIZE")
        writer.write(piece)
        await writer.drain()
