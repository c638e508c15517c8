"""The site over HTTP/1.1, in a thread of this process.

An asyncio protocol serves 2,500 pages/s on one core (http.server: 1,900), and its transport can play any fault.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Self

from tests.mocksite.faults import deliver
from tests.mocksite.responses import Request, Response, error_response, parse_head, wire_format
from tests.mocksite.site import Site

HEAD_LIMIT = 65536  # bytes of a request's head; the connection of a client that sends more is closed


class RecordedRequest(NamedTuple):
    """A request and the status of its response. `path` includes the query; `at` is of time.monotonic()."""

    method: str
    path: str
    headers: dict[str, str]
    status: int
    at: float


class Connection(asyncio.Protocol):
    """One client. Requests are answered one after the other; delivery faults write to `transport`."""

    transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._skip = 0  # bytes of a request body still to come
        self._busy = False
        self._keep = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def send(self, request: Request, response: Response) -> None:
        """Write a response in the ordinary way and go on with the next request."""
        self.transport.write(wire_format(request, response, keep=self._keep))
        self.finish()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something in the event loop after some seconds."""
        self._server.loop.call_later(seconds, call)

    def finish(self) -> None:
        """Go on with the next request, or close the connection if the client does not keep it."""
        self._busy = False
        if not self._keep:
            self.transport.close()
        elif self._buffer:
            self.later(0, self._advance)

    def _advance(self) -> None:
        """Answer the next request, if its head is complete."""
        if self._busy or self.transport.is_closing():
            return
        drop = min(self._skip, len(self._buffer))
        self._buffer, self._skip = self._buffer[drop:], self._skip - drop
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if end:
            self._buffer, self._busy = rest, True
            self._answer(head)
        elif len(head) > HEAD_LIMIT:
            self.transport.abort()

    def _answer(self, head: bytes) -> None:
        try:
            request, version = parse_head(head)
            self._skip = int(request.headers.get("content-length", 0))
        except ValueError:
            self._keep = False
            self.send(Request("GET", "/"), error_response(400, "Bad Request"))
            return
        wish = request.headers.get("connection", "").lower()
        self._keep = wish != "close" and (version != "HTTP/1.0" or wish == "keep-alive")
        self._server.answer(self, request)


Deliver = Callable[[Connection, Request, Response], bool]


class Server:
    """Serves a site on 127.0.0.1: ``with Server(site) as server: fetch(server.url)``.

    `port` 0 takes a free port. `deliver` is called before each response is written. It returns True if it answers
    itself: then it writes to ``connection.transport`` without blocking, and ends with ``connection.send()``,
    ``connection.finish()``, ``transport.close()`` or ``transport.abort()``.
    """

    def __init__(self, site: Site, port: int = 0, deliver: Deliver | None = None) -> None:
        self.site = site
        self.port = port
        self.requests: list[RecordedRequest] = []
        self.connections: set[Connection] = set()
        self.deliver = deliver

    @property
    def url(self) -> str:
        """The base of the site's addresses, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Bind the port and serve; OSError if the port is taken."""
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = self._socket.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name=f"mocksite:{self.port}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close every connection and the port."""
        self.loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def answer(self, connection: Connection, request: Request) -> None:
        """Answer a request, after the site's latency; other connections are served meanwhile."""
        response = self.site.respond(request)
        self.requests.append(
            RecordedRequest(request.method, request.target, dict(request.headers), response.status, time.monotonic())
        )
        latency = self.site.options.latency
        if latency:
            self.loop.call_later(latency, partial(self._send, connection, request, response))
        else:
            self._send(connection, request, response)

    def _send(self, connection: Connection, request: Request, response: Response) -> None:
        if connection.transport.is_closing():
            return
        if self.deliver and self.deliver(connection, request, response):
            return
        if response.delivery:
            deliver(connection, request, response)
        else:
            connection.send(request, response)

    def _run(self) -> None:
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        listener = await self.loop.create_server(lambda: Connection(self), sock=self._socket)
        await self._stopping.wait()
        listener.close()
        for connection in tuple(self.connections):
            connection.transport.abort()
        await listener.wait_closed()
        await asyncio.sleep(0)  # lets the aborted transports close their sockets
