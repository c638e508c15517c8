"""Faults: wrong parts and bytes of pages, wrong responses, and connections that break, stall or flood."""

from __future__ import annotations

import gzip
import re
import socket
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NamedTuple

from tests.mocksite.responses import HTML, Request, Response, error_response, html_response, wire_format

DOCTYPE = b'<!DOCTYPE html [<!ENTITY site "Sass English Web">]>\n'
TRUNCATED = 0.6  # share of a truncated page that is sent
RETRY_AFTER = 1  # seconds
HOPS = 20  # redirects of a chain before the page
BOMB_MEMBERS = 1024  # of 1 MiB each: 1 GiB
RESET_DELAY = 0.01  # seconds, for what was written to leave this machine before the reset
DRIP = 1.0  # seconds between two bytes
BLOCK = 1 << 16  # bytes of a flood sent at a time
LINKS = 7 << 20  # bytes of a page made of links
LOGIN_PAGE = """<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><form method="post" action="/admin/login.aspx">
<p>User <input name="user"></p><p>Password <input type="password" name="password"></p><input type="submit"></form>
</body></html>
"""
CAPTCHA = """<!DOCTYPE html>
<html><head><title>One more step</title></head><body><h1>Prove that you are human</h1>
<form><img src="/captcha.aspx?t=1" alt="captcha"><input name="captcha"><input type="submit"></form></body></html>
"""
ENTITIES = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html [<!ENTITY secret SYSTEM "{url}"><!ENTITY e0 "ha">{laughs}]>
<html class="103002"><head><meta id="1"/></head><body><div><h1>&secret;&e9;</h1></div></body></html>
"""


class Exchange(NamedTuple):
    """A request, its right response, the home page and the next article's page, and another site's base URL."""

    request: Request
    response: Response
    home: Callable[[], Response]
    neighbour: Callable[[], Response]
    elsewhere: str


def replace_response(fault: str, exchange: Exchange) -> Response:
    """Return the wrong response; `fault` is one of RESPONSE_FAULTS or DELIVERY_FAULTS."""
    if fault in DELIVERY_FAULTS:
        return exchange.response._replace(delivery=fault)
    return REPLACEMENTS[fault](exchange)


def _wrong_id(body: bytes) -> bytes:
    """Give the page the id of the article after it, or before it."""
    other = re.findall(rb'<a id="(?:perv|next)" href="\.\./\d+/(\d+)', body)[-1]
    return re.sub(rb'<meta id="\d+"', b'<meta id="%s"' % other, body)


def _control_character(body: bytes) -> bytes:
    """Put a form feed, which XML forbids even in CDATA, into the middle of the article."""
    start, end = body.index(b"<![CDATA["), body.rindex(b"]]>")
    at = body.index(b">", (start + end) // 2) + 1
    return body[:at] + b"\x0c" + body[at:]


def _lost_cdata(body: bytes) -> bytes:
    """Make elements of the article's body."""
    start, end = body.index(b"<![CDATA["), body.rindex(b"]]>")
    return body[:start] + b"<form><p>The first paragraph.</p><p>And the second.</p></form>" + body[end + 3 :]


def _unavailable(status: int, retry_after: str = str(RETRY_AFTER)) -> Response:
    refusal = error_response(status, "Service Unavailable")
    return refusal._replace(headers=(*refusal.headers, ("Retry-After", retry_after)))


def _unavailable_until(_: Exchange) -> Response:
    until = datetime.now(UTC) + timedelta(seconds=RETRY_AFTER)
    return _unavailable(503, format_datetime(until, usegmt=True))


def _redirect(location: str) -> Response:
    return Response(302, (("Location", location), ("Content-Type", HTML)), b"")


def _redirect_chain(exchange: Exchange) -> Response:
    path, _, hop = exchange.request.target.partition("?hop=")
    number = int(hop or 0)
    return exchange.response if number >= HOPS else _redirect(f"{path}?hop={number + 1}")


def _wrong_charset(exchange: Exchange) -> Response:
    others = [(name, value) for name, value in exchange.response.headers if name != "Content-Type"]
    return exchange.response._replace(headers=(*others, ("Content-Type", "text/xml; charset=utf-16")))


def _gzip(exchange: Exchange, body: bytes) -> Response:
    return exchange.response._replace(headers=(*exchange.response.headers, ("Content-Encoding", "gzip")), body=body)


