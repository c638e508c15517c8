"""The site's URL scheme."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider import urls
from sassspider.urls import Link

SITE = "http://en.sass.cn"
SECTION = "103002"
ARTICLE = f"{SITE}/103002/41.aspx"


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("http://en.sass.cn", "http://en.sass.cn"),
        (" HTTP://EN.SASS.CN/ ", "http://en.sass.cn"),
        ("http://en.sass.cn:80/", "http://en.sass.cn"),
        ("https://en.sass.cn:443", "https://en.sass.cn"),
        ("https://en.sass.cn:80", "https://en.sass.cn:80"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_a_site_is_scheme_host_and_port_in_one_spelling(text: str, site: str) -> None:
    assert urls.parse_site(text) == site


@pytest.mark.parametrize(
    "text",
    [
        "",
        "en.sass.cn",
        "ftp://en.sass.cn",
        "http://",
        "http://en.sass.cn/103002/",
        "http://en.sass.cn/?a=1",
        "http://en.sass.cn/#top",
        "http://reader@en.sass.cn",
        "http://en.sass.cn:port",
        "http://[::1",
    ],
)
def test_what_is_no_whole_site_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        urls.parse_site(text)


@pytest.mark.parametrize("section_id", ["1", "103", "103002", "105001002"])
def test_a_section_id_is_digits_of_any_length(section_id: str) -> None:
    assert urls.parse_section(f" {section_id} ") == section_id


@pytest.mark.parametrize("text", ["", "news", "103-2", "1" * 19, "１０３", "-1"])  # noqa: RUF001
def test_what_is_no_section_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        urls.parse_section(text)


@pytest.mark.parametrize(
    ("section_id", "parents"),
    [("105001002", ["105001", "105"]), ("103002", ["103"]), ("103", []), ("1030", ["1"])],
)
def test_parents_lack_the_last_three_digits(section_id: str, parents: list[str]) -> None:
    assert urls.parent_sections(section_id) == parents


@given(st.integers(0, 10**18 - 1).map(str), st.integers(1, 10**18 - 1))
def test_an_article_url_is_read_back_as_it_was_built(section_id: str, article_id: int) -> None:
    url = urls.article_url(SITE, section_id, article_id)
    assert urls.parse_article_url(url) == (section_id, article_id)
    assert urls.canonical_article_url(f"{url}?from=mail#top") == url
    assert urls.classify(url, SITE, section_id) == Link("article", url, article_id)


@pytest.mark.parametrize("path", ["/103002/default.aspx", "/103002/41.aspx/x", "/41.aspx", "/103002/41", "/a/41.aspx"])
def test_other_pages_are_no_articles(path: str) -> None:
    assert urls.parse_article_url(SITE + path) is None
    assert urls.canonical_article_url(SITE + path) == SITE + path


def test_a_canonical_url_forgets_case_padding_and_the_default_port() -> None:
    assert urls.canonical_article_url("HTTP://EN.Sass.cn:80/103002/0041.ASPX?a=1#b") == ARTICLE


@pytest.mark.parametrize(
    ("href", "article_id"),
    [
        ("41.aspx", 41),
        ("../103002/41.aspx", 41),
        (ARTICLE, 41),
        ("default.aspx", None),
        ("", None),
        ("#top", None),
        ("http://[", None),
        ("//[x/41.aspx", None),
        ("http://\u2100/41.aspx", None),
    ],
)
def test_the_id_of_a_link_however_it_is_written(href: str, article_id: int | None) -> None:
    assert urls.article_id(href) == article_id


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (f"{ARTICLE}?a=1#b", Link("article", ARTICLE, 41)),
        ("https://en.sass.cn/103002/41.aspx", Link("article", ARTICLE, 41)),
        (f"{SITE}/103002/", Link("list", f"{SITE}/103002/")),
        (f"{SITE}/103002/default_2.aspx#x", Link("list", f"{SITE}/103002/default_2.aspx")),
        (f"{SITE}/103002/default.aspx?b=2&a=1", Link("list", f"{SITE}/103002/default.aspx?a=1&b=2")),
        (f"{SITE}/103002/page/2", Link("list", f"{SITE}/103002/page/2")),
    ],
)
def test_the_section_has_articles_and_list_pages(url: str, link: Link) -> None:
    assert urls.classify(url, SITE, SECTION) == link


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/103002/0.aspx",
        f"{SITE}/103001/41.aspx",
        f"{SITE}/1030021/default.aspx",
        f"{SITE}/103002/style.css",
        f"{SITE}/103002/report.pdf",
        "http://example.org/103002/41.aspx",
        "http://en.sass.cn:8000/103002/41.aspx",
        "ftp://en.sass.cn/103002/41.aspx",
        "mailto:desk@en.sass.cn",
        "http://[broken/103002/41.aspx",
        "http://en.sass.cn:port/103002/41.aspx",
        f"{SITE}/103002/\udcff.aspx",
    ],
)
def test_what_is_not_the_sections_is_nothing_to_the_walk(url: str) -> None:
    assert urls.classify(url, SITE, SECTION) is None


@given(st.text(st.characters(codec=None)))
def test_classify_never_raises(text: str) -> None:
    for url in (text, f"{SITE}/103002/{text}", f"http://{text}/103002/41.aspx"):
        link = urls.classify(url, SITE, SECTION)
        assert link is None or link.url.startswith(f"{SITE}/103002")


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (" /upload/1 2.png\n", f"{SITE}/upload/1%202.png"),
        ("java\nscript:alert(1)", None),
        ("/a\tb", f"{SITE}/ab"),
        ("data:text/html,x", None),
        ("http://[broken", None),
        ("", None),
        ("//example.org/a", "http://example.org/a"),
        ("?page=2", f"{ARTICLE}?page=2"),
    ],
)
def test_absolute_takes_web_addresses_only(href: str, url: str | None) -> None:
    assert urls.absolute(href, ARTICLE) == url


def test_an_address_as_printed_is_not_guessed() -> None:
    assert urls.absolute_as_printed("https://example.org/a") == "https://example.org/a"
    assert [urls.absolute_as_printed(href) for href in ("/a", "www.example.org", "http://", "")] == [None] * 4


def test_an_address_longer_than_servers_take_is_none() -> None:
    assert urls.absolute("/" + "a" * 8000, SITE) == f"{SITE}/{'a' * 8000}"
    assert urls.absolute("/" + "a" * 9000, SITE) is None


def test_pages_that_are_built() -> None:
    assert urls.section_url(SITE, SECTION) == f"{SITE}/103002/default.aspx"
    assert urls.home_url(SITE) == f"{SITE}/"


HREFS = st.lists(
    st.sampled_from(
        ["..", "/", "103002", SITE, "5", "0", "41.aspx", ".aspx", "default", "?", "#", " ", "A", "\\", ";"]
    ),
    max_size=6,
).map("".join)


@given(HREFS, HREFS)
def test_an_article_as_its_own_pages_name_it_is_that_article(page: str, href: str) -> None:
    page_url = f"{SITE}/103002/{page}"
    match = urls.match_own_articles(page_url, SITE, "103002")(href)
    if match:
        assert urls.classify(urljoin(page_url, href), SITE, "103002") == urls.article_link(
            SITE, "103002", int(match[1])
        )


@pytest.mark.parametrize("href", ["../103002/41.aspx", "/103002/41.aspx", "41.aspx", f"{SITE}/103002/41.aspx"])
def test_pages_of_a_section_name_its_articles_so(href: str) -> None:
    for page in ("default.aspx", "40.aspx", "default.aspx?page=2/3", ""):
        match = urls.match_own_articles(f"{SITE}/103002/{page}", SITE, "103002")(href)
        assert match
        assert match[1] == "41"


@pytest.mark.parametrize("page", [f"{SITE}/", f"{SITE}/105/default.aspx", f"{SITE}/103002/a/b.aspx"])
def test_elsewhere_nothing_is_taken_for_an_article_without_a_closer_look(page: str) -> None:
    assert not urls.match_own_articles(page, SITE, "103002")("41.aspx")


@pytest.mark.parametrize("query", ["page=2", "a" + "&a" * 19, "page=2&state=" + "x" * 400])
def test_a_list_page_has_a_query_of_some_length(query: str) -> None:
    link = urls.classify(f"{SITE}/103002/default.aspx?{query}", SITE, "103002")
    assert link is not None
    assert link.kind == "list"


@pytest.mark.parametrize("query", ["a&" * 20, "x" * 500])
def test_what_has_a_longer_one_is_no_list_page(query: str) -> None:
    assert urls.classify(f"{SITE}/103002/default.aspx?{query}", SITE, "103002") is None
    assert urls.classify(f"{SITE}/103002/41.aspx?{query}", SITE, "103002") is not None, (
        "an article's query says nothing"
    )
