"""A site that sends everybody on to its https twin, through the real spider."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.chaos.results import Row, add_row, compare, visit
from tests.in_process import crawl
from tests.mocksite import Connection, Request, Response, Server, Site, build_site
from tests.security.test_tls import write_certificate


class Twin(ThreadingHTTPServer):
    """A site over TLS."""

    def __init__(self, site: Site, certificate: Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.site = site
        self.asked: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: Twin

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.site.respond(Request("GET", self.path))
        self.send_response(answer.status)
        for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def twins(folder: Path) -> Iterator[tuple[Server, Twin]]:
    """A site over http that redirects to the same over https."""
    site = build_site(seed=3, articles=8)
    with Twin(site, folder / "site.pem") as twin:
        threading.Thread(target=twin.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

        def send_on(connection: Connection, request: Request, _response: Response) -> bool:
            location = f"https://127.0.0.1:{twin.server_port}{request.target}"
            connection.send(request, Response(301, (("Location", location),), b""))
            return True

        with Server(site, deliver=send_on) as server:
            yield server, twin
        twin.shutdown()


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_certificate(tmp_path / "site.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))


def test_the_twin_is_the_site(tmp_path: Path) -> None:
    with twins(tmp_path) as (server, twin):
        mirrors = {f"127.0.0.1:{twin.server_port}": f"127.0.0.1:{server.port}"}
        run = visit(tmp_path, server, {"MIRRORS": json.dumps(mirrors)})
        assert run.code == 0, run.stderr[-3000:]
        result = "followed; articles keep the addresses that were asked for"
        add_row(Row("the whole site: redirect to its https twin", result, *compare(run, server)))


def test_a_twin_that_nobody_declared_is_another_site(tmp_path: Path) -> None:
    """On the usual ports, 80 and 443, nobody need declare it."""
    with twins(tmp_path) as (server, twin):
        run = crawl(tmp_path, server.url)
        assert run.code == 1
        assert "which is not on" in run.stderr
        assert twin.asked == []