def _broken_gzip(exchange: Exchange) -> Response:
    packed = gzip.compress(exchange.response.body)
    return _gzip(exchange, packed[: len(packed) // 2] + b"\xff" * 64)


def _entities(exchange: Exchange) -> Response:
    laughs = "".join([f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)])
    text = ENTITIES.format(url=f"{exchange.elsewhere}/secret.txt", laughs=laughs)
    return exchange.response._replace(body=text.encode())


def _link_flood(exchange: Exchange) -> Response:
    """Return a page of links to articles that are not there."""
    link = f'<a href="/{exchange.request.target.split("/")[1]}/%d.aspx">'
    links = [link % number for number in range(10**9, 10**9 + LINKS // len(link % 10**9))]
    return exchange.response._replace(body="".join(links).encode())


def deliver(client: socket.socket, response: Response) -> None:
    """Send a response with its delivery fault; the connection ends with it."""
    head, blank, body = wire_format(response, keep=False).partition(b"\r\n\r\n")
    DELIVERIES[response.delivery](client, head + blank, body)


def _reset(client: socket.socket, data: bytes) -> None:
    """Send data, and close so that the client gets a reset (RST), not an end."""
    client.sendall(data)
    time.sleep(RESET_DELAY)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _stall(client: socket.socket, data: bytes) -> None:
    client.sendall(data)
    client.recv(1)  # returns when the client hangs up


def _drip(client: socket.socket, data: bytes) -> None:
    for byte in data:
        client.sendall(bytes([byte]))
        time.sleep(DRIP)


def _flood(client: socket.socket, start: bytes, block: bytes) -> None:
    """Send without end, as fast as the client reads."""
    client.sendall(start)
    while True:
        client.sendall(block)


def _with_length(head: bytes, length: int | None) -> bytes:
    given = b"" if length is None else b"\r\nContent-Length: %d" % length
    return re.sub(rb"\r\nContent-Length: \d+", given, head)


CONTENT_FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "lost-cdata": _lost_cdata,
    "control-character": _control_character,
    "truncated": lambda body: body[: int(len(body) * TRUNCATED)],
    "bare-ampersand": lambda body: body.replace(b"<h1>", b"<h1>Q & A: ", 1),
    "undefined-entity": lambda body: body.replace(b"<h1>", b"<h1>&nbsp;", 1),
    "doctype": lambda body: body.replace(b"<html", DOCTYPE + b"<html", 1),
    "no-title": lambda body: re.sub(b"<h1>.*?</h1>", b"<h1 />", body, flags=re.DOTALL),
    "no-date": lambda body: re.sub(b"<h4>.*?</h4>", b"<h4 />", body),
    "no-body": lambda body: re.sub(rb"(<!\[CDATA\[).*(\]\]>)", rb"\1<form><p></p></form>\2", body, flags=re.DOTALL),
    "wrong-id": _wrong_id,
    "wrong-section": lambda body: re.sub(rb'class="\d+"', b'class="101000"', body, count=1),
}
REPLACEMENTS: dict[str, Callable[[Exchange], Response]] = {
    "not-found": lambda _: error_response(404, "Not Found"),
    "gone": lambda _: error_response(410, "Gone"),
    "server-error": lambda _: error_response(500, "Runtime Error"),
    "bad-gateway": lambda _: error_response(502, "Bad Gateway"),
    "unavailable": lambda _: _unavailable(503),
    "unavailable-until": _unavailable_until,
    "too-many": lambda _: _unavailable(429),
    "forbidden": lambda _: error_response(403, "Forbidden"),
    "html-error-page": lambda _: error_response(200, "Runtime Error"),
    "login-page": lambda _: html_response(LOGIN_PAGE),
    "captcha": lambda _: html_response(CAPTCHA),
    "empty": lambda exchange: exchange.response._replace(body=b""),
    "home-page": lambda exchange: exchange.home(),
    "another-article": lambda exchange: exchange.neighbour(),
    "unasked-304": lambda _: Response(304, (), b""),
    "wrong-charset": _wrong_charset,
    "redirect-home": lambda _: _redirect("/"),
    "redirect-away": lambda exchange: _redirect(exchange.elsewhere + exchange.request.target),
    "redirect-loop": lambda exchange: _redirect(exchange.request.target),
    "redirect-chain": _redirect_chain,
    "gzip-broken": _broken_gzip,
    "gzip-bomb": lambda exchange: _gzip(exchange, gzip.compress(bytes(1 << 20)) * BOMB_MEMBERS),
    "entities": _entities,
    "link-flood": _link_flood,
}
HEADER_LINES = (b"X-Nothing: " + b"x" * 1000 + b"\r\n") * (BLOCK // 1013)
DELIVERIES: dict[str, Callable[[socket.socket, bytes, bytes], None]] = {
    "raw": lambda to, head, body: to.sendall(body),
    "reset": lambda to, head, body: _reset(to, b""),
    "reset-in-headers": lambda to, head, body: _reset(to, head[: len(head) // 2]),
    "reset-after-headers": lambda to, head, body: _reset(to, head),
    "cut": lambda to, head, body: to.sendall(head + body[: len(body) // 2]),
    "cut-without-length": lambda to, head, body: to.sendall(_with_length(head, None) + body[: len(body) // 2]),
    "stall": lambda to, head, body: _stall(to, head + body[: len(body) // 2]),
    "drip": lambda to, head, body: _drip(to, head + body),
    "length-too-long": lambda to, head, body: to.sendall(_with_length(head, len(body) + 100) + body),
    "length-too-short": lambda to, head, body: to.sendall(_with_length(head, max(0, len(body) - 100)) + body),
    "header-flood": lambda to, head, body: _flood(to, b"HTTP/1.1 200 OK\r\n", HEADER_LINES),
    "body-flood": lambda to, head, body: _flood(to, _with_length(head, None), b"x" * BLOCK),
}
RESPONSE_FAULTS = tuple(REPLACEMENTS)
DELIVERY_FAULTS = tuple(fault for fault in DELIVERIES if fault != "raw")
FAULTS = (*CONTENT_FAULTS, *RESPONSE_FAULTS, *DELIVERY_FAULTS)
