"""Saving articles: what is new, what changed, one by one or together, and that all of it is there or nothing."""

from __future__ import annotations

import zlib
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import XmlResponse

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.records import EDITORIAL_FIELDS, SaveResult, ScrapedPage, editorial_hash
from sassspider.archive.tables import articles, authors, known_articles, metadata, pages, revisions, views
from sassspider.archive.writer import ArticleWriter
from sassspider.items import ARTICLE_FIELDS
from sassspider.loaders import ArticleLoader

from ..samples import URL, make_page_xml
from .factories import SECTION, SITE, at, make_article, make_page, make_writer, read_originals, read_rows, remove, save

VOLATILE = {"views": 6, "previous_id": 3, "next_id": 99, "date_modified": "2026-03-02", "date_modified_raw": "later",
            "body_html": "<div>The text of 7.</div>", "body_markdown": "The *text* of 7."}  # fmt: skip
APART, TOGETHER = "apart.test", "together.test"
NUMBERS = {"site", "id", "revision_id", "first_sequence", "sequence"}  # in another order, or of another site


def read_current(archive: Archive, article_id: int = 7) -> dict[str, Any]:
    article = archive.read.article(SITE, article_id)
    assert article is not None
    return asdict(article)


def test_new_article_is_stored_whole(archive: Archive, writer: ArticleWriter) -> None:
    assert save(writer, 7) == ["new"]
    assert read_current(archive) == asdict(make_article(7))


