"""Which cookies go with which request."""

from __future__ import annotations

import pytest

from sassspider.browser.won import Cookie, Won

NOW = 1_800_000_000


def cookie(domain: str = "en.sass.cn", path: str = "/", secure: bool = False, expires: float = -1) -> Cookie:
    return Cookie("a", "1", domain, path, secure, expires)


@pytest.mark.parametrize(
    ("given", "url", "fits"),
    [
        (cookie(), "http://en.sass.cn/103002/1.aspx", True),
        (cookie(), "http://EN.sass.cn:8080", True),
        (cookie(), "http://www.en.sass.cn/", False),
        (cookie(), "http://sass.cn/", False),
        (cookie(".sass.cn"), "http://en.sass.cn/", True),
        (cookie(".sass.cn"), "http://sass.cn/", True),
        (cookie(".sass.cn"), "http://notsass.cn/", False),
        (cookie(path="/103002"), "http://en.sass.cn/103002/1.aspx", True),
        (cookie(path="/103002/"), "http://en.sass.cn/103002/1.aspx", True),
        (cookie(path="/103002"), "http://en.sass.cn/1030021/1.aspx", False),
        (cookie(path="/103002"), "http://en.sass.cn/103002", True),
        (cookie(secure=True), "http://en.sass.cn/", False),
        (cookie(secure=True), "https://en.sass.cn/", True),
        (cookie(expires=NOW + 1), "http://en.sass.cn/", True),
        (cookie(expires=NOW), "http://en.sass.cn/", False),
    ],
)
def test_a_cookie_goes_where_a_browser_sends_it(given: Cookie, url: str, fits: bool) -> None:
    assert given.fits(url, NOW) is fits
    assert Won((given,), "me").header(url, NOW) == ("a=1" if fits else "")


def test_cookies_are_taken_as_playwright_gives_them() -> None:
    given = {"domain": "x", "path": "/", "secure": False, "expires": -1, "httpOnly": True, "sameSite": "Lax"}
    won = Won.from_browser([{"name": "a", "value": "1", **given}, {"name": "b", "value": "2=3", **given}], "me")
    assert won.header("http://x/", NOW) == "a=1; b=2=3"
    assert won.user_agent == "me"
