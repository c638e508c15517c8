"""Saving articles: what is new, what changed, and that all of it is there or nothing."""

from __future__ import annotations

import zlib
from dataclasses import asdict
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError
from sassspider.archive.tables import articles, authors, metadata, named, pages, revisions, views
from sassspider.archive.writer import ArticleWriter

from .seen import SITE, at, begin_run, make_article, make_page, make_writer, read_rows

VOLATILE = {"views": 6, "previous_id": 3, "next_id": 99, "date_modified": "2026-03-02", "date_modified_raw": "later",
            "body_html": "<div>The text of 7.</div>", "body_markdown": "The *text* of 7."}  # fmt: skip


def save(writer: ArticleWriter, article_id: int = 7, day: int = 1, **changes: Any) -> str:
    article = make_article(article_id, day, **changes)
    return writer.save(article, make_page(article)).change


def read_current(archive: Archive, article_id: int = 7) -> dict[str, Any]:
    article = archive.read.article(SITE, article_id)
    assert article is not None
    return asdict(article)


def test_a_new_article_is_stored_whole(archive: Archive, writer: ArticleWriter) -> None:
    assert save(writer) == "new"
    assert read_current(archive) == asdict(make_article(7))


def test_the_same_article_again_is_unchanged(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    before = read_rows(archive, articles)
    assert save(writer, day=2) == "unchanged"
    assert read_rows(archive, articles) == before
    assert [(one["first_seen"], one["last_seen"]) for one in read_rows(archive, revisions)] == [(at(1), at(2))]


def test_an_edit_makes_a_revision_and_keeps_the_one_before(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    assert save(writer, day=2, body_text="Another text.") == "changed"
    assert read_current(archive)["body_text"] == "Another text."
    first, second = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(1))
    assert (second["first_seen"], second["last_seen"]) == (at(2), at(2))
    assert read_rows(archive, articles)[0]["revision_id"] == second["id"]


@pytest.mark.parametrize("field", VOLATILE)
def test_what_is_not_editorial_is_updated_without_a_revision(
    archive: Archive, writer: ArticleWriter, field: str
) -> None:
    save(writer)
    before = read_rows(archive, articles)[0]["sequence"]
    assert save(writer, day=2, **{field: VOLATILE[field]}) == "unchanged"
    assert read_current(archive)[field] == VOLATILE[field]
    assert len(read_rows(archive, revisions)) == 1
    assert read_rows(archive, articles)[0]["sequence"] > before


def test_an_edit_that_is_taken_back_goes_back_to_the_first_revision(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    save(writer, day=2, title="Another title")
    assert save(writer, day=3) == "changed"
    first, _ = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(3))
    assert read_rows(archive, articles)[0]["revision_id"] == first["id"]
    assert read_current(archive)["title"] == "A title"


def test_a_look_for_links_changes_nothing_but_an_edit(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    before = read_rows(archive, articles)
    seen = make_article(7, 2, **VOLATILE)
    assert writer.save(seen, make_page(seen), only_if_changed=True).change == "unchanged"
    assert read_rows(archive, articles) == before
    edited = make_article(7, 3, title="Another title", **VOLATILE)
    assert writer.save(edited, make_page(edited), only_if_changed=True).change == "changed"
    assert read_current(archive) == asdict(edited)


def test_a_removed_article_that_is_there_again_has_returned(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    for day in (2, 3):
        begin_run(archive, day).note_missing(7, at(day))
    assert read_current(archive)["date_removed"] == "2026-03-02"
    assert save(writer, day=4) == "returned"
    assert read_current(archive)["date_removed"] is None


def test_authors_are_stored_in_order_and_replaced_by_an_edit(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, authors=["B", "A"], byline="B, A")
    save(writer, 8, authors=["C"], byline="C")
    save(writer, day=2, authors=["A", "D", "A"], byline="A, D, A")
    stored = [(one["article_id"], one["position"], one["name"]) for one in read_rows(archive, authors)]
    assert stored == [(7, 1, "A"), (7, 2, "D"), (7, 3, "A"), (8, 1, "C")]


def test_views_have_a_history_of_changes_only(archive: Archive, writer: ArticleWriter) -> None:
    for day, count in enumerate([5, 5, 8, None, 8, 5], start=1):
        save(writer, day=day, views=count)
    assert [(one["seen_at"], one["views"]) for one in read_rows(archive, views)] == [(at(1), 5), (at(3), 8), (at(6), 5)]


def test_an_article_without_views_has_no_history(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, views=None)
    assert read_rows(archive, views) == []


def test_names_on_a_page_that_are_not_archived_are_gaps(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, names in ((7, {6, 8, 9}), (9, {8, 7, 10})):
        article = make_article(article_id)
        writer.save(article, make_page(article), names)
    known = archive.read.known(SITE, "103002")
    assert (known.archived, known.gaps) == ({7, 9}, {6, 8, 10})
    assert [one["article_id"] for one in read_rows(archive, named)] == [6, 7, 8, 9, 10]


def test_the_bytes_of_the_page_are_kept_and_its_validators(archive: Archive, writer: ArticleWriter) -> None:
    article, body = make_article(7), bytes(range(256)) * 400
    writer.save(article, make_page(article, body=body))
    stored = read_rows(archive, pages)[0]
    assert zlib.decompress(stored["body"]) == body
    assert (stored["url"], stored["etag"], stored["last_modified"]) == (article.url, '"tag"', "then")


def test_the_page_of_a_revision_is_the_last_that_was_seen(archive: Archive, writer: ArticleWriter) -> None:
    writer.save(make_article(7), make_page(make_article(7), body=b"first"))
    later = make_article(7, 2, views=6)
    writer.save(later, make_page(later, body=b"second", etag='"other"', last_modified=None))
    (stored,) = read_rows(archive, pages)
    assert zlib.decompress(stored["body"]) == b"second"
    assert (stored["fetched_at"], stored["etag"], stored["last_modified"]) == (at(2), '"other"', None)


def read_all(archive: Archive) -> dict[str, list[Any]]:
    return {table.name: read_rows(archive, table) for table in metadata.sorted_tables if table.primary_key.columns}


@pytest.mark.parametrize("broken", [{"authors": [None]}, {"word_count": None}])
@pytest.mark.parametrize("is_known", [False, True])
def test_a_save_that_fails_midway_leaves_nothing(
    archive: Archive, writer: ArticleWriter, broken: dict[str, Any], is_known: bool
) -> None:
    if is_known:
        save(writer)
    before = read_all(archive)
    article = make_article(7, 2, title="Another title", views=9, **broken)
    with pytest.raises(ArchiveError):
        writer.save(article, make_page(article), {1, 2, 3})
    assert read_all(archive) == before
    assert save(writer, day=3, title="Another title") == ("changed" if is_known else "new")


def test_the_same_id_on_another_site_is_another_article(archive: Archive, writer: ArticleWriter) -> None:
    save(writer)
    assert save(make_writer(archive, "localhost:8000", "103002")) == "new"
    assert archive.read.known(SITE, "103002").archived == {7}
