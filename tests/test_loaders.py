"""From a page to an article. The frozen pages show each field; here stand the rules between them, and a real page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.http import XmlResponse
from scrapy.loader import ItemLoader

from sassspider.clock import now
from sassspider.items import Article
from sassspider.loaders import ArticleLoader, read_article
from sassspider.page import DamagedPageError, Page

from .samples import FETCHED_AT, URL, make_page, make_page_xml

SEED_VARIABLE = "SASSSPIDER_SEED_PAGE"
TITLE = b"<h1>Ferries on the lower river</h1>"
DATE = b"<h4>2025-03-04 12:00</h4>"
BODY = b"<p>The ferry runs again.</p>"


def load(body: bytes, url: str = URL) -> Article:
    return read_article(make_page(body, url))


def find_problem(body: bytes, url: str = URL) -> str:
    with pytest.raises(DamagedPageError) as error:
        load(body, url)
    return str(error.value)


def test_attachment_text_needs_an_ending(caplog: pytest.LogCaptureFixture) -> None:
    items = "<li>N/A</li><li>2019/3/21</li><li><a>upload/a b.pdf</a></li><li><img src='upload/c.jpg'/></li>"
    items += "<li>The report, see above.</li><li><a name='b'/></li><li><a href='javascript:x'>y</a></li>"
    items += "<li><a href='upload/d.pdf'>Plan</a></li><li>/upload/e f.pdf</li>"
    urls = [file["url"] for file in load(make_page_xml(parts=f"<ul>{items}</ul>")).attachments]
    assert urls == [f"http://en.sass.cn/upload/{name}" for name in ("a%20b.pdf", "c.jpg", "d.pdf", "e%20f.pdf")]
    texts = "N/A; 2019/3/21; The report, see above.; y"
    assert caplog.messages == [f"{URL}: text among the attachments is no address: {texts}"]


@pytest.mark.parametrize(
    ("printed", "title", "authors"),
    [
        ("Ada<br/>Brook and Bo Reed", "Ada Brook and Bo Reed", ["Ada", "Brook", "Bo Reed"]),
        ("<p>Ada Brook</p><p>Bo Reed</p>", "Ada Brook Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("By <b>Ada</b> Br<i>ook</i>", "By Ada Brook", ["Ada Brook"]),
        ("<![CDATA[Ada Brook & Bo Reed]]>", "Ada Brook & Bo Reed", ["Ada Brook", "Bo Reed"]),
    ],
)
def test_blocks_in_a_field_are_lines(printed: str, title: str, authors: list[str]) -> None:
    article = load(make_page_xml(parts=f"<h5>{printed}</h5>").replace(TITLE, f"<h1>{printed}</h1>".encode()))
    assert (article.title, article.byline, article.authors) == (title, title, authors)


def test_empty_elements_hide_no_others() -> None:
    filled = {"h1": "Ferries", "h2": "Short", "h3": "Aria", "h4": "2025-03-05", "h5": "Ada", "b": "soon", "dd": "7"}
    parts = "".join(f"<{name}/><{name}>\n</{name}><{name}>{text}</{name}>" for name, text in filled.items())
    article = load(make_page_xml(parts=parts).replace(TITLE, b"").replace(DATE, b""))
    texts = [article.title, article.subtitle, article.editor, article.date_published, article.byline]
    assert [*texts, article.date_modified_raw, str(article.views)] == list(filled.values())


def test_source_is_one_link() -> None:
    article = load(make_page_xml(parts="<a>Hill Daily</a><a href='http://www.example.com/'>Weir News</a>"))
    assert (article.source_name, article.source_url) == ("Hill Daily", None)


def test_loader_reads_a_response() -> None:
    before = now()
    article = ArticleLoader(response=XmlResponse(f"{URL}?from=list", body=make_page_xml())).load_item()
    assert (article.id, article.url, article.body_text) == (41, URL, "The ferry runs again.")
    assert article.page is not None
    assert article.page.fetched_at == article.fetched_at >= before
    assert (article.page.etag, article.page.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("xpath", "options"),
    [
        ("//h1", {}), ("//h1/text()", {}), ("string(//h1)", {}), ("//none", {}), ("string(//none)", {}),
        ("string(//h1[re:test(., '[a-z]')])", {}),
        ("count(//h1)", {}), ("//h1 = 'x'", {}), ("//meta/@id", {}), (["//h1/text()", "//h4/text()"], {}),
        ("//h1/text()", {"re": "[a-z]+"}), ("//*[text()=$word]/text()", {"word": "2025-03-04 12:00"}),
    ],
)  # fmt: skip
def test_xpaths_find_what_scrapy_finds(xpath: str | list[str], options: dict[str, str]) -> None:
    loader = ArticleLoader(XmlResponse(URL, body=make_page_xml()))
    plain = ItemLoader(item={}, selector=loader.selector)
    loader.add_xpath("subtitle", xpath, **options)
    plain.add_xpath("subtitle", xpath, **options)
    assert loader.get_collected_values("subtitle") == plain.get_collected_values("subtitle")


@pytest.mark.parametrize("printed", ["", "0", "041", " 41 ", "4l", "4,1"])
def test_printed_ids_are_whole_numbers(printed: str) -> None:
    body = make_page_xml(f'<meta id="{printed}"/>')
    if printed == "0":
        assert find_problem(body) == "id 0 of the page disagrees with its URL"
    else:
        assert load(body).id == 41


def test_all_problems_are_named() -> None:
    assert find_problem(make_page_xml().replace(DATE, b"<h4> soon </h4>")) == "date_published is not a date: 'soon'"
    problems = find_problem(b'<html class="x"><head><meta id="7"/></head></html>').split("; ")
    assert [problem.split()[0] for problem in problems] == [
        "title", "date_published", "body_text", "id", "section_id",
    ]  # fmt: skip


@pytest.mark.parametrize("url", ["http://en.sass.cn/", "http://en.sass.cn/103002/default.aspx"])
def test_url_must_name_an_article(url: str) -> None:
    assert find_problem(make_page_xml(), url) == "url names no article"


@pytest.mark.parametrize("said", ["x" * 400_000, "\U000f0000" * 400_000])
def test_quoted_values_are_truncated(said: str) -> None:
    body = make_page_xml().replace(DATE, f"<h4>{said}</h4>".encode()).replace(b"103002", said.encode())
    problems = find_problem(body).split("; ")
    assert [len(problem) < 500 for problem in problems] == [True, True]
    assert problems[0].startswith(f"date_published is not a date: {said!r}"[:100])


@pytest.mark.parametrize("name", ["h1", "h5", "a"])
def test_long_fields_are_refused(name: str) -> None:
    page = make_page_xml(parts=f"<{name}>{'ab ' * 200_000}</{name}>")
    if name == "h1":
        page = page.replace(TITLE, b"")
    assert find_problem(page) == "a field has more than 500,000 characters"


def test_long_links_are_refused() -> None:
    long_link = f"<a href='/{'b' * 8_000}.pdf'/>"
    nested = "<a href='/b.pdf'>" * 100 + "x" * 10_000 + "</a>" * 100
    for page in (
        make_page_xml(parts=f"<ul><li>{nested}</li></ul>"),
        make_page_xml(parts=f"<ul><li>{long_link * 100}</li></ul>"),
        make_page_xml(crumbs=f"<a href='/1/'>{'x' * 500_001}</a>"),
        make_page_xml(crumbs=long_link * 100),
    ):
        assert find_problem(page) == "a field has more than 500,000 characters"


SEED: dict[str, Any] = {
    "id": 5542,
    "section_id": "103002",
    "section": "Commentary",
    "subtitle": None,
    "editor": "Aria",
    "authors": ["Lin Xueqi", "Yao Lifen"],
    "source_name": "China Daily",
    "date_published": "2026-01-20",
    "date_published_raw": "2026-01-20 12:00",
    "date_modified": "2026-01-22",
    "views": 92,
    "previous_id": 5541,
    "next_id": 5543,
    "language": "en",
    "images": [],
}


@pytest.mark.skipif(not os.environ.get(SEED_VARIABLE), reason=f"{SEED_VARIABLE} is not set to a page of the real site")
def test_a_real_page() -> None:
    body = Path(os.environ[SEED_VARIABLE]).read_bytes()
    article = read_article(Page("http://en.sass.cn/103002/5542.aspx", body, FETCHED_AT))
    assert {name: getattr(article, name) for name in SEED} == SEED
    assert [step["name"] for step in article.breadcrumbs] == ["RESEARCH", "Commentary"]
    assert urlsplit(article.source_url or "")[:2] == ("https", "www.chinadaily.com.cn")
    assert article.body_text.startswith("China\u2019s sci-fi parks")
    assert len(article.body_text.split("\n\n")) == 19
    assert [dirt for dirt in ("&nbsp;", "  ", "\u00a0", "]]>") if dirt in article.body_text] == []
