"""The site over HTTP/1.1, in threads of this process: one for each connection."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, NamedTuple, Self

from tests.mocksite.faults import deliver
from tests.mocksite.responses import Request, Response, read_request, wire_format
from tests.mocksite.site import Site


class RecordedRequest(NamedTuple):
    """A request and the status of its response. `path` includes the query; `at` is of time.monotonic()."""

    method: str
    path: str
    headers: dict[str, str]
    status: int
    at: float


class Server:
    """Serves a site on 127.0.0.1: ``with Server(site) as server: fetch(server.url)``.

    `port` 0 takes a free port. `deliver` is called with each request and the site's response, in the connection's
    thread, and may wait; a response that it returns is sent in place of the site's. `tls` serves https.
    """

    def __init__(
        self,
        site: Site,
        port: int = 0,
        deliver: Callable[[Request, Response], Response | None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.site = site
        self.port = port
        self.deliver = deliver
        self.requests: list[RecordedRequest] = []
        self._tls = tls
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopping = False

    @property
    def url(self) -> str:
        """The base of the site's addresses, without a slash at its end."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Bind the port and serve; OSError if the port is taken."""
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name=f"mocksite:{self.port}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close every connection and the port."""
        self._stopping = True
        socket.create_connection(("127.0.0.1", self.port)).close()  # accept() returns
        self._thread.join()
        for client in tuple(self._clients):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def take_paths(self) -> list[str]:
        """Return the paths requested since the last call, without robots.txt."""
        paths = [request.path for request in self.requests if request.path != "/robots.txt"]
        self.requests.clear()
        return paths

    def _accept(self) -> None:
        with self._socket:
            while not self._stopping:
                client, _ = self._socket.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls:
                    client = self._tls.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
                self._clients.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """Answer the requests of one connection, until either side closes it."""
        with suppress(OSError), client, client.makefile("rb") as received:
            while self._answer(client, received):
                pass
        self._clients.discard(client)

    def _answer(self, client: socket.socket, received: BinaryIO) -> bool:
        """Answer the next request; return whether the connection stays open."""
        request = read_request(received)
        if request is None:
            return False
        headers, at = dict(request.headers), time.monotonic()
        with self._lock:
            response = self.site.respond(request)
            self.requests.append(RecordedRequest(request.method, request.target, headers, response.status, at))
        time.sleep(self.site.options.latency)
        if self.deliver:
            response = self.deliver(request, response) or response
        if response.delivery:
            deliver(client, response)
            return False
        keep = headers.get("connection", "").lower() != "close"
        client.sendall(wire_format(response, keep=keep))
        return keep