def test_same_article_is_unchanged(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    before = read_rows(archive, articles)
    assert save(writer, 7, day=2) == ["unchanged"]
    assert read_rows(archive, articles) == before
    assert [(one["first_seen"], one["last_seen"]) for one in read_rows(archive, revisions)] == [(at(1), at(2))]


def test_edit_makes_a_revision(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    assert save(writer, 7, day=2, body_text="Another text.") == ["changed"]
    assert read_current(archive)["body_text"] == "Another text."
    first, second = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(1))
    assert (second["first_seen"], second["last_seen"]) == (at(2), at(2))
    assert read_rows(archive, articles)[0]["revision_id"] == second["id"]


@pytest.mark.parametrize("field", VOLATILE)
def test_other_field_makes_no_revision(archive: Archive, writer: ArticleWriter, field: str) -> None:
    save(writer, 7)
    before = read_rows(archive, articles)[0]["sequence"]
    assert save(writer, 7, day=2, **{field: VOLATILE[field]}) == ["unchanged"]
    assert read_current(archive)[field] == VOLATILE[field]
    assert len(read_rows(archive, revisions)) == 1
    assert read_rows(archive, articles)[0]["sequence"] > before


def test_edit_taken_back_is_first_revision(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    save(writer, 7, day=2, title="Another title")
    assert save(writer, 7, day=3) == ["changed"]
    first, _ = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(3))
    assert read_rows(archive, articles)[0]["revision_id"] == first["id"]
    assert read_current(archive)["title"] == "A title"


def test_only_if_changed_saves_edits_only(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    before = read_rows(archive, articles)
    seen = make_article(7, 2, **VOLATILE)
    assert writer.save(seen, make_page(seen), only_if_changed=True).change == "unchanged"
    assert read_rows(archive, articles) == before
    edited = make_article(7, 3, title="Another title", **VOLATILE)
    assert writer.save(edited, make_page(edited), only_if_changed=True).change == "changed"
    assert read_current(archive) == asdict(edited)


def test_removed_article_returns(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    remove(archive, 7)
    assert read_current(archive)["date_removed"] == "2026-03-02"
    assert save(writer, 7, day=4) == ["returned"]
    assert read_current(archive)["date_removed"] is None


def test_authors_are_replaced_in_order(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, authors=["B", "A"], byline="B, A")
    save(writer, 8, authors=["C"], byline="C")
    save(writer, 7, day=2, authors=["A", "D", "A"], byline="A, D, A")
    stored = [(one["article_id"], one["position"], one["name"]) for one in read_rows(archive, authors)]
    assert stored == [(7, 1, "A"), (7, 2, "D"), (7, 3, "A"), (8, 1, "C")]


def test_views_are_kept_when_they_change(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 8, views=None)
    for day, count in enumerate([5, 5, 8, None, 8, 5], start=1):
        save(writer, 7, day=day, views=count)
    assert [(one["seen_at"], one["views"]) for one in read_rows(archive, views)] == [(at(1), 5), (at(3), 8), (at(6), 5)]


def test_linked_ids_are_missing_until_archived(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, known_ids in ((7, {6, 8, 9}), (9, {8, 7, 10})):
        article = make_article(article_id)
        writer.save(article, make_page(article), known_ids)
    assert archive.read.section_state(SITE, SECTION).archived_ids == {7, 9}
    assert archive.read.summary(SITE, SECTION).missing_ids == {6, 8, 10}
    assert [one["article_id"] for one in read_rows(archive, known_articles)] == [6, 7, 8, 9, 10]


def test_page_is_the_last_seen(archive: Archive, writer: ArticleWriter) -> None:
    body = bytes(range(256)) * 400
    writer.save(make_article(7), make_page(make_article(7), body=b"first"))
    later = make_article(7, 2, views=6)
    writer.save(later, make_page(later, body=body, etag='"other"', last_modified=None))
    (stored,) = read_rows(archive, pages)
    assert zlib.decompress(stored["body"]) == body
    assert (stored["url"], stored["fetched_at"]) == (later.url, at(2))
    assert (stored["etag"], stored["last_modified"]) == ('"other"', None)


def read_all(archive: Archive) -> dict[str, list[Any]]:
    return {table.name: read_rows(archive, table) for table in metadata.sorted_tables if table.primary_key.columns}


@pytest.mark.parametrize("broken", [{"authors": [None]}, {"word_count": None}])
@pytest.mark.parametrize("is_archived", [False, True])
def test_failed_save_leaves_nothing(
    archive: Archive, writer: ArticleWriter, broken: dict[str, Any], is_archived: bool
) -> None:
    if is_archived:
        save(writer, 7)
    before = read_all(archive)
    article = make_article(7, 2, title="Another title", views=9, **broken)
    with pytest.raises(ArchiveError):
        writer.save(article, make_page(article), {1, 2, 3})
    assert read_all(archive) == before
    assert save(writer, 7, day=3, title="Another title") == ["changed" if is_archived else "new"]


def test_sites_have_articles_of_their_own(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    assert save(make_writer(archive, "localhost:8000"), 7) == ["new"]
    assert archive.read.section_state(SITE, SECTION).archived_ids == {7}


def test_strange_text_is_read_back(archive_url: str) -> None:
    markup = b"<p>a&#0;b&#x0;c&#xD800;d&#xFFFF;e&#1;f</p><img src='/%00.png' alt='&#0;g'><a href='/%00.pdf'>&#0;h</a>"
    body = make_page_xml(parts="<h2>\U0001f600\u2028\x7f</h2>").replace(b"<p>The ferry runs again.</p>", markup)
    headers = {"ETag": b'"\x00\xd8\x00"', "Last-Modified": b"\x1b[2J\x00"}
    article = ArticleLoader(response=XmlResponse(URL, body=body, headers=headers)).load_item()
    page = article.page
    assert page is not None
    assert (page.etag, page.last_modified) == (None, None)
    with Archive.open(archive_url) as archive:
        make_writer(archive, "a.test").save(article, page)
        stored = archive.read.article("a.test", article.id)
    assert stored == article
    assert "\x00" not in repr(article)


def scrape(article_id: int, day: int = 1, known_ids: tuple[int, ...] = (), **changes: Any) -> ScrapedPage:
    article = make_article(article_id, day, **changes)
    return ScrapedPage(article, make_page(article), known_ids)


BATCHES = {
    "one": [scrape(7)],
    "new": [scrape(7, known_ids=(6, 8)), scrape(9, known_ids=(8, 10)), scrape(8, views=None)],
    "known": [scrape(3, 2), scrape(4, 2, title="Another title"), scrape(5, 2, views=9)],
    "new and known": [scrape(9, 2), scrape(3, 2, authors=["A"]), scrape(1, 2, (2,)), scrape(4, 2, body_text="X")],
    "one twice": [scrape(9), scrape(9, 2, views=9), scrape(9, 3, title="Another title")],
    "alike": [scrape(9, body_text="Y"), scrape(7, body_text="Y"), scrape(8, body_text="Y")],
    "alike and no longer": [scrape(8, 2, body_text="The text of 3."), scrape(3, 2, body_text="Z")],
}


def rows(archive: Archive, site: str) -> dict[str, list[str]]:
    """Return the rows of a site, without the numbers that the archive gives."""
    of_site = {row["id"] for row in read_rows(archive, revisions) if row["site"] == site}
    found: dict[str, list[str]] = {}
    for table in (articles, authors, known_articles, pages, revisions, views):
        held = (row for row in read_rows(archive, table) if row.get("site", site) == site)
        held = (row for row in held if table is not pages or row["revision_id"] in of_site)
        without = NUMBERS - {"id"} if table is articles else NUMBERS
        found[table.name] = sorted(str({name: row[name] for name in row if name not in without}) for row in held)
    return found


@pytest.mark.parametrize("name", BATCHES)
def test_batch_is_as_one_by_one(archive: Archive, name: str) -> None:
    apart, together = (make_writer(archive, site) for site in (APART, TOGETHER))
    for writer in (apart, together):
        for one in (3, 4, 5):
            writer.save(*scrape(one, known_ids=(one - 1, one + 1)))
    changes = [apart.save(*one).change for one in BATCHES[name]]
    assert [one.change for one in together.save_all(BATCHES[name])] == changes
    assert rows(archive, TOGETHER) == rows(archive, APART)


def test_batch_numbers_each_change(archive: Archive, writer: ArticleWriter) -> None:
    batch = [scrape(9, body_text="Y"), scrape(7, body_text="Y"), scrape(8)]
    assert writer.save_all(batch) == [SaveResult("new", 7), SaveResult("new", None), SaveResult("new", None)]
    writer.save_all([scrape(6)])
    assert read_originals(archive) == {6: None, 7: None, 8: None, 9: 7}
    order = {row["id"]: row["sequence"] for row in read_rows(archive, articles)}
    assert len(set(order.values())) == 4
    assert max(order, key=order.__getitem__) == 6


def test_batch_keeps_each_page(archive: Archive, writer: ArticleWriter) -> None:
    batch = [scrape(one) for one in (12, 7, 9, 8, 11, 10)]
    writer.save_all(batch)
    for one in batch:
        (revision,) = archive.read.revisions(SITE, [one.article.id])
        assert (revision.url, revision.body) == (one.page.url, one.page.body)


def test_failed_batch_saves_none(archive: Archive, writer: ArticleWriter) -> None:
    with pytest.raises(ArchiveError):
        writer.save_all([scrape(7, known_ids=(5,)), scrape(8, word_count=None)])
    assert read_rows(archive, articles) == read_rows(archive, known_articles) == []
    writer.save_all([scrape(7, known_ids=(5,))])
    assert {row["article_id"] for row in read_rows(archive, known_articles)} == {5, 7}


TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "images": st.lists(st.fixed_dictionaries({"url": TEXT, "alt": st.none() | TEXT}), max_size=2),
    "attachments": st.lists(st.fixed_dictionaries({"url": TEXT, "name": TEXT}), max_size=2),
}
EDITS = st.fixed_dictionaries({}, optional={name: VALUES.get(name, st.none() | TEXT) for name in EDITORIAL_FIELDS})
OTHERS = [name for name in ARTICLE_FIELDS if name not in EDITORIAL_FIELDS]
ANYTHING = st.none() | TEXT | st.integers() | st.lists(TEXT, max_size=2)


@given(EDITS, EDITS, st.fixed_dictionaries({}, optional=dict.fromkeys(OTHERS, ANYTHING)))
def test_editorial_hash_tells_edits_only(one: dict[str, Any], other: dict[str, Any], rest: dict[str, Any]) -> None:
    article = make_article(7)
    first, second = replace(article, **one), replace(article, **other)
    assert (editorial_hash(first) == editorial_hash(second)) == (first == second)
    assert editorial_hash(replace(first, **rest)) == editorial_hash(first)
