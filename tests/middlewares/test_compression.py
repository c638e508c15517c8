"""An answer that was compressed, once or several times, is whole or is asked for again."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from sassspider.middlewares.compression import CompressionMiddleware

from .ground import PAGE, Ground

LIST = b"".join(b'<li><a href="/103002/%d.aspx">One of many</a></li>\n' % one for one in range(400))


def receive(encoding: str, body: bytes) -> Request | Response:
    answer = Response(PAGE, headers={"Content-Encoding": encoding}, body=body)
    return CompressionMiddleware.from_crawler(Ground()).process_response(Request(PAGE), answer)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("br", brotli.compress(LIST)),
        ("deflate", zlib.compress(LIST)),
        ("gzip", gzip.compress(LIST)),
        ("deflate, gzip", gzip.compress(zlib.compress(LIST))),
    ],
)
def test_a_cut_answer_is_asked_for_again(encoding: str, packed: bytes) -> None:
    whole = receive(encoding, packed)
    assert isinstance(whole, Response)
    assert whole.body == LIST
    assert isinstance(receive(encoding, packed[: len(packed) // 2]), Request)


def test_a_cut_answer_inside_a_whole_one_is_asked_for_again() -> None:
    assert isinstance(receive("deflate, gzip", gzip.compress(zlib.compress(LIST)[:-5])), Request)


@pytest.mark.parametrize("encoding", ["gzip", "deflate, gzip"])
def test_a_bomb_is_refused(encoding: str) -> None:
    bomb = gzip.compress(zlib.compress(bytes(17 << 20)) if "," in encoding else bytes(17 << 20))
    with pytest.raises(IgnoreRequest, match="larger than DOWNLOAD_MAXSIZE"):
        receive(encoding, bomb)
