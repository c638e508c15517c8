"""A compressed body that is broken is retried; outside 2xx the status decides."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import brotli
import pytest

from tests.mocksite import Connection, Request, Response, Server, build_site

from .spider import request

SITE = build_site(5, 2)
PAGE = f"/103002/{SITE.ids()[0]}.aspx"
BODY = SITE.respond(Request("GET", PAGE)).body
RANDOM = b"\xff\x00" * 100
PACKED = {
    "gzip": gzip.compress(BODY),
    "br": brotli.compress(BODY),
    "deflate": zlib.compress(BODY),
    "deflate, gzip": gzip.compress(zlib.compress(BODY)),
}


def serve(status: int, encoding: str, *bodies: bytes) -> Server:
    """Serve these bodies, one after another and then the last, whatever page is requested."""
    left = list(bodies)

    def deliver(connection: Connection, asked: Request, _response: Response) -> bool:
        if asked.target == PAGE:
            body = left.pop(0) if len(left) > 1 else left[0]
            connection.send(asked, Response(status, (("Content-Encoding", encoding),), body))
        return asked.target == PAGE

    return Server(SITE, deliver=deliver)


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("broken", ["cut", "cut-at-once", "garbage", "plain"])
def test_broken_body_is_retried(tmp_path: Path, encoding: str, broken: str) -> None:
    whole = PACKED[encoding]
    bad = {"cut": whole[: len(whole) // 2], "cut-at-once": whole[:4], "garbage": RANDOM, "plain": BODY}[broken]
    with serve(200, encoding, bad, whole) as server:
        spider, run = request(tmp_path, server.url, [PAGE])
    assert spider.sound == [server.url + PAGE]
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("encoding", ["gzip", "br", "nonsense"])
def test_status_decides_outside_2xx(tmp_path: Path, encoding: str) -> None:
    with serve(500, encoding, b"Server Error") as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
        assert [one.path for one in server.requests].count(PAGE) == 2
    assert list(spider.failed.values()) == ["HttpError: HTTP status 500"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate, gzip"])
def test_bomb_is_refused(tmp_path: Path, encoding: str) -> None:
    bomb = gzip.compress(zlib.compress(bytes(17 << 20)) if "," in encoding else bytes(17 << 20))
    with serve(200, encoding, bomb) as server:
        spider, _ = request(tmp_path, server.url, [PAGE])
    assert list(spider.failed.values()) == ["IgnoreRequest: the decompressed response is larger than DOWNLOAD_MAXSIZE"]
