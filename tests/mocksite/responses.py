"""Requests, responses and the answers that are no pages of the site. Pure functions."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import NamedTuple

import brotli

HTML = "text/html; charset=utf-8"
EPOCH = datetime(2026, 1, 25, 4, 0, tzinfo=UTC)  # Last-Modified of a site that has not changed yet
UPLOADS = {
    "jpeg": ("image/jpeg", b"\xff\xd8\xff\xe0synthetic\xff\xd9"),
    "pdf": ("application/pdf", b"%PDF-1.4\n%%EOF\n"),
}
OTHER_UPLOAD = ("application/octet-stream", b"synthetic\n")
ERROR_PAGE = """<!DOCTYPE html>
<html><head><title>{status} - {reason}</title></head>
<body bgcolor="white"><span><h1>Server Error in '/' Application.<hr width=100% size=1></h1>
<h2><i>{reason}</i></h2></span><p>The page you asked for cannot be shown.<br></body></html>
"""


class Request(NamedTuple):
    """A request as the site sees it; header names are lower-case."""

    method: str
    target: str
    headers: Mapping[str, str] = {}


class Response(NamedTuple):
    """An answer, with its full body even if the method is HEAD; `delivery` is how it is sent wrong, "" if it is not."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delivery: str = ""


def error(status: int, reason: str) -> Response:
    """Return an HTML page like those of ASP.NET: it is no XML, and its status may be 200."""
    return Response(status, (("Content-Type", HTML),), ERROR_PAGE.format(status=status, reason=reason).encode())


def upload(path: str) -> Response:
    """Return a token of the uploaded file at `path`."""
    kind, body = UPLOADS.get(path.rpartition(".")[2].lower(), OTHER_UPLOAD)
    return Response(200, (("Content-Type", kind),), body)


def compressed(response: Response, encoding: str) -> Response:
    """Return the response with its body in gzip or Brotli (``gzip``, ``br``), whatever its asker accepts."""
    if encoding == "none" or not response.body:
        return response
    body = brotli.compress(response.body) if encoding == "br" else gzip.compress(response.body)
    return response._replace(headers=(*response.headers, ("Content-Encoding", encoding)), body=body)


def validated(response: Response, request: Request, changes: int) -> Response:
    """Return the response with ETag and Last-Modified, or 304 if the request shows that its sender has it.

    Any change of a section alters its lists of newest and most read, which every page shows: hence one time for all.
    """
    etag = f'"{hashlib.blake2b(response.body, digest_size=10).hexdigest()}"'
    modified = EPOCH + timedelta(seconds=changes)
    validators = (("ETag", etag), ("Last-Modified", format_datetime(modified, usegmt=True)))
    if is_fresh(request.headers, etag, modified):
        return Response(304, validators, b"")
    return response._replace(headers=response.headers + validators)


def is_fresh(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """Return whether a conditional request is met by what its sender has (RFC 9110, section 13.2.2)."""
    if "if-none-match" in headers:
        tags = [tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")]
        return etag in tags or "*" in tags
    try:
        return parsedate_to_datetime(headers["if-modified-since"]) >= modified
    except (KeyError, ValueError, TypeError):
        return False
