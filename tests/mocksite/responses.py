"""Requests and responses as the site sees them, their bytes in HTTP/1.1, validators and error pages."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import BinaryIO, NamedTuple

import brotli

HTML = "text/html; charset=utf-8"
START = datetime(2026, 1, 25, 4, 0, tzinfo=UTC)  # Last-Modified of a site that has not changed yet
ERROR_PAGE = """<!DOCTYPE html>
<html><head><title>{status} - {reason}</title></head>
<body bgcolor="white"><span><h1>Server Error in '/' Application.<hr width=100% size=1></h1>
<h2><i>{reason}</i></h2></span><p>The page you asked for cannot be shown.<br></body></html>
"""


class Request(NamedTuple):
    """A request; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str] = {}


class Response(NamedTuple):
    """A response. `delivery` is a delivery fault, or ``raw`` for a body that is sent as it is, without a head."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delivery: str = ""


def html_response(text: str, status: int = 200) -> Response:
    """Return an HTML page."""
    return Response(status, (("Content-Type", HTML),), text.encode())


def error_response(status: int, reason: str) -> Response:
    """Return an HTML page like those of ASP.NET; its status may be 200."""
    return html_response(ERROR_PAGE.format(status=status, reason=reason), status)


def compress(response: Response, encoding: str) -> Response:
    """Return the response with its body in ``gzip`` or ``br``, whatever Accept-Encoding says."""
    if encoding == "none" or not response.body:
        return response
    body = brotli.compress(response.body) if encoding == "br" else gzip.compress(response.body)
    return response._replace(headers=(*response.headers, ("Content-Encoding", encoding)), body=body)


def validate(response: Response, request: Request, changes: int) -> Response:
    """Return the response with ETag and Last-Modified, or 304 if the request's validators match.

    Any change of a section alters the lists of newest and most read articles on every page: hence one time for all.
    """
    tag = f'"{hashlib.blake2b(response.body, digest_size=10).hexdigest()}"'
    modified = format_datetime(START + timedelta(seconds=changes), usegmt=True)
    validators = (("ETag", tag), ("Last-Modified", modified))
    asked = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    if asked[0] == tag or (asked[0] is None and asked[1] == modified):
        return Response(304, validators, b"")
    return response._replace(headers=response.headers + validators)


def read_request(received: BinaryIO) -> Request | None:
    """Return the next request of a connection; its body is read, and dropped. None if there is none."""
    first = received.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers = {}
    while line := received.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    received.read(int(headers.get("content-length", 0)))
    return Request(first[0], first[1], headers)


def wire_format(response: Response, *, keep: bool) -> bytes:
    """Return a response as the bytes of HTTP/1.1."""
    phrase = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else ""  # 521 is not registered
    lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in response.headers)]
    if response.status != 304:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + response.body
