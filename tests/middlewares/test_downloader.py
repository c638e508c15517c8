"""No request leaves the site, and broken compression is a failed page."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import brotli
import pytest

from tests.mocksite import Request, Response, Server, build_site

from ..spiders.visits import Answers
from .spider import request

SITE = build_site(5, 3)
IDS = SITE.ids()
PAGE = f"/103002/{IDS[0]}.aspx"
BODY = SITE.respond(Request("GET", PAGE)).body
PACKED = {
    "gzip": gzip.compress(BODY),
    "br": brotli.compress(BODY),
    "deflate": zlib.compress(BODY),
    "deflate, gzip": gzip.compress(zlib.compress(BODY)),
}


def serve(*responses: Response) -> Server:
    """Answer requests for PAGE with these."""
    return Server(SITE, deliver=Answers(PAGE, responses=responses))


def test_other_hosts_are_refused(tmp_path: Path) -> None:
    hosts = ["http://localhost:{1}", "http://127.0.0.1:{1}", "http://www.127.0.0.1:{0}", "http://127.0.0.1"]
    hosts += ["http://user:password@127.0.0.1:{0}", "ftp://127.0.0.1:{0}"]
    with Server(SITE) as server, Server(SITE) as other:
        urls = [f"{host.format(server.port, other.port)}/103002/1.aspx" for host in hosts]
        spider, _ = request(tmp_path, server.url, urls)
        assert other.requests == server.requests == []
    reason = "OffsiteError: it leads to {}, which is not on " + server.url
    assert spider.failed == {url: reason.format(url) for url in urls}


def test_redirect_to_other_site_is_refused(tmp_path: Path) -> None:
    with Server(build_site(5, 3)) as other:
        faults = {IDS[0]: "redirect-away", IDS[1]: "server-error"}
        with Server(build_site(5, 3, faults=faults, elsewhere=other.url)) as server:
            spider, _ = request(tmp_path, server.url, [f"/103002/{one}.aspx" for one in IDS])
        assert other.requests == []
    assert len(spider.sound) == 1


def test_mirror_is_allowed(tmp_path: Path) -> None:
    with Server(SITE) as server, Server(SITE) as mirror:
        mirrors = json.dumps({f"127.0.0.1:{mirror.port}": f"127.0.0.1:{server.port}"})
        spider, _ = request(tmp_path, server.url, [mirror.url + PAGE], MIRRORS=mirrors)
    assert spider.sound == [mirror.url + PAGE]


@pytest.mark.parametrize("location", ["http://[", "http://a:99999999999/", "http://127.0.0.1:x/", "http://\u2100/"])
def test_redirect_to_no_address_fails(tmp_path: Path, location: str) -> None:
    header = ("Location", location.encode().decode("latin-1"))
    with serve(Response(302, (header, ("Set-Cookie", "a=b")), b"")) as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
    assert list(spider.failed) == [server.url + PAGE]


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("broken", ["cut", "garbage", "plain"])
def test_broken_body_is_retried(tmp_path: Path, encoding: str, broken: str) -> None:
    whole, headers = PACKED[encoding], (("Content-Encoding", encoding),)
    bad = {"cut": whole[: len(whole) // 2], "garbage": b"\xff\x00" * 100, "plain": BODY}[broken]
    with serve(Response(200, headers, bad), Response(200, headers, whole)) as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
    assert spider.sound == [server.url + PAGE]


def test_status_decides_outside_2xx(tmp_path: Path) -> None:
    with serve(Response(500, (("Content-Encoding", "gzip"),), b"Server Error")) as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
    assert list(spider.failed.values()) == ["HttpError: HTTP status 500"]


def test_bomb_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(zlib.compress(bytes(17 << 20)))
    with serve(Response(200, (("Content-Encoding", "deflate, gzip"),), bomb)) as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
    assert list(spider.failed.values()) == ["IgnoreRequest: the decompressed response is larger than DOWNLOAD_MAXSIZE"]
