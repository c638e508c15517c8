"""What is no page of the site although its status is 200."""

import pytest

from sassspider.resilience.disguise import find_disguise
from tests.frozen import ACCEPTED
from tests.mocksite import CAPTCHA, LIST_SHAPES, LOGIN_PAGE, Request, SiteOptions, build_site, error_response


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "an empty answer"),
        (b"\xef\xbb\xbf \r\n", "an empty answer"),
        (error_response(200, "Runtime Error").body, "an error page"),
        (b"<html><head><TITLE> Runtime Error</TITLE>", "an error page"),
        (b"<h1>Server Error in '/en' Application.</h1>", "an error page"),
        (LOGIN_PAGE.encode(), "a login page"),
        (b"<input name=p TYPE = 'Password'>", "a login page"),
        (CAPTCHA.encode(), "a captcha"),
        ("<p>请输入验证码</p>".encode(), "a captcha"),
    ],
)
def test_what_stands_in_the_place_of_a_page(body: bytes, what: str) -> None:
    assert find_disguise(body) == what


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_an_article_is_none(case) -> None:  # type: ignore[no-untyped-def]
    assert find_disguise(case.page.body) is None


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_a_list_of_any_shape_is_none(shape: str) -> None:
    site = build_site(articles=5, options=SiteOptions(list_shape=shape))
    assert find_disguise(site.respond(Request("GET", "/103002/default.aspx")).body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version=\"1.0\"?><html><body>On captcha and Server Error in '/' Application</body></html>",
        b"<html><a href='/103002/5.aspx'>The end of the captcha</a></html>",
        b"<html><p>Nothing here</p></html>",
        b"\x1f\x8b\x08 binary",
    ],
)
def test_what_may_be_a_page_is_none(body: bytes) -> None:
    assert find_disguise(body) is None
