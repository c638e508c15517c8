"""Saving articles: what is new, what changed, and that all of it is there or nothing."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from scrapy.http import XmlResponse

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import articles, authors, known_articles, metadata, pages, revisions, views
from sassspider.items import ARTICLE_FIELDS, EDITORIAL_FIELDS, editorial_hash
from sassspider.loaders import ArticleLoader

from ..samples import URL, make_page_xml
from .factories import (
    SITE,
    at,
    make_article,
    make_page,
    make_writer,
    read_originals,
    read_rows,
    run_together,
    save,
    save_page,
)

VOLATILE = {"views": 6, "previous_id": 3, "next_id": 99, "date_modified": "2026-03-02", "date_modified_raw": "later",
            "body_html": "<div>The text of 7.</div>", "body_markdown": "The *text* of 7."}  # fmt: skip

LONG = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(4000))  # more than PostgreSQL's indexes take


def read_current(archive: Archive, article_id: int = 7) -> dict[str, Any]:
    return asdict(archive.read.current(SITE, [article_id])[article_id][0])


def test_new_article_is_stored_whole(archive: Archive, writer: SectionWriter) -> None:
    assert save(writer, 7) == ["new"]
    assert read_current(archive) == asdict(make_article(7))
    before = read_rows(archive, articles)
    assert save(writer, 7, day=2) == ["unchanged"]
    assert read_rows(archive, articles) == before
    assert [(one["first_seen"], one["last_seen"]) for one in read_rows(archive, revisions)] == [(at(1), at(2))]


def test_edit_makes_a_revision(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7)
    assert save(writer, 7, day=2, title="Another title") == ["changed"]
    assert read_current(archive)["title"] == "Another title"
    first, second = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(1))
    assert (second["first_seen"], second["last_seen"]) == (at(2), at(2))
    assert read_rows(archive, articles)[0]["revision_id"] == second["id"]
    assert save(writer, 7, day=3) == ["changed"]  # taken back
    first, _ = read_rows(archive, revisions)
    assert (first["first_seen"], first["last_seen"]) == (at(1), at(3))
    assert read_rows(archive, articles)[0]["revision_id"] == first["id"]
    assert read_current(archive)["title"] == "A title"


def test_other_field_makes_no_revision(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7)
    for name, value in VOLATILE.items():
        before = read_rows(archive, articles)[0]["sequence"]
        assert save(writer, 7, day=2, **{name: value}) == ["unchanged"]
        assert read_current(archive)[name] == value
        assert len(read_rows(archive, revisions)) == 1
        assert read_rows(archive, articles)[0]["sequence"] > before


def test_only_if_changed_saves_edits_only(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7)
    before = read_rows(archive, articles), read_rows(archive, pages)
    seen = make_article(7, 2, **VOLATILE)
    assert save_page(writer, seen, make_page(seen, only_if_changed=True, etag="new")).change == "unchanged"
    assert (read_rows(archive, articles), read_rows(archive, pages)) == before
    edited = make_article(7, 3, title="Another title", **VOLATILE)
    assert save_page(writer, edited, make_page(edited, only_if_changed=True)).change == "changed"
    assert read_current(archive) == asdict(edited)


def test_authors_are_replaced_in_order(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7, authors=["B", "A"], byline="B, A")
    save(writer, 8, authors=[LONG], byline=LONG)
    save(writer, 7, day=2, authors=["A", "D", "A"], byline="A, D, A")
    stored = [(one["article_id"], one["position"], one["name"]) for one in read_rows(archive, authors)]
    assert stored == [(7, 1, "A"), (7, 2, "D"), (7, 3, "A"), (8, 1, LONG)]


def test_views_are_kept_when_they_change(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 8, views=None)
    for day, count in enumerate([5, 5, 8, None, 8, 5], start=1):
        save(writer, 7, day=day, views=count)
    assert [(one["seen_at"], one["views"]) for one in read_rows(archive, views)] == [(at(1), 5), (at(3), 8), (at(6), 5)]


def read_all(archive: Archive) -> dict[str, list[Any]]:
    return {table.name: read_rows(archive, table) for table in metadata.sorted_tables if table.primary_key.columns}


def test_articles_are_saved_together(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 8, body_text="The same text.")
    found = [make_article(one, body_text="The same text.") for one in (9, 8, 7)]
    results = writer.save_all([(one, make_page(one, [one.id + 1])) for one in found])
    assert results == {9: ("new", 7), 8: ("unchanged", 7), 7: ("new", None)}
    assert [(row["id"], row["first_sequence"]) for row in read_rows(archive, articles)] == [(7, 3), (8, 1), (9, 2)]
    assert [row["article_id"] for row in read_rows(archive, known_articles)] == [7, 8, 9, 10]
    before = read_all(archive)
    found = [make_article(7, 2, title="Another title", views=9), make_article(11, authors=[None])]
    with pytest.raises(ArchiveError):
        writer.save_all([(one, make_page(one, [12])) for one in found])
    assert read_all(archive) == before
    save(writer, 11, known_ids={12})
    assert [row["article_id"] for row in read_rows(archive, known_articles)] == [7, 8, 9, 10, 11, 12]


def test_strange_text_is_read_back(archive: Archive, writer: SectionWriter) -> None:
    markup = b"<p>a&#0;b&#x0;c&#xD800;d&#xFFFF;e&#1;f</p><img src='/%00.png' alt='&#0;g'><a href='/%00.pdf'>&#0;h</a>"
    body = make_page_xml(parts="<h2>\U0001f600\u2028\x7f</h2>").replace(b"<p>The ferry runs again.</p>", markup)
    headers = {"ETag": b'"\x00\xd8\x00"', "Last-Modified": b"\x1b[2J\x00"}
    article = ArticleLoader(response=XmlResponse(URL, body=body, headers=headers)).load_item()
    page = article.page
    assert page is not None
    assert (page.etag, page.last_modified) == (None, None)
    head = {"url": URL, "protocol": "HTTP/1.1", "status": 200, "headers": [["Server", "\0ü"]], "address": None}
    save_page(writer, article, replace(page, head=head))
    assert read_rows(archive, pages)[0]["head"] == head
    assert read_current(archive, article.id) == asdict(article)
    assert "\x00" not in repr(asdict(article))


def test_editorial_hash_tells_edits_only() -> None:
    article = make_article(7)
    changed = {name: editorial_hash(replace(article, **{name: ["other"]})) for name in ARTICLE_FIELDS}
    assert {name for name, found in changed.items() if found != editorial_hash(article)} == set(EDITORIAL_FIELDS)
    assert len(set(changed.values())) == len(EDITORIAL_FIELDS) + 1


def save_all(url: str, ids: list[int]) -> None:
    """Save articles of one text, each in two states."""
    with Archive.open(url) as archive:
        for title in ("A title", "Another title"):
            save(make_writer(archive), *ids, title=title, body_text="The same text.")


def test_two_writers_lose_and_double_nothing(archive_url: str) -> None:
    ids = list(range(1, 8))
    run_together(save_all, (archive_url, ids), (archive_url, ids[::-1]))
    with Archive.open(archive_url) as archive:
        rows = read_rows(archive, articles)
        assert [row["id"] for row in rows] == ids
        assert {row["title"] for row in rows} == {"Another title"}
        assert sorted({row["first_sequence"] for row in rows}) == sorted(row["first_sequence"] for row in rows)
        assert read_originals(archive) == {1: None} | dict.fromkeys(ids[1:], 1)
        states = [(row["article_id"], row["editorial_hash"]) for row in read_rows(archive, revisions)]
    assert len(states) == len(set(states)) == 2 * len(ids)
