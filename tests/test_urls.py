"""The site's URL scheme and mirrors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider import urls

SITE = "http://en.sass.cn"
SECTION = "103002"
ARTICLE = f"{SITE}/103002/41.aspx"
LIST = f"{SITE}/103002/default.aspx"


@pytest.mark.parametrize(
    ("text", "site"),
    [
        (" HTTP://EN.SASS.CN/ ", "http://en.sass.cn"),
        ("http://en.sass.cn:80/", "http://en.sass.cn"),
        ("https://en.sass.cn:443", "https://en.sass.cn"),
        ("https://en.sass.cn:80", "https://en.sass.cn:80"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_parse_site_normalizes_the_url(text: str, site: str) -> None:
    assert urls.parse_site(text) == site


# fmt: off
@pytest.mark.parametrize("text", [
    "", "en.sass.cn", "ftp://en.sass.cn", "http://", "http://en.sass.cn/103002/", "http://en.sass.cn/?a=1",
    "http://en.sass.cn/#top", "http://reader@en.sass.cn", "http://en.sass.cn:port", "http://[::1",
])
def test_parse_site_refuses_other_urls(text: str) -> None:
    with pytest.raises(ValueError):
        urls.parse_site(text)


@pytest.mark.parametrize("text", ["", "news", "103-2", "1" * 19, "１０３", "-1"])  # noqa: RUF001
def test_parse_section_refuses_other_text(text: str) -> None:
    assert urls.parse_section(" 105001002 ") == "105001002"
    with pytest.raises(ValueError, match="write the digits"):
        urls.parse_section(text)


@given(st.integers(0, 10**18 - 1).map(str), st.integers(1, 10**18 - 1))
def test_article_url_round_trip(section_id: str, article_id: int) -> None:
    url = urls.article_url(SITE, section_id, article_id)
    assert urls.parse_article_url(url) == (section_id, article_id)
    assert urls.canonical_article_url(f"{url}?from=mail#top") == url
    assert urls.article_id(url) == urls.article_id(f"..\\{section_id}\\{article_id}.aspx") == article_id
    assert urls.article_id(f"./{article_id}.aspx") == article_id
    assert urls.find_own_id(url, SITE, section_id) == article_id


@pytest.mark.parametrize(
    ("requested", "url", "leaves"),
    [
        ("/103002/41.aspx", "/103002/41.ASPX?a=b", False),
        ("/103002/41.aspx", "/103002/42.aspx", True),
        ("/103002/41.aspx", "/101000/41.aspx", True),
        ("/103002/41.aspx", "/103002/default.aspx", True),
        ("/103002/default.aspx", "/103002", False),
        ("/103002/default.aspx", "/103002/41.aspx", False),
        ("/103002/default_2.aspx", "/1030021/default.aspx", True),
        ("/103/default.aspx", "/error.aspx", True),
        ("/", "/default.aspx", False),
    ],
)
def test_redirect_leaves_section(requested: str, url: str, leaves: bool) -> None:
    assert urls.leaves_section(f"{SITE}{requested}", f"https://mirror.example{url}") == leaves


def test_other_links_have_no_article_id() -> None:
    for href in ("/41.aspx/x", "/103002/41", "default.aspx", "", "#top", "http://[", "//[x/41.aspx", "http://\u2100/41.aspx"):
        assert urls.article_id(href) is None


@pytest.mark.parametrize(("url", "article_id", "page"), [
    (f"{ARTICLE}?a=1#b", 41, None),
    (f"HTTPS://EN.Sass.cn/103002/0041.ASPX?{'x' * 500}", 41, None),
    (f"{SITE}/103002/", None, f"{SITE}/103002/"),
    (f"{SITE}/103002/default_2.aspx#x", None, f"{SITE}/103002/default_2.aspx"),
    (f"{LIST}?b=2&a=1", None, f"{LIST}?a=1&b=2"),
    (f"{LIST}?page=2&state={'x' * 400}", None, f"{LIST}?page=2&state={'x' * 400}"),
    (f"{SITE}/103002/page/2", None, f"{SITE}/103002/page/2"),
])
def test_articles_and_list_pages_are_told_apart(url: str, article_id: int | None, page: str | None) -> None:
    assert urls.find_own_id(url, SITE, SECTION) == article_id
    assert urls.find_list_url(url, SITE, SECTION) == page


@pytest.mark.parametrize("url", [
    f"{SITE}/103002/0.aspx", f"{SITE}/103001/41.aspx", f"{SITE}/1030021/default.aspx", f"{SITE}/103002/style.css",
    f"{SITE}/103002/report.pdf", "http://example.org/103002/41.aspx", "http://en.sass.cn:8000/103002/41.aspx",
    "ftp://en.sass.cn/103002/41.aspx", "mailto:desk@en.sass.cn", "http://[broken/103002/41.aspx",
    "http://en.sass.cn:port/103002/41.aspx", f"{SITE}/103002/\udcff.aspx", f"{LIST}?{'x' * 500}",
    f"{SITE}/103002/..", f"{SITE}/103002/../101000/default.aspx",
])
def test_other_urls_are_neither(url: str) -> None:
    assert urls.find_own_id(url, SITE, SECTION) is urls.find_list_url(url, SITE, SECTION) is None


# fmt: on


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
    assert urls.site_key(site, {"old.sass.cn": "en.sass.cn"}) == key


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
    assert urls.is_same_site(url, site, MIRRORS)


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
    assert not urls.is_same_site(url, "http://en.sass.cn", MIRRORS)


def test_mirror_urls_are_rebased() -> None:
    served = "https://en.sss.net.cn/103002/default.aspx?page=2#top"
    assert urls.rebase(served, "http://en.sass.cn") == "http://en.sass.cn/103002/default.aspx?page=2"
