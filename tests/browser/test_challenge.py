"""The detection of challenges, and pages that are none."""

from __future__ import annotations

from itertools import product

import pytest

from sassspider.browser import MAX_SIZE, is_challenge, is_redirect_to_itself
from tests.mocksite import LIST_SHAPES, RESPONSE_FAULTS, Request, build_site, challenge_page

HTML = "text/html; charset=utf-8"

CHALLENGES = {
    "the embedded one": (200, challenge_page(1009)),
    "cookie in pieces, then the same place": (
        521,
        "<script>document.cookie=('_')+('_')+('j')+('s')+'l=1;Max-age=3600';location.href=location.pathname</script>",
    ),
    "a mark in a script that can't be read": (
        200,
        "<html><script>var arg1='9A2B';var _0x4818=['x'];setCookie('acw_sc__v2',x);</script></html>",
    ),
    "412 with a script from elsewhere on the site": (
        412,
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta content="x{y" r="m">'
        "<script src=\"/k3c/Fh9.js\"></script><script>$_ts=window['$_ts'];</script></head><body></body></html>",
    ),
    "503 with a notice": (
        503,
        "<!DOCTYPE html><title>Just a moment…</title><h1>One moment</h1><noscript>Enable JavaScript</noscript>"
        "<script>window._cf_chl_opt={cType:'managed'};a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'</script>",
    ),
    "a timer": (
        202,
        "<html><body onload=\"go()\"><script>function go(){document['cookie']='k='+(3*7);setTimeout(function(){"
        "location.replace(location.href)},500)}</script></body></html>",
    ),
    "scrambled and nothing beside": (
        200,
        "<script>eval(function(p,a,c,k,e,d){return p}('0 1',2,2,''.split('|')))</script>",
    ),
    "a form that sends itself": (
        403,
        "<html><body><form id=f method=post><input type=hidden name=t value=1></form><script>document.cookie='a=1';"
        "document.forms[0].submit()</script></body></html>",
    ),
    "names in brackets": (
        200,
        "<html><body>One moment<script>document['cookie']='k=1; path=/';window['location']['reload']()</script></html>",
    ),
    "in an old encoding": (
        200,
        "<title>请稍候</title><script>document.cookie='a=1';location.reload()</script>".encode("gbk"),
    ),
}
NO_CHALLENGES = {
    "a page that is gone, and leads home": (
        404,
        "<html><script>document.cookie='seen=1';setTimeout(\"location.href='/'\",3000)</script>Not here</html>",
    ),
    "a list of articles with scripts": (
        200,
        "<html><script>document.cookie='seen=1';function go(){location.href='/'}</script>"
        "<ul><li><a href='/103002/41.aspx'>A town</a></li></ul></html>",
    ),
    "an article as HTML with a counter": (
        200,
        f"<html><script>document.cookie='n=1'</script><h1>A town</h1><p>{'It has a bridge. ' * 200}</p></html>",
    ),
    "a puzzle for a person": (
        403,
        "<html><script>document.cookie='a=1';location.reload()</script><input name='captcha'><img src='/c.png'></html>",
    ),
    "a puzzle in Chinese": (
        200,
        "<html><script>document.cookie='a=1';location.reload()</script><p>请输入验证码</p></html>",
    ),
    "a password": (
        200,
        "<html><script>document.cookie='a=1';location.href='/x'</script><input type=password name=p></html>",
    ),
    "an error page": (500, "<html><head><title>Runtime Error</title></head><body><h1>Server Error</h1></body></html>"),
    "a refusal without a script": (403, "<html><h1>403 Forbidden</h1><hr>nginx</html>"),
    "too large": (200, challenge_page(7).encode() + b" " * MAX_SIZE),
    "nothing": (521, ""),
    "a list that its script makes": (
        200,
        "<!DOCTYPE html><html><body><script>var all=[['/103002/41.aspx','A'],['/103002/42.aspx','B']];</script></html>",
    ),
    "a page of frames": (200, "<html><script>var s=1</script><iframe src='/103002/index_2.aspx'></iframe></html>"),
    "a robots.txt": (200, "User-agent: *\nDisallow: /x\n"),
}


AGAIN = "<html><head><meta content='1' http-equiv=refresh></head><body>One moment</body></html>"
HERE = "http://en.sass.cn/103002/default.aspx"


@pytest.mark.parametrize("sets_cookie", [True, False])
def test_meta_refresh_with_cookie(sets_cookie: bool) -> None:
    assert is_challenge(200, HTML, AGAIN.encode(), sets_cookie) is sets_cookie


@pytest.mark.parametrize(
    ("status", "location", "is_one"),
    [
        (302, HERE, True),
        (307, "default.aspx#top", True),
        (302, "/", False),
        (302, "http://[", False),
        (200, HERE, False),
    ],
)
def test_redirect_to_itself(status: int, location: str, is_one: bool) -> None:
    assert is_redirect_to_itself(status, HERE, location) is is_one


@pytest.mark.parametrize("name", [*CHALLENGES, *NO_CHALLENGES])
@pytest.mark.parametrize("kind", [HTML, "", "TEXT/HTML", "text/plain"])
def test_challenge_is_told_from_other_pages(name: str, kind: str) -> None:
    status, page = (CHALLENGES | NO_CHALLENGES)[name]
    assert is_challenge(status, kind, page if isinstance(page, bytes) else page.encode()) is (name in CHALLENGES)


# A pattern that backtracks takes hours for these.
PIECES = (
    "<!---->", "<!--", "<!-- -->\n", "<script", "<script ", "<script>", "</script ", "<style", "<a ", "<a .aspx", "<",
    "<input ", "<input type=", "type = ", "<title> ", "document ", "document[ ", "location ", " ", "cookiestore ",
)  # fmt: skip


@pytest.mark.timeout(30)  # seconds
@pytest.mark.parametrize("piece", PIECES)
def test_hostile_page_takes_no_time(piece: str) -> None:
    for start in ("", "<html>", "<html><script>"):
        body = (start + piece * (MAX_SIZE // len(piece)))[: MAX_SIZE - 1].encode() + b"x"
        is_challenge(412, HTML, body)


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_site_page_is_no_challenge(shape: str) -> None:
    site = build_site(articles=12, list_shape=shape)
    for path in ("/103002/default.aspx", "/103/default.aspx", "/", *(f"/103002/{one}.aspx" for one in site.ids())):
        body = site.respond(Request("GET", path)).body
        for status, kind in product((200, 412, 521), (HTML, "text/xml")):
            assert not is_challenge(status, kind, body)


def test_site_error_is_no_challenge() -> None:
    (first, *_) = build_site(articles=12).ids()
    for fault in RESPONSE_FAULTS:
        response = build_site(articles=12, faults={first: fault}).respond(Request("GET", f"/103002/{first}.aspx"))
        assert not is_challenge(response.status, HTML, response.body), fault
