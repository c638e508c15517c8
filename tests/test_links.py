"""Links on a page of any shape."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.links import MOST_LINKS, find_article_ids, find_section_links
from sassspider.page import DamagedPageError, check_list_page
from sassspider.urls import article_url
from tests.mocksite import COMMENTARY, Request, build_site

SITE = "http://en.sass.cn"
BASE = "http://en.sass.cn/103002/default.aspx"
ARTICLE = "http://en.sass.cn/103002/41.aspx"
PIECES = ["href=", '"', "'", ".aspx", "&", "#", ";", "<", "[", "//", "a"]


def links(text: str | bytes) -> set[str]:
    body = text.encode() if isinstance(text, str) else text
    ids, lists = find_section_links(body, BASE, SITE, COMMENTARY)
    assert find_article_ids(body, BASE, SITE, COMMENTARY) == ids or lists
    return {*(article_url(SITE, COMMENTARY, one) for one in ids), *lists}


@pytest.mark.parametrize(
    "text",
    [
        '<a href="41.aspx">',
        "<A HREF = '../103002/41.aspx'>",
        "<a href=41.aspx>",
        '&lt;a href="/103002/41.aspx"&gt;',
        "&#60;a href=&#34;/103002/41.aspx&#x22;&#62;",
        '<![CDATA[<a class="x" href="/103002/41.aspx">]]>',
        "<option value='41.aspx'>",
        "<url>http://en.sass.cn/103002/41.aspx</url>",
        "see http://en.sass.cn/103002/41.aspx, please",
        "open('/103002/41.aspx');",
        '{"page": "\\/103002\\/x", "next":"/103002/41.aspx"}',
        '{"next":"\\/103002\\/41.aspx"}',
        '{"html": "<a href=\\"41.aspx\\">"}',
        "a,41.aspx;b",
        '<a title="a < b" href="41.aspx"><b',
        *('<a href="41.aspx">渡口</a>'.encode(one) for one in ("utf-8-sig", "utf-16", "gb18030")),
    ],
)
def test_article_is_found_in_any_markup(text: str | bytes) -> None:
    assert ARTICLE in links(text)


@pytest.mark.parametrize("query", ["page=2&currentPage=3", "a=1&section=4"])
def test_ampersand_without_semicolon_is_no_reference(query: str) -> None:
    escaped = query.replace("&", "&amp;")
    assert links(f'<a href="?{query}">') == links(f'<a href="?{escaped}">') != set()


@pytest.mark.parametrize(
    "href", ["", "  ", "#top", "Search", "2", "javascript:go()", "data:,x", "http://[broken", "a" * 2049]
)
def test_invalid_links_are_ignored(href: str) -> None:
    assert links(f'<a href="{href}">') == set()


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/103002/7.aspx?back=/41.aspx", "/103002/7.aspx"),
        ("#/103002/41.aspx", None),
        ("/103002/041.aspx", "/103002/41.aspx"),
        ("/103002/0.aspx", None),
        ("/103002/1.aspx", "/103002/1.aspx"),
        (" ?page=2 ", "/103002/default.aspx?page=2"),
        (r"\103002\default_2.aspx", "/103002/default_2.aspx"),
        ("/101000/41.aspx", None),
        ("older/41.aspx", "/103002/older/41.aspx"),  # a page of the list
        ("//elsewhere.test/103002/41.aspx", None),
        ("HTTPS://EN.SASS.CN/103002/41.ASPX", "/103002/41.aspx"),
    ],
)
def test_folder_query_and_number_decide(href: str, url: str | None) -> None:
    assert links(f'<a href="{href}">') == ({SITE + url} if url else set())


@given((st.text() | st.lists(st.sampled_from(PIECES)).map("".join)).map(lambda text: text.encode(errors="replace")))
def test_any_page_is_searched(body: bytes) -> None:
    assert isinstance(find_section_links(body, BASE, SITE, COMMENTARY), tuple)


@pytest.mark.parametrize("piece", ['href="', "href ", "href= ", "value='a", "&", "&#", "&amp", "a.aspx ", ".aspx", "("])
def test_time_is_linear_in_length(piece: str) -> None:
    with suppress(DamagedPageError):  # where time is quadratic, minutes to hours
        find_section_links(piece.encode() * 500_000, BASE, SITE, COMMENTARY)


def test_embedded_pictures_stay_out_of_cache() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            links(f'<img src="data:image/png;base64,{number}{"A" * 200_000}">')
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000  # bytes


@pytest.mark.parametrize("section", [b"103002", b"elsewhere"])
def test_too_many_links_are_refused(section: bytes) -> None:
    with pytest.raises(DamagedPageError, match="more than 25000 links"):
        links(b"".join([b"<a href='/%s/%d.aspx'></a>" % (section, one) for one in range(1, MOST_LINKS + 3)]))


def test_list_of_20000_links_is_read() -> None:
    body = build_site(articles=20_000).respond(Request("GET", f"/{COMMENTARY}/default.aspx")).body
    check_list_page(body)
    assert len(find_section_links(body, BASE, SITE, COMMENTARY)[0]) == 20_000


def test_list_page_without_links_is_whole() -> None:
    check_list_page(b"<?xml version='1.0'?><html/>")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<?xml version='1.0'?><html>" + b"<a/>" * 300_000 + b"</html>", "more than 300,000 tags"),
        (b"<?xml version='1.0'?><html><a>", "not well-formed"),
        (b"<HTML><a>", "its end is missing"),
    ],
)
def test_cut_list_page_is_damaged(body: bytes, says: str) -> None:
    with pytest.raises(DamagedPageError, match=says):
        check_list_page(body)
