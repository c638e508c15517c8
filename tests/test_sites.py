"""Which site an address is on."""

from __future__ import annotations

import pytest

from sassspider import sites


@pytest.mark.parametrize(
    ("site", "key"),
    [
        ("http://en.sass.cn", "en.sass.cn"),
        ("https://en.sass.cn", "en.sass.cn"),
        ("http://old.sass.cn", "en.sass.cn"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
    ],
)
def test_mirrors_share_the_site_key(site: str, key: str) -> None:
    assert sites.site_key(site, {"old.sass.cn": "en.sass.cn"}) == key


MIRRORS = {"en.sss.net.cn": "en.sass.cn", "127.0.0.1:8443": "127.0.0.1:8000"}


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://en.sass.cn/103002/1.aspx", "http://en.sass.cn"),
        ("https://en.sass.cn/103002/1.aspx", "http://en.sass.cn"),
        ("http://EN.SASS.CN:80/", "http://en.sass.cn"),
        ("http://en.sss.net.cn/103002/1.aspx", "http://en.sass.cn"),
        ("http://en.sass.cn/", "http://en.sss.net.cn"),
        ("https://127.0.0.1:8443/x", "http://127.0.0.1:8000"),
    ],
)
def test_what_is_on_the_site(url: str, site: str) -> None:
    assert sites.is_same_site(url, site, MIRRORS)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.en.sass.cn/", "http://sass.cn/", "http://en.sass.cn:8080/", "http://en.sass.cn.example/",
        "http://en.sass.cn@example.org/", "http://example.org/?http://en.sass.cn/", "ftp://en.sass.cn/",
        "file:///etc/passwd", "data:,", "javascript:1", "http://127.0.0.1/", "http://[::1]/", "http://en.sass.cn:x/",
        "http:///103002/1.aspx", "http://u:p@en.sass.cn/", "http://@en.sass.cn/", "//en.sass.cn/", "http://[", "",
    ],
)  # fmt: skip
def test_what_is_not_on_the_site(url: str) -> None:
    assert not sites.is_same_site(url, "http://en.sass.cn", MIRRORS)


def test_mirror_urls_are_rebased() -> None:
    served = "https://en.sss.net.cn/103002/default.aspx?page=2#top"
    assert sites.rebase(served, "http://en.sass.cn") == "http://en.sass.cn/103002/default.aspx?page=2"
