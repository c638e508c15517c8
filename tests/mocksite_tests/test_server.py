import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.mocksite import Connection, Request, Response, Server, Site
from tests.mocksite.wire import parse_head, wire_format
from tests.mocksite_tests.reading import MakeSite, article


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    with Server(site) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    yield connection
    connection.close()


def raw(server: Server, data: bytes) -> bytes:
    """Send bytes and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(data)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_pages_come_over_one_kept_connection(server: Server, client: http.client.HTTPConnection, site: Site) -> None:
    for article_id in site.ids()[:5]:
        client.request("GET", f"/103002/{article_id}.aspx")
        sock = client.sock
        answer = client.getresponse()
        assert answer.read() == article(site, article_id).body
        assert answer.headers["Content-Type"] == "text/xml"
        assert client.sock is sock


def test_head_has_no_body(client: http.client.HTTPConnection, site: Site) -> None:
    client.request("HEAD", f"/103002/{site.ids()[0]}.aspx")
    answer = client.getresponse()
    assert int(answer.headers["Content-Length"]) == len(article(site, site.ids()[0]).body)
    assert answer.read() == b""


def test_conditional_request(client: http.client.HTTPConnection, site: Site) -> None:
    etag = dict(article(site, site.ids()[0]).headers)["ETag"]
    client.request("GET", f"/103002/{site.ids()[0]}.aspx", headers={"If-None-Match": etag})
    answer = client.getresponse()
    assert (answer.status, answer.read()) == (304, b"")


def test_bodies_of_requests_are_skipped(server: Server, client: http.client.HTTPConnection) -> None:
    client.request("POST", "/", body=b"x" * 100_000)
    answer = client.getresponse()
    assert (answer.status, answer.read()[:9]) == (405, b"<!DOCTYPE")
    client.request("GET", "/robots.txt")
    assert client.getresponse().read().startswith(b"User-agent")


def test_requests_are_recorded(server: Server, client: http.client.HTTPConnection) -> None:
    client.request("GET", "/nothing?x=1", headers={"User-Agent": "test"})
    client.getresponse().read()
    (served,) = server.requests
    assert (served.method, served.path, served.status) == ("GET", "/nothing?x=1", 404)
    assert served.headers["user-agent"] == "test"


def test_a_change_shows_at_once(client: http.client.HTTPConnection, site: Site) -> None:
    (new,) = site.publish()
    client.request("GET", f"/103002/{new}.aspx")
    answer = client.getresponse()
    answer.read()
    assert answer.status == 200


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    request = b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"
    many = b"".join(request % number for number in range(2000))
    answer = raw(server, many + b"GET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 404 Not Found") == 2000
    assert answer.endswith(b"Disallow:\n")
    assert [served.path for served in server.requests[:2000]] == [f"/{number}" for number in range(2000)]


def test_http_1_0_closes(server: Server) -> None:
    assert b"Connection: close" in raw(server, b"GET /robots.txt HTTP/1.0\r\n\r\n")


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n"])
def test_nonsense_is_a_bad_request(server: Server, data: bytes) -> None:
    assert raw(server, data).startswith(b"HTTP/1.1 400 ")


def test_endless_head_is_cut_off(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            for _ in range(100_000):
                client.sendall(b"x" * 10_000)
        assert not server.requests


def test_latency_does_not_block_others(make_site: MakeSite) -> None:
    with Server(make_site(latency=0.2)) as server:
        start = time.monotonic()
        threads = [
            threading.Thread(target=raw, args=(server, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
            for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0.2 <= time.monotonic() - start < 1.5
        assert len(server.requests) == 10


def test_delivery_can_be_taken_over(site: Site) -> None:
    def cut(connection: Connection, request: Request, response: Response) -> bool:
        if request.target == "/robots.txt":
            return False
        connection.transport.write(wire_format(request, response)[:50])
        connection.transport.close()
        return True

    with Server(site, deliver=cut) as server:
        assert len(raw(server, b"GET / HTTP/1.1\r\n\r\n")) == 50
        assert len(raw(server, b"GET /robots.txt HTTP/1.0\r\n\r\n")) > 50


def test_a_port_is_free_again_after_the_end(site: Site) -> None:
    server = Server(site)
    for _ in range(2):
        with server:
            port = server.port
            with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                client.sendall(b"GET /robots.txt HTTP/1.1\r\n\r\n")
                assert client.recv(100)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=10)


def test_a_taken_port_is_an_error(site: Site, server: Server) -> None:
    with pytest.raises(OSError, match="in use"):
        Server(site, server.port).start()


def test_head_is_parsed() -> None:
    request, version = parse_head(b"GET /x?y HTTP/1.1\r\nHost: a:1\r\nX-Y:  z ")
    assert request == Request("GET", "/x?y", {"host": "a:1", "x-y": "z"})
    assert version == "HTTP/1.1"
