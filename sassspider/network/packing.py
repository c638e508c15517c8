"""Unpacks what was compressed: whole, or not at all.

Memory is bounded: what is packed goes in by small pieces, and what comes out is counted.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from io import BytesIO

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE = 4096  # bytes of input; of many small members, each copies what is left of a piece
_CHUNK = 65536  # bytes of output
_WINDOW = 23  # log2 of the most memory that a zstd frame may ask for (RFC 9659)
_PADDING = re.compile(rb"\0*")


class CutError(ValueError):
    """The compressed body ended before its end, or something else follows that."""


class TooLargeError(ValueError):
    """The body, unpacked, has more bytes than are allowed."""


def unpack(packed: bytes, encoding: str, most: int) -> bytes:
    """Unpack one of ``gzip``, ``x-gzip``, ``deflate``, ``br`` and ``zstd``; of nothing, as in a 304, make nothing.

    Raises TooLargeError beyond ``most`` bytes (0 for no limit), CutError for what is not whole, and for other damage
    the errors of zlib, Brotli and Zstandard, which have no common one.
    """
    out = BytesIO()
    for chunk in _UNPACKERS[encoding](packed) if packed else ():
        out.write(chunk)
        if most and out.tell() > most:
            raise TooLargeError(f"more than {most} bytes")
    return out.getvalue()


def _gunzip(packed: bytes) -> Iterator[bytes]:
    """Any number of members (RFC 1952, section 2.2), and zeros behind them, as tapes have them."""
    at = 0
    while at < len(packed):
        at = yield from _inflate(packed, at, zlib.MAX_WBITS | 16)
        if padding := _PADDING.match(packed, at):
            at = padding.end()


def _undeflate(packed: bytes) -> Iterator[bytes]:
    """With the header of zlib (RFC 1950, section 2.2), or raw, as some servers send it."""
    has_header = packed[0] & 0x8F == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
    end = yield from _inflate(packed, 0, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    if end < len(packed):
        raise CutError


def _inflate(packed: bytes, at: int, bits: int) -> Generator[bytes, None, int]:
    """One stream of zlib's that begins at ``at``; returns where it ended."""
    stream = zlib.decompressobj(bits)
    for begin in range(at, len(packed), _PIECE):
        rest = piece = packed[begin : begin + _PIECE]
        chunk = b"x" * _CHUNK
        while rest or len(chunk) == _CHUNK:  # a full one may have left something inside
            chunk = stream.decompress(rest, _CHUNK)
            yield chunk
            if stream.eof:
                return begin + len(piece) - len(stream.unused_data)
            rest = stream.unconsumed_tail
    raise CutError


def _unbrotli(packed: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for begin in range(0, len(packed), _PIECE):
        chunk = stream.process(packed[begin : begin + _PIECE], output_buffer_limit=_CHUNK)
        yield chunk
        while chunk and not stream.is_finished():  # it may have kept more inside
            chunk = stream.process(b"", output_buffer_limit=_CHUNK)
            yield chunk
    if not stream.is_finished():
        raise CutError


def _unzstd(packed: bytes) -> Iterator[bytes]:
    """Any number of frames (RFC 8878, section 3)."""
    at = 0
    while at < len(packed):
        at = yield from _read_frame(packed, at)


def _read_frame(packed: bytes, at: int) -> Generator[bytes, None, int]:
    frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
    for begin in range(at, len(packed), _PIECE):
        piece = packed[begin : begin + _PIECE]
        yield frame.decompress(piece, _CHUNK)
        while not (frame.eof or frame.needs_input):
            yield frame.decompress(b"", _CHUNK)
        if frame.eof:
            return begin + len(piece) - len(frame.unused_data)
    raise CutError


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
