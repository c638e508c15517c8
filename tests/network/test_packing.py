"""What was compressed is unpacked whole, or not at all."""

from __future__ import annotations

import gzip
import random
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest

from sassspider.network.packing import CutError, TooLargeError, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST = 1 << 20
NOISE = random.Random(3).randbytes(200_000)
PLAIN = [b"", b"x", b"<li>Title of an article</li>\n" * 20_000, NOISE]


def raw(plain: bytes) -> bytes:
    return zlib.compress(plain, wbits=-zlib.MAX_WBITS)


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
]
each = pytest.mark.parametrize(("encoding", "pack"), PACKERS, ids=["gzip", "x-gzip", "zlib", "raw", "br", "zstd"])


@each
def test_what_is_whole_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    assert [unpack(pack(plain), encoding, MOST) for plain in PLAIN] == PLAIN
    assert unpack(b"", encoding, MOST) == b""


@each
def test_what_is_cut_is_refused_wherever_it_is_cut(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    for plain in PLAIN:
        packed = pack(plain)
        for end in {1, len(packed) // 2, len(packed) - 9, len(packed) - 1} & {*range(1, len(packed))}:
            with pytest.raises((CutError, zstd.ZstdError)):
                unpack(packed[:end], encoding, MOST)


@each
def test_what_follows_the_end_is_refused(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises((CutError, zlib.error, brotli.error, zstd.ZstdError)):
        unpack(pack(b"whole") + b"more", encoding, MOST)


@each
def test_no_more_is_unpacked_than_is_allowed(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(bytes(MOST))
    assert unpack(packed, encoding, MOST) == bytes(MOST)
    with pytest.raises(TooLargeError):
        unpack(packed, encoding, MOST - 1)
    assert unpack(packed, encoding, 0) == bytes(MOST)


def test_gzip_may_have_members_and_padding() -> None:
    first, second = gzip.compress(NOISE), gzip.compress(b"second")
    assert unpack(first + second, "gzip", MOST) == NOISE + b"second"
    assert unpack(first + bytes(10_000), "gzip", MOST) == NOISE
    assert unpack(gzip.compress(b"") * 3 + second, "gzip", MOST) == b"second"
    with pytest.raises(CutError):
        unpack(first + second[:-3], "gzip", MOST)


def test_a_byte_that_was_changed_is_found() -> None:
    packed = bytearray(gzip.compress(NOISE))
    packed[1000] ^= 1
    with pytest.raises(zlib.error):
        unpack(bytes(packed), "gzip", MOST)


def test_zstd_may_have_frames() -> None:
    assert unpack(zstd.compress(b"one, ") + zstd.compress(b"two"), "zstd", MOST) == b"one, two"
