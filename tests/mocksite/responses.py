"""Requests and responses as the site sees them, their bytes in HTTP/1.1, validators, error and challenge pages."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
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

COOKIE = "challenge"
DELAY = 50  # milliseconds until the script sets the cookie
CHALLENGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title></title></head><body>
<noscript>This page needs JavaScript.</noscript>
<script>
var number = {number}, answer = 1;
for (var i = 0; i < 16; i++) {{ answer = (answer * number + i) % 99991; }}
setTimeout(function () {{
  document.cookie = "{cookie}=" + number + "." + answer + "; path=/";
  location.reload();
}}, {delay});
</script>
</body></html>
"""


class Request(NamedTuple):
    """A request; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str] = {}


class Response(NamedTuple):
    """A response, with its full body even for HEAD.

    `delivery` is a delivery fault, or ``raw`` for a body that is sent as it is, without a head.
    """

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
    etag = f'"{hashlib.blake2b(response.body, digest_size=10).hexdigest()}"'
    modified = START + timedelta(seconds=changes)
    validators = (("ETag", etag), ("Last-Modified", format_datetime(modified, usegmt=True)))
    if _is_fresh(request.headers, etag, modified):
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


def wire_format(request: Request, response: Response, *, keep: bool = True) -> bytes:
    """Return a response as the bytes of HTTP/1.1."""
    phrase = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else ""  # 521 is not registered
    lines = [f"HTTP/1.1 {response.status} {phrase}", *(f"{name}: {value}" for name, value in response.headers)]
    if response.status != 304:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if request.method == "HEAD" or response.status == 304 else head + response.body


def _is_fresh(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Return whether the validators of a request match (RFC 9110, section 13.2.2)."""
    if "if-none-match" in headers:
        tags = [tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")]
        return etag in tags or "*" in tags
    try:
        return parsedate_to_datetime(headers["if-modified-since"]) >= modified
    except (KeyError, ValueError, TypeError):
        return False


class ChallengePage:
    """A page of JavaScript before the site that only a browser passes, as web application firewalls have it.

    The script computes an answer, sets it as a cookie and loads the page again. A cookie is good for the user agent
    that got the page, and for a limited number of requests.
    """

    def __init__(self, status: str, lasts: int) -> None:
        """Take the status of the page (``none``: no page) and the requests that a cookie is good for (0: all)."""
        self._status = status
        self._lasts = lasts
        self._agents: dict[int, list[str]] = {}  # by number: the user agent, once for each request that passes

    def stop(self, request: Request) -> Response | None:
        """Return the page, or None for a request that passes."""
        agent = request.headers.get("user-agent", "")
        if self._status == "none" or self._admits(request.headers.get("cookie", ""), agent):
            return None
        number = 1009 + 17 * len(self._agents)
        self._agents[number] = [agent] * (self._lasts or 1)
        return html_response(challenge_page(number), int(self._status))

    def _admits(self, cookies: str, agent: str) -> bool:
        match = re.search(rf"\b{COOKIE}=(\d+)\.(\d+)", cookies)
        if not match:
            return False
        left = self._agents.get(int(match[1]), [])
        if agent not in left or int(match[2]) != compute_answer(int(match[1])):
            return False
        if self._lasts:
            left.pop()
        return True


def challenge_page(number: int) -> str:
    """Return the page whose script computes the answer to a number."""
    return CHALLENGE.format(number=number, cookie=COOKIE, delay=DELAY)


def compute_answer(number: int) -> int:
    """Return the answer that the page's script computes."""
    result = 1
    for i in range(16):
        result = (result * number + i) % 99991
    return result
