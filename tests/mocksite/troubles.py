"""Answers in place of the one that was asked for: each trouble is one pure function."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import NamedTuple

from tests.mocksite.options import DELIVERY_FAULTS
from tests.mocksite.responses import HTML, Request, Response, error

AWAY = 1  # seconds that an unavailable site asks its visitors to stay away
HOPS = 20  # redirects of a chain before it comes to the page
BOMB_MEMBERS = 1024  # of 1 MiB each: 1 GiB

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


class Trouble(NamedTuple):
    """What a trouble is made of: the request, the right answer, the site's home page, and another site's base URL."""

    request: Request
    response: Response
    home: Callable[[], Response]
    neighbour: Callable[[], Response]
    elsewhere: str


def spoil(fault: str, trouble: Trouble) -> Response:
    """Return what comes instead of the right answer; `fault` is one of RESPONSE_FAULTS or DELIVERY_FAULTS."""
    if fault in DELIVERY_FAULTS:
        return trouble.response._replace(delivery=fault)
    return TROUBLES[fault](trouble)


def _page(text: str) -> Response:
    return Response(200, (("Content-Type", HTML),), text.encode())


def _unavailable(status: int, retry_after: str) -> Response:
    refusal = error(status, "Service Unavailable")
    return refusal._replace(headers=(*refusal.headers, ("Retry-After", retry_after)))


def _redirect(location: str, status: int = 302) -> Response:
    return Response(status, (("Location", location), ("Content-Type", HTML)), b"")


def _unavailable_until(_: Trouble) -> Response:
    until = datetime.now(UTC) + timedelta(seconds=AWAY)
    return _unavailable(503, format_datetime(until, usegmt=True))


def _chain(trouble: Trouble) -> Response:
    path, _, hop = trouble.request.target.partition("?hop=")
    number = int(hop or 0)
    return trouble.response if number >= HOPS else _redirect(f"{path}?hop={number + 1}")


def _wrong_charset(trouble: Trouble) -> Response:
    others = [(name, value) for name, value in trouble.response.headers if name != "Content-Type"]
    return trouble.response._replace(headers=(*others, ("Content-Type", "text/xml; charset=utf-16")))


def _compressed(response: Response, body: bytes) -> Response:
    return response._replace(headers=(*response.headers, ("Content-Encoding", "gzip")), body=body)


def _broken_gzip(trouble: Trouble) -> Response:
    packed = gzip.compress(trouble.response.body)
    return _compressed(trouble.response, packed[: len(packed) // 2] + b"\xff" * 64)


@cache
def _bomb() -> bytes:
    member = zlib.compressobj(9, zlib.DEFLATED, 31)
    return (member.compress(bytes(1 << 20)) + member.flush()) * BOMB_MEMBERS


def _entities(trouble: Trouble) -> Response:
    laughs = "".join([f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)])
    text = ENTITIES.format(url=f"{trouble.elsewhere}/secret.txt", laughs=laughs)
    return trouble.response._replace(body=text.encode())


TROUBLES: dict[str, Callable[[Trouble], Response]] = {
    "not-found": lambda _: error(404, "Not Found"),
    "gone": lambda _: error(410, "Gone"),
    "server-error": lambda _: error(500, "Runtime Error"),
    "bad-gateway": lambda _: error(502, "Bad Gateway"),
    "unavailable": lambda _: _unavailable(503, str(AWAY)),
    "unavailable-until": _unavailable_until,
    "too-many": lambda _: _unavailable(429, str(AWAY)),
    "forbidden": lambda _: error(403, "Forbidden"),
    "html-error-page": lambda _: error(200, "Runtime Error"),
    "login-page": lambda _: _page(LOGIN_PAGE),
    "captcha": lambda _: _page(CAPTCHA),
    "empty": lambda trouble: trouble.response._replace(body=b""),
    "home-page": lambda trouble: trouble.home(),
    "another-article": lambda trouble: trouble.neighbour(),
    "unasked-304": lambda _: Response(304, (), b""),
    "wrong-charset": _wrong_charset,
    "redirect-home": lambda _: _redirect("/"),
    "redirect-away": lambda trouble: _redirect(trouble.elsewhere + trouble.request.target),
    "redirect-loop": lambda trouble: _redirect(trouble.request.target),
    "redirect-chain": _chain,
    "gzip-broken": _broken_gzip,
    "gzip-bomb": lambda trouble: _compressed(trouble.response, _bomb()),
    "entities": _entities,
}
