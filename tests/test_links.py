"""Links on a page of any shape."""

from __future__ import annotations

import sys
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider import links as module
from sassspider.links import (
    MOST_BYTES,
    MOST_LOOKED_AT,
    MOST_REFERENCES,
    decode,
    find_article_links,
    find_links,
    find_section_links,
)
from sassspider.page import DamagedPageError, check_list_page
from tests.mocksite import COMMENTARY, Request, build_site

BASE = "http://en.sass.cn/103002/default.aspx"
ARTICLE = "http://en.sass.cn/103002/41.aspx"
PIECES = ["href=", '"', "'", ".aspx", "&", "#", ";", "<", "[", "//", "a"]


def links(text: str) -> set[str]:
    return set(find_links(text, BASE))


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
        "a,41.aspx;b",
        '<a title="a < b" href="41.aspx"><b',
    ],
)
def test_article_is_found_in_any_markup(text: str) -> None:
    assert ARTICLE in links(text)


def test_links_keep_order_and_repeats() -> None:
    found = list(find_links('<a href="?page=2"/><a href="?page=3"/><a href="?page=2"/>', BASE))
    assert found == [f"{BASE}?page=2", f"{BASE}?page=3", f"{BASE}?page=2"]


@pytest.mark.parametrize("query", ["page=2&currentPage=3", "a=1&section=4", "a=1&region=5&times=6", "a=1&copy"])
def test_ampersand_without_semicolon_is_no_reference(query: str) -> None:
    escaped = query.replace("&", "&amp;")
    assert links(f'<a href="?{query}">') == links(f'<a href="?{escaped}">') == {f"{BASE}?{query}"}


@pytest.mark.parametrize("href", ["", "  ", "#top", "javascript:go()", "data:,x", "http://[broken", "a" * 2049])
def test_invalid_links_are_ignored(href: str) -> None:
    assert links(f'<a href="{href}">') == set()


def test_plain_text_has_no_links() -> None:
    assert links("The ferry at href runs = daily; src is the source.") == set()


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_searched(text: str) -> None:
    assert all(isinstance(link, str) and link for link in find_links(text, BASE))


@given(st.binary())
def test_any_bytes_are_decoded(body: bytes) -> None:
    text = decode(body)
    assert text.encode().decode() == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_links_are_found_in_any_encoding(encoding: str) -> None:
    assert ARTICLE in links(decode('<a href="41.aspx">渡口</a>'.encode(encoding)))


@pytest.mark.parametrize("piece", ['href="', "href ", "href= ", "value='a", "&", "&#", "&amp", "a.aspx ", ".aspx", "("])
def test_time_is_linear_in_length(piece: str) -> None:
    short, long = (min(seconds(piece * count) for _ in range(3)) for count in (4_000, 32_000))
    assert long < 24 * short + 0.05


def seconds(text: str) -> float:
    begun = process_time()
    for _ in find_links(text, BASE):
        pass
    return process_time() - begun


@pytest.mark.parametrize("section", ["103002", "elsewhere"])
def test_page_with_too_many_links_is_damaged(section: str) -> None:
    links = b"".join([b"<a href='/%s/%d.aspx'></a>" % (section.encode(), one) for one in range(1, MOST_LOOKED_AT + 3)])
    with pytest.raises(DamagedPageError, match="more than 25000 links"):
        find_section_links(links, "http://a.test/103002/default.aspx", "http://a.test", "103002")


def test_repeated_link_counts_once() -> None:
    page = b"<a href='/103002/1.aspx'></a>" * MOST_LOOKED_AT + b"<a href='/103002/2.aspx'></a>"
    found = find_section_links(page, "http://a.test/103002/default.aspx", "http://a.test", "103002", most=2)
    assert [link.id for link in found] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_rare_character_does_not_widen_long_page(encoding: str) -> None:
    text = decode(('\U0001f600<a href="41.aspx">渡口</a>' + "x" * 2_000_000).encode(encoding))
    assert sys.getsizeof(text) < 5_000_000
    assert ARTICLE in links(text)


@pytest.mark.parametrize("body", [b"&lt;" * (MOST_REFERENCES + 1), b"x" * (MOST_BYTES + 1)])
def test_page_larger_than_any_list_is_damaged(body: bytes) -> None:
    with pytest.raises(DamagedPageError, match="it has more than"):
        find_section_links(body, BASE, "http://en.sass.cn", "103002")


SMALL_SITE = build_site(seed=5, articles=30)
ARTICLE_PAGE = SMALL_SITE.respond(Request("GET", f"/{COMMENTARY}/{SMALL_SITE.ids(COMMENTARY)[12]}.aspx")).body


@pytest.mark.parametrize(
    "change",
    [
        (b"</body>", b"</body>"),
        (b"</body>", b"<a href='/103002/7.aspx'/></body>"),
        (b"</body>", b'<a href="7.aspx"/></body>'),
        (b"</body>", b'<a href="/103002/07.aspx"/></body>'),
        (b"</body>", b'<a HREF="/103002/7.ASPX"/></body>'),
        (b"</body>", b'<a href="http://en.sass.cn/103002/7.aspx"/><a href="http://a.test/103002/7.aspx"/></body>'),
        (b"</body>", b'<a href="/103002/default_2.aspx"/></body>'),
        (b"</body>", b"see /103002/7.aspx</body>"),
    ],
)
def test_article_links_are_those_of_section_links(change: tuple[bytes, bytes]) -> None:
    page = ARTICLE_PAGE.replace(*change)
    expected = [one for one in find_section_links(page, ARTICLE, "http://en.sass.cn", "103002") if one.id]
    found = find_article_links(page, ARTICLE, "http://en.sass.cn", "103002")
    assert set(found) == set(expected)
    assert len(found) == len(expected) > 15


def test_usual_page_needs_no_thorough_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module, "find_section_links")
    assert len(find_article_links(ARTICLE_PAGE, ARTICLE, "http://en.sass.cn", "103002")) > 15


def test_list_of_whole_section_on_one_page_is_sound() -> None:
    body = build_site(articles=20_000).respond(Request("GET", f"/{COMMENTARY}/default.aspx")).body
    check_list_page(body)
    assert len(find_section_links(body, BASE, "http://en.sass.cn", COMMENTARY)) > 20_000


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<?xml version='1.0'?><html>" + b"<a/>" * 300_000 + b"</html>", "more than 300,000 tags"),
        (b"<?xml version='1.0'?><html><a>", "not well-formed"),
        (b"<HTML><a>", "its end is missing"),
    ],
)
def test_list_page_that_lacks_a_part_is_damaged(body: bytes, says: str) -> None:
    with pytest.raises(DamagedPageError, match=says):
        check_list_page(body)
