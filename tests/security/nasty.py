"""A site that sends what no site should, each article in its own way, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.mocksite import COMMENTARY, Request, Response, Server, build_site

# What an XML page can hold of what a terminal obeys (C1) or a reader does not see (bidi, line separator).
TITLE = "\x9b31m\u202egnp.exe\u2066 =cmd\u2028\u200eend\x7f"
BODY = (
    "<p>&#27;[2J&#27;]0;owned&#7; raw \x9b2J &#x202E;reversed &#0;nul &#xD800;half &#8232;line&#13;&#10;</p>"
    "<p>=HYPERLINK(&quot;http://evil.test&quot;)</p>"
    "<a href='/x%0d%0a%1b[2J' title='&#27;[2J&#8238;'>link</a><img src='/a.png' alt='&#27;[1m&#8238;alt'>"
    "<a href='/upload/%2e%2e%2f%2e%2e%2fetc%2fpasswd%1b%5b2J%e2%80%ae.pdf'><img src='/b.png'></a>"
)
_PARTS = (
    "<h2>-1+1\x85\u2069</h2><h3>@SUM(A1)</h3><h5>+Lin\x9b, \u202eWei</h5><a href='https://a.test/\u202e'>=1+1\x9b\n2</a>"
    "<b>2026-01-01\x9b 12:00</b><ul><li><a href='/upload/..%2f..%2f..%2fetc%2fshadow%1b%0a'></a>"
    "<a href='/upload/x.pdf'>\u202efdp.\x9bexe</a></li></ul>"
)
_CRUMB = "<span><a href='default.aspx?p=%1b[31m[/b]'>=\u202eCommentary\x9b</a></span>"

Answer = Callable[[int, bytes], bytes]


def _page(article_id: int, prolog: str = "", inside: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{prolog}<html class="{COMMENTARY}"><head>'
        f'<meta id="{article_id}"/></head>'
        f"<body>{_CRUMB}<div><h1>{TITLE}</h1><h4>2026-01-01\u202e 12:00</h4>{_PARTS}{inside}"
        f"<p><![CDATA[{BODY}]]></p></div></body></html>"
    ).encode()


def _answer(status: bytes, body: bytes, *headers: bytes) -> bytes:
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, length, b"", body])


# By what each does; the keys are the order of articles that are answered so, the oldest first.
ANSWERS: dict[str, Answer] = {
    "strange text": lambda number, _: _answer(b"200 OK", _page(number), b"Content-Type: text/xml\x1b[2J"),
    "a reason with commands": lambda _, __: _answer(b"500 \x1b[31mOops\x9b\x07", b"\x1b[2J"),
    "a redirect with commands": lambda _, __: _answer(b"302 Found", b"", b"Location: /\x1b[2J\x9b\xe2\x80\xae.aspx"),
    "a chunk with commands": lambda _, __: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\x1b[2Jzz\r\nabc",
    "a status line with commands": lambda _, __: b"\x1b[2J\x9b nonsense\r\n\r\n",
    "validators with commands": lambda number, _: _answer(
        b"200 OK", _page(number), b'ETag: "\x1b[2J\x00\x9b"', b"Last-Modified: \x1b]0;x\x07"
    ),
    "an entity with commands": lambda number, _: _answer(b"200 OK", _page(number, inside="&\u202e\x9b;")),
    "15 MB of addresses": lambda _, __: _answer(b"200 OK", b"<html>" + b"a .aspx " * 1_900_000),
    "half a page": lambda number, _: _answer(b"200 OK", _page(number)[:300]),
    "an encoding with commands": lambda _, body: _answer(
        b"200 OK", body.replace(b'encoding="utf-8"', b'encoding="\x1b[2J"'), b"Content-Encoding: \x1b[2J"
    ),
}


def external(port: int) -> Answer:
    """A page with a type and an entity that asks another server."""
    prolog = f'<!DOCTYPE html SYSTEM "http://127.0.0.1:{port}/d" [<!ENTITY e SYSTEM "http://127.0.0.1:{port}/e">]>'
    return lambda number, _: _answer(b"200 OK", _page(number, prolog, "&e;"))


@contextmanager
def nasty_site(listener_port: int) -> Iterator[tuple[Server, dict[str, int]]]:
    """The site, and which article does what."""
    site = build_site(seed=3, articles=16)
    answers = {**ANSWERS, "an external entity": external(listener_port)}
    ids = dict(zip(answers, site.ids(), strict=False))
    by_path = {f"/{COMMENTARY}/{number}.aspx": (answers[name], number) for name, number in ids.items()}

    def deliver(request: Request, response: Response) -> Response | None:
        if request.target not in by_path:
            return None
        answer, number = by_path[request.target]
        return Response(200, (), answer(number, response.body), delivery="raw")

    with Server(site, deliver=deliver) as server:
        yield server, ids
