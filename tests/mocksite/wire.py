"""HTTP/1.1 as bytes: just what a crawler's requests and the site's answers need. Pure functions."""

from __future__ import annotations

from http import HTTPStatus

from tests.mocksite.responses import Request, Response


def parse_head(head: bytes) -> tuple[Request, str]:
    """Return the request of a head without its last blank line, and its HTTP version; ValueError if it is none."""
    first, *lines = head.decode("latin-1").lstrip("\r\n").split("\r\n")
    method, target, version = first.split(" ")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(line)
        headers[name.strip().lower()] = value.strip()
    return Request(method, target, headers), version


def wire_format(request: Request, response: Response, *, keep: bool = True) -> bytes:
    """Return a response as the bytes of HTTP/1.1."""
    phrase = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else ""  # 521 is nobody's
    lines = [f"HTTP/1.1 {response.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.status != 304:
        lines.append(f"Content-Length: {len(response.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if request.method == "HEAD" or response.status == 304 else head + response.body
