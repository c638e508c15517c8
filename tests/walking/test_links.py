"""Links on a page of any shape."""

from __future__ import annotations

import sys
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.page import DamagedPageError
from sassspider.walking.links import MOST_BYTES, MOST_LOOKED_AT, MOST_REFERENCES, decode, find_links, find_section_links

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
def test_an_article_is_found_however_it_is_written(text: str) -> None:
    assert ARTICLE in links(text)


def test_links_come_in_order_and_repeat() -> None:
    found = list(find_links('<a href="?page=2"/><a href="?page=3"/><a href="?page=2"/>', BASE))
    assert found == [f"{BASE}?page=2", f"{BASE}?page=3", f"{BASE}?page=2"]


@pytest.mark.parametrize("query", ["page=2&currentPage=3", "a=1&section=4", "a=1&region=5&times=6", "a=1&copy"])
def test_an_ampersand_in_an_address_is_no_reference_without_a_semicolon(query: str) -> None:
    escaped = query.replace("&", "&amp;")
    assert links(f'<a href="?{query}">') == links(f'<a href="?{escaped}">') == {f"{BASE}?{query}"}


@pytest.mark.parametrize("href", ["", "  ", "#top", "javascript:go()", "data:,x", "http://[broken", "a" * 2049])
def test_what_leads_nowhere_is_passed_over(href: str) -> None:
    assert links(f'<a href="{href}">') == set()


def test_text_without_links_has_none() -> None:
    assert links("The ferry at href runs = daily; src is the source.") == set()


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_gives_some_links_or_none(text: str) -> None:
    assert all(isinstance(link, str) and link for link in find_links(text, BASE))


@given(st.binary())
def test_any_bytes_are_text(body: bytes) -> None:
    text = decode(body)
    assert text.encode().decode() == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_addresses_are_read_in_any_encoding_of_the_page(encoding: str) -> None:
    assert ARTICLE in links(decode('<a href="41.aspx">渡口</a>'.encode(encoding)))


@pytest.mark.parametrize("piece", ['href="', "href ", "href= ", "value='a", "&", "&#", "&amp", "a.aspx ", ".aspx", "("])
def test_time_grows_with_length_and_not_with_its_square(piece: str) -> None:
    short, long = (min(seconds(piece * count) for _ in range(3)) for count in (4_000, 32_000))
    assert long < 24 * short + 0.05


def seconds(text: str) -> float:
    begun = process_time()
    for _ in find_links(text, BASE):
        pass
    return process_time() - begun


@pytest.mark.parametrize("section", ["103002", "elsewhere"])
def test_a_page_with_links_without_end_is_refused(section: str) -> None:
    links = b"".join([b"<a href='/%s/%d.aspx'></a>" % (section.encode(), one) for one in range(1, MOST_LOOKED_AT + 3)])
    with pytest.raises(DamagedPageError, match="more than 25000 links"):
        find_section_links(links, "http://a.test/103002/default.aspx", "http://a.test", "103002")


def test_the_same_link_again_and_again_is_one() -> None:
    page = b"<a href='/103002/1.aspx'></a>" * MOST_LOOKED_AT + b"<a href='/103002/2.aspx'></a>"
    found = find_section_links(page, "http://a.test/103002/default.aspx", "http://a.test", "103002", most=2)
    assert [link.id for link in found] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_one_rare_character_does_not_make_a_long_page_four_times_as_long(encoding: str) -> None:
    text = decode(('\U0001f600<a href="41.aspx">渡口</a>' + "x" * 2_000_000).encode(encoding))
    assert sys.getsizeof(text) < 5_000_000
    assert ARTICLE in links(text)


@pytest.mark.parametrize("body", [b"&lt;" * (MOST_REFERENCES + 1), b"x" * (MOST_BYTES + 1)])
def test_a_page_larger_than_any_list_is_refused(body: bytes) -> None:
    with pytest.raises(DamagedPageError, match="it has more than"):
        find_section_links(body, BASE, "http://en.sass.cn", "103002")
