"""The truth and the page, each made on its own way, must agree: here the page is read by lxml alone."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.mocksite import Site, build_site
from tests.mocksite.sections import ARTICLE_SECTIONS
from tests.mocksite_tests.reading import article, body_words, page, printed, squash

FIELDS = [
    "id", "url", "section_id", "section", "breadcrumbs", "title", "subtitle", "editor", "byline", "authors",
    "source_name", "source_url", "date_published", "date_published_raw", "date_modified", "date_modified_raw",
    "body_html", "body_text", "images", "attachments", "word_count", "language", "views", "previous_id", "next_id",
    "content_hash", "duplicate_of", "date_removed",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
ALL_IDS = [one for section in ARTICLE_SECTIONS for one in build_site().ids(section)]


@pytest.fixture(scope="module")
def small() -> Site:
    return build_site()


def test_same_seed_gives_the_same_bytes(small: Site) -> None:
    other = build_site()
    assert all(article(small, one).body == article(other, one).body for one in ALL_IDS)


def test_bytes_do_not_depend_on_the_process(small: Site) -> None:
    code = (
        "import hashlib; from tests.mocksite import *; site = build_site(); "
        "pages = [site.respond(Request('GET', f'/103002/{one}.aspx')).body for one in site.ids()]; "
        "print(hashlib.sha256(b''.join(pages)).hexdigest())"
    )
    here = hashlib.sha256(b"".join(article(small, one).body for one in small.ids())).hexdigest()
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == here


def test_other_seed_gives_other_bytes(small: Site) -> None:
    assert article(small, small.ids()[0]).body != article(build_site(seed=2), small.ids()[0]).body


def test_pages_are_about_twenty_kilobytes(small: Site) -> None:
    sizes = [len(article(small, one).body) for one in small.ids()]
    assert 15_000 < sum(sizes) / len(sizes) < 25_000


@pytest.mark.parametrize("article_id", ALL_IDS)
def test_page_and_truth_agree(small: Site, article_id: int) -> None:
    root, truth = page(small, article_id), small.expected(article_id, "http://127.0.0.1:1")
    assert list(truth) == FIELDS
    assert root.xpath("string(head/meta/@id)") == str(truth["id"]) == str(article_id)
    assert root.get("class") == truth["section_id"]
    for field, path in {
        "title": "h1", "subtitle": "h2", "editor": "h3", "date_published_raw": "h4", "byline": "h5", "source_name": "a",
        "date_modified_raw": "b", "views": "dd",
    }.items():  # fmt: skip
        assert printed(root, path) == str(truth[field] if truth[field] is not None else "")
    links = root.xpath("/html/body/span/a")
    trail = [{"name": a.text, "url": urljoin(str(truth["url"]), a.get("href"))} for a in links]
    assert trail[::-1] == truth["breadcrumbs"]
    assert truth["section"] == links[0].text


@pytest.mark.parametrize("article_id", ALL_IDS)
def test_served_and_true_body_say_the_same(small: Site, article_id: int) -> None:
    root, truth = page(small, article_id), small.expected(article_id)
    text = str(truth["body_text"])
    assert body_words(root) == "".join(text.split())
    assert text == "\n\n".join(squash(line) for line in text.split("\n\n")) == "\n\n".join(small.paragraphs(article_id))
    assert "<span" not in str(truth["body_html"])


def test_images_and_links_of_the_truth_are_on_the_page(small: Site) -> None:
    for one in small.ids():
        served, truth = article(small, one).body.decode(), small.expected(one, "http://host")
        for thing in (*truth["images"], *truth["attachments"]):  # type: ignore[misc]
            assert thing["url"].removeprefix("http://host") in served


def test_neighbours_newest_and_hottest_are_those_of_the_section(small: Site) -> None:
    for section in ARTICLE_SECTIONS:
        ids = small.ids(section)
        by_views = sorted(ids, key=lambda one: (small.record(one).views, one), reverse=True)[:10]
        for at, one in enumerate(ids):
            root, truth = page(small, one), small.expected(one)
            before, after = (int(ids[at - 1]) if at else None, ids[at + 1] if at + 1 < len(ids) else None)
            assert (truth["previous_id"], truth["next_id"]) == (before, after)
            assert numbers(root, "/html/body/a[@id='perv']/@href") == [before][: bool(before)]
            assert numbers(root, "/html/body/a[@id='next']/@href") == [after][: bool(after)]
            assert numbers(root, "//ul[@id='new']/li/a/@href") == ids[:-11:-1]
            assert numbers(root, "//ul[@id='hot']/li/a/@href") == by_views
            assert [int(views) for views in root.xpath("//ul[@id='hot']/li/a/@id")] == [
                small.record(hot).views for hot in by_views
            ]


def numbers(root: Any, path: str) -> list[int]:
    return [int(href.rpartition("/")[2].removesuffix(".aspx")) for href in root.xpath(path)]


def test_reposts_differ_in_markup_only(small: Site) -> None:
    reposts = [small.record(one) for one in ALL_IDS if small.record(one).original_id]
    assert reposts
    for record in reposts:
        new, old = small.expected(record.id), small.expected(record.original_id or 0)
        assert new["content_hash"] == old["content_hash"]
        assert new["body_text"] == old["body_text"]
        markup = [page(small, one).findtext("body/div/p") for one in (record.id, record.original_id or 0)]
        assert markup[0] != markup[1]
    hashes = Counter(small.expected(one)["content_hash"] for one in ALL_IDS)
    assert sum(count - 1 for count in hashes.values()) == len(reposts)


def test_every_feature_of_the_real_pages_occurs(site: Site) -> None:
    pages = [article(site, one).body.decode() for one in site.ids()]
    for feature in (
        "<form>", "<section>", "&nbsp;</span>", "&#39;宋体&#39;", "font-weight:bold", "font-style:italic", "<table",
        "<td colspan", "<ul", "<ol", "<h2 style", "<blockquote>", "mailto:", "javascript:", "<br /><br />",
        "<!--[if gte",
        "<o:p>", "<font", "&ldquo;", "\u200b", "alt=\"C:\\fakepath", "微信图片", "data:image", ".pdf\"", "<script",
        "<h2 />", "<h3 />", "<h5 />", '<a href="" />', "</h2>\n", ">Annex", 'site="103"', "<h1>\n", "<b />", "、",
    ):  # fmt: skip
        assert any(feature in text for text in pages), feature


def test_truth_covers_every_form(site: Site) -> None:
    articles = list(site.expected_articles())
    assert {truth["language"] for truth in articles} == {"en", "zh"}
    assert {len(truth["authors"]) for truth in articles} == {0, 1, 2, 3}  # type: ignore[arg-type]
    assert {type(truth["source_url"]) for truth in articles} == {str, type(None)}
    assert any(len(str(truth["source_name"])) == 32 for truth in articles)
    assert any(not truth["body_text"] and truth["images"] for truth in articles)
    assert any(truth["attachments"] for truth in articles)
    assert any(image["alt"] for truth in articles for image in truth["images"])  # type: ignore[attr-defined]
    assert all(date.fromisoformat(str(truth["date_published"])) for truth in articles)
