"""Delivery faults: the connection breaks, stalls, drips, floods, or lies about a body's length."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.mocksite.responses import Request, Response, wire_format

if TYPE_CHECKING:
    from tests.mocksite.server import Connection

RESET_DELAY = 0.01  # seconds, for what was written to leave this machine before the reset
DRIP = 1.0  # seconds between two bytes
BLOCK = 1 << 16  # bytes of a flood written at a time
FULL = 1 << 20  # bytes in the send buffer at which a flood waits
LINK_FLOOD = "link-flood"
LINKS = 7 << 20  # bytes of a page made of links


def deliver(connection: Connection, request: Request, response: Response) -> None:
    """Send a response with its delivery fault."""
    if response.delivery == LINK_FLOOD:
        connection.send(request, response._replace(body=_links(request.target.split("/")[1]), delivery=""))
        return
    head, blank, body = wire_format(request, response, keep=False).partition(b"\r\n\r\n")
    DELIVERIES[response.delivery](connection, head + blank, body)


def _links(section: str) -> bytes:
    link = f'<a href="/{section}/%d.aspx">'
    return "".join([link % number for number in range(10**9, 10**9 + LINKS // len(link % 10**9))]).encode()


def _reset(connection: Connection) -> None:
    """Close so that the client gets a reset (RST), not an end."""
    sock = connection.transport.get_extra_info("socket")
    if sock is not None and not connection.transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()


def _write_and_reset(connection: Connection, data: bytes) -> None:
    connection.transport.write(data)
    connection.later(RESET_DELAY, lambda: _reset(connection))


def _write_and_close(connection: Connection, data: bytes) -> None:
    connection.transport.write(data)
    connection.transport.close()


def _drip(connection: Connection, data: Iterator[int]) -> None:
    byte = next(data, None)
    if byte is None:
        connection.transport.close()
    elif not connection.transport.is_closing():
        connection.transport.write(bytes([byte]))
        connection.later(DRIP, lambda: _drip(connection, data))


def _with_length(head: bytes, length: int | None) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    if length is not None:
        lines.insert(1, b"Content-Length: %d" % length)
    return b"\r\n".join(lines)


def _flood(connection: Connection, start: bytes, block: bytes) -> None:
    """Write without end, as fast as the client reads."""
    connection.transport.write(start)

    def go_on() -> None:
        if not connection.transport.is_closing():
            if connection.transport.get_write_buffer_size() < FULL:
                connection.transport.write(block)
            connection.later(0, go_on)

    go_on()


HEADER_LINES = (b"X-Nothing: " + b"x" * 1000 + b"\r\n") * (BLOCK // 1013)
DELIVERIES: dict[str, Callable[[Connection, bytes, bytes], None]] = {
    "reset": lambda to, head, body: _reset(to),
    "reset-in-headers": lambda to, head, body: _write_and_reset(to, head[: len(head) // 2]),
    "reset-after-headers": lambda to, head, body: _write_and_reset(to, head),
    "cut": lambda to, head, body: _write_and_close(to, head + body[: len(body) // 2]),
    "cut-without-length": lambda to, head, body: _write_and_close(
        to, _with_length(head, None) + body[: len(body) // 2]
    ),
    "stall": lambda to, head, body: to.transport.write(head + body[: len(body) // 2]),
    "drip": lambda to, head, body: _drip(to, iter(head + body)),
    "length-too-long": lambda to, head, body: _write_and_close(to, _with_length(head, len(body) + 100) + body),
    "length-too-short": lambda to, head, body: _write_and_close(to, _with_length(head, max(0, len(body) - 100)) + body),
    "header-flood": lambda to, head, body: _flood(to, b"HTTP/1.1 200 OK\r\n", HEADER_LINES),
    "body-flood": lambda to, head, body: _flood(to, _with_length(head, None), b"x" * BLOCK),
}
