"""Answers sent wrong: the connection breaks, stands still, drips, floods, or lies about a body's length."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.mocksite.responses import Request, Response
from tests.mocksite.wire import wire_format

if TYPE_CHECKING:
    from tests.mocksite.server import Connection

PAUSE = 0.01  # seconds, for what was written to leave this machine before the connection is reset
DRIP = 1.0  # seconds between two bytes
BLOCK = 1 << 16  # bytes of a flood written at a time
FULL = 1 << 20  # bytes that wait to be sent, after which a flood waits too
LINKS = 7 << 20  # bytes of a page made of links


def deliver(connection: Connection, request: Request, response: Response) -> None:
    """Send a response in the way that its `delivery` names."""
    DELIVERIES[response.delivery](connection, request, response)


def _parts(request: Request, response: Response) -> tuple[bytes, bytes]:
    """Return head, with its blank line, and body as they are sent."""
    head, _, body = wire_format(request, response, keep=False).partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", body


def _reset(connection: Connection) -> None:
    """Close so that the client gets a reset (RST), not an end."""
    sock = connection.transport.get_extra_info("socket")
    if sock is not None and not connection.transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()


def _write_and_reset(connection: Connection, data: bytes) -> None:
    connection.transport.write(data)
    connection.later(PAUSE, lambda: _reset(connection))


def _write_and_close(connection: Connection, data: bytes) -> None:
    connection.transport.write(data)
    connection.transport.close()


def _in_headers(connection: Connection, request: Request, response: Response) -> None:
    head, _ = _parts(request, response)
    _write_and_reset(connection, head[: len(head) // 2])


def _after_headers(connection: Connection, request: Request, response: Response) -> None:
    _write_and_reset(connection, _parts(request, response)[0])


def _cut(connection: Connection, request: Request, response: Response) -> None:
    head, body = _parts(request, response)
    _write_and_close(connection, head + body[: len(body) // 2])


def _cut_without_length(connection: Connection, request: Request, response: Response) -> None:
    head, body = _parts(request, response)
    _write_and_close(connection, _with_length(head, None) + body[: len(body) // 2])


def _stall(connection: Connection, request: Request, response: Response) -> None:
    head, body = _parts(request, response)
    connection.transport.write(head + body[: len(body) // 2])


def _drip(connection: Connection, request: Request, response: Response) -> None:
    _drip_bytes(connection, iter(b"".join(_parts(request, response))))


def _drip_bytes(connection: Connection, data: Iterator[int]) -> None:
    byte = next(data, None)
    if byte is None:
        connection.transport.close()
    elif not connection.transport.is_closing():
        connection.transport.write(bytes([byte]))
        connection.later(DRIP, lambda: _drip_bytes(connection, data))


def _longer(connection: Connection, request: Request, response: Response) -> None:
    head, body = _parts(request, response)
    _write_and_close(connection, _with_length(head, len(body) + 100) + body)


def _shorter(connection: Connection, request: Request, response: Response) -> None:
    head, body = _parts(request, response)
    _write_and_close(connection, _with_length(head, max(0, len(body) - 100)) + body)


def _with_length(head: bytes, length: int | None) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    if length is not None:
        lines.insert(1, b"Content-Length: %d" % length)
    return b"\r\n".join(lines)


def _flood_headers(connection: Connection, _request: Request, _response: Response) -> None:
    line = b"X-Nothing: " + b"x" * 1000 + b"\r\n"
    connection.transport.write(b"HTTP/1.1 200 OK\r\n")
    _flood(connection, line * (BLOCK // len(line)))


def _flood_body(connection: Connection, request: Request, response: Response) -> None:
    connection.transport.write(_with_length(_parts(request, response)[0], None))
    _flood(connection, b"x" * BLOCK)


def _flood(connection: Connection, block: bytes) -> None:
    """Write without end, as fast as the client takes it."""
    if not connection.transport.is_closing():
        if connection.transport.get_write_buffer_size() < FULL:
            connection.transport.write(block)
        connection.later(0, lambda: _flood(connection, block))


def _flood_links(connection: Connection, request: Request, response: Response) -> None:
    made, section = bytearray(), request.target.split("/")[1]
    number = 10**9
    while len(made) < LINKS:
        number += 1
        made += b'<a href="/%s/%d.aspx">' % (section.encode(), number)
    connection.send(request, response._replace(body=bytes(made), delivery=""))


DELIVERIES: dict[str, Callable[[Connection, Request, Response], None]] = {
    "reset": lambda connection, _request, _response: _reset(connection),
    "reset-in-headers": _in_headers,
    "reset-after-headers": _after_headers,
    "cut": _cut,
    "cut-without-length": _cut_without_length,
    "stall": _stall,
    "drip": _drip,
    "length-too-long": _longer,
    "length-too-short": _shorter,
    "header-flood": _flood_headers,
    "body-flood": _flood_body,
    "link-flood": _flood_links,
}
