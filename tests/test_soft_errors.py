"""Responses with status 200 that are no page of the site."""

import pytest

from sassspider.page import detect_soft_error
from tests.mocksite import CAPTCHA, LOGIN_PAGE, error_response


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "an empty response"),
        (b"\xef\xbb\xbf \r\n", "an empty response"),
        (error_response(200, "Runtime Error").body, "an error page"),
        (b"<html><head><TITLE> Runtime Error</TITLE>", "an error page"),
        (b"<h1>Server Error in '/en' Application.</h1>", "an error page"),
        (LOGIN_PAGE.encode(), "a login page"),
        (b"<input name=p TYPE = 'Password'>", "a login page"),
        (CAPTCHA.encode(), "a captcha"),
        ("<p>请输入验证码</p>".encode(), "a captcha"),
    ],
)
def test_detect_soft_error(body: bytes, found: str) -> None:
    assert detect_soft_error(body) == found


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version=\"1.0\"?><html><body>On captcha and Server Error in '/' Application</body></html>",
        b"<html><a href='/103002/5.aspx'>The end of the captcha</a></html>",
        b"<html><p>Nothing here</p></html>",
        b"\x1f\x8b\x08 binary",
    ],
)
def test_possible_pages_are_no_soft_errors(body: bytes) -> None:
    assert detect_soft_error(body) is None
