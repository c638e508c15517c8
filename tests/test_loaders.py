"""From a page to an article. The frozen pages show each field; here stand the rules between them, and a real page."""

from __future__ import annotations

import os
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.loaders import EMPTY, ArticleLoader
from sassspider.page import DamagedPageError, Page

from .samples import FETCHED_AT, URL, make_page, make_page_xml

SEED_VARIABLE = "SASSSPIDER_SEED_PAGE"


def load(body: bytes, url: str = URL) -> Article:
    return ArticleLoader(make_page(body, url)).load_article()


def test_an_article_carries_the_page_that_it_was_read_from() -> None:
    page = make_page(make_page_xml())
    assert ArticleLoader(page).load_article().page is page


def test_the_id_of_the_page_comes_before_that_of_its_url() -> None:
    assert load(make_page_xml('<meta id="42"/>')).id == 42
    assert load(make_page_xml("")).id == 41


def test_an_id_that_is_printed_wrong_is_not_replaced_by_a_guess() -> None:
    assert load(make_page_xml('<meta id="0"/>')).id == 0


def test_a_page_of_nothing_has_empty_fields_and_no_article() -> None:
    article = load(b"<html/>", "http://en.sass.cn/")
    assert {name: getattr(article, name) for name in EMPTY} == EMPTY
    others = [name for name in ARTICLE_FIELDS if name not in EMPTY]
    assert {name: getattr(article, name) for name in others if getattr(article, name)} == {
        "url": "http://en.sass.cn/",
        "language": "en",
        "content_hash": "sha256:ffe679bb831c95b67dc17819c63c5090d221aac6f4c7bf530f594ab43d21fa1e",
        "fetched_at": FETCHED_AT,
    }


def test_no_views_and_zero_views_differ() -> None:
    assert load(make_page_xml(parts="<dd></dd>")).views is None
    assert load(make_page_xml(parts="<dd>0</dd>")).views == 0


def test_breadcrumbs_are_root_first_and_the_section_is_the_leaf() -> None:
    crumbs = '<a href="../103002/default.aspx"> Com <i>mentary</i></a><a href="/103/">R</a>'
    article = load(make_page_xml(crumbs=crumbs))
    assert article.section == "Com mentary"
    assert article.breadcrumbs == [
        {"name": "R", "url": "http://en.sass.cn/103/"},
        {"name": "Com mentary", "url": "http://en.sass.cn/103002/default.aspx"},
    ]


def test_attachments_come_from_beside_the_text_once_each() -> None:
    book = '<a href="/b.pdf"> The <b>book</b></a><a href="/b.pdf">again</a>'
    items = f'<ul><li/><li>{book}</li><li><a href="c.doc"/></li></ul>'
    assert load(make_page_xml(parts=items)).attachments == [
        {"url": "http://en.sass.cn/b.pdf", "name": "The book"},
        {"url": "http://en.sass.cn/103002/c.doc", "name": "c.doc"},
    ]


def test_the_links_of_a_page_are_no_longer_than_a_field_all_together() -> None:
    nested = "<a href='/b.pdf'>" * 100 + "x" * 10_000 + "</a>" * 100
    for markup in (nested, f"<a href='/{'b' * 8_000}.pdf'/>" * 100):
        with pytest.raises(DamagedPageError, match="500,000 characters"):
            load(make_page_xml(parts=f"<ul><li>{markup}</li></ul>"))
    for markup in (f"<a href='/1/'>{'x' * 500_001}</a>", f"<a href='/{'b' * 8_000}'/>" * 100):
        with pytest.raises(DamagedPageError, match="500,000 characters"):
            load(make_page_xml(crumbs=markup))


def test_neighbours_are_ids_whatever_their_links_look_like() -> None:
    after = '<a id="perv" href="40.aspx"/><a id="next" href="/103002/0043.aspx?x"/><a id="more" href="9.aspx"/>'
    article = load(make_page_xml(after=after))
    assert (article.previous_id, article.next_id) == (40, 43)
    assert load(make_page_xml(after='<a id="next" href="default.aspx"/>')).next_id is None


def test_one_fault_in_the_body_costs_no_article() -> None:
    page = make_page_xml().replace(b"The ferry runs again.", b"The ferry &#1; <k<t> runs.")
    assert load(page).body_text == "The ferry runs."


def test_a_damaged_page_gives_no_article() -> None:
    with pytest.raises(DamagedPageError, match="not well-formed"):
        load(make_page_xml()[:-9])


@cache
def seed() -> Article:
    body = Path(os.environ[SEED_VARIABLE]).read_bytes()
    return ArticleLoader(Page("http://en.sass.cn/103002/5542.aspx", body, FETCHED_AT)).load_article()


def seed_facts() -> dict[str, Any]:
    """What can be asked about the real page: its fields, some of them cut down to what the site is known to say."""
    article = seed()
    return asdict(article) | {
        "breadcrumbs": [step["name"] for step in article.breadcrumbs],
        "source_url": urlsplit(article.source_url or "")[:2],
        "paragraphs": len(article.body_text.split("\n\n")),
        "first words": article.body_text[: len(SEED["first words"])],
        "dirt": [dirt for dirt in ("&nbsp;", "  ", "\u00a0", "]]>") if dirt in article.body_text],
    }


SEED: dict[str, Any] = {
    "id": 5542,
    "section_id": "103002",
    "section": "Commentary",
    "breadcrumbs": ["RESEARCH", "Commentary"],
    "subtitle": None,
    "editor": "Aria",
    "authors": ["Lin Xueqi", "Yao Lifen"],
    "source_name": "China Daily",
    "source_url": ("https", "www.chinadaily.com.cn"),
    "date_published": "2026-01-20",
    "date_published_raw": "2026-01-20 12:00",
    "date_modified": "2026-01-22",
    "views": 92,
    "previous_id": 5541,
    "next_id": 5543,
    "paragraphs": 19,
    "first words": "China\u2019s sci-fi parks",
    "dirt": [],
    "language": "en",
    "images": [],
}


@pytest.mark.skipif(not os.environ.get(SEED_VARIABLE), reason=f"{SEED_VARIABLE} is not set to a page of the real site")
@pytest.mark.parametrize("name", SEED)
def test_a_real_page(name: str) -> None:
    assert seed_facts()[name] == SEED[name]
