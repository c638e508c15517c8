"""Articles archived by an older loader, then fetched again: a revision is an editor's change, not the loader's."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, cast, func, literal

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_states
from sassspider.archive.reader import Selection
from sassspider.archive.records import Saved
from sassspider.archive.revision import digest
from sassspider.archive.status import read_runs, read_sections
from sassspider.archive.tables import articles, authors, pages, revisions
from sassspider.archive.writer import ArticleWriter
from sassspider.items import Article
from sassspider.page import Page
from sassspider.rereading.pages import read_revisions
from sassspider.rereading.reparse import compare, make_chunks
from sassspider.sites import site_key
from tests.mocksite import COMMENTARY, Server, build_site

from ..crawling import crawl
from .seen import SECTION, SITE, at, begin_run, read_originals, read_page, read_rows

ARTICLE = 41


def make_page(article_id: int = ARTICLE, day: int = 1, text: str = "<p>10<b>3</b></p>") -> Page:
    """Return an article's page as served on a day of March, with this body."""
    url = f"http://{SITE}/{SECTION}/{article_id}.aspx"
    body = (
        f'<html class="{SECTION}"><head><meta id="{article_id}"/></head><body><div><h1>Ferries</h1>'
        f"<h4>2026-02-01</h4><h5>Lan Wei</h5><p><![CDATA[{text}]]></p><dd>{day}</dd></div></body></html>"
    )
    return Page(url, body.encode(), at(day), f'"{day}"')


def read_outdated(page: Page, text: str = "Misread") -> Article:
    """Return the article that an older loader read from a page: its text and authors are wrong."""
    article_id = int(page.url.rpartition("/")[2].removesuffix(".aspx"))
    return replace(read_page(page, article_id), body_text=text, content_hash=f"sha256:{text}", authors=["Nobody"])


def save(writer: ArticleWriter, page: Page, **options: Any) -> Saved:
    """Save a page as today's loader reads it."""
    article_id = int(page.url.rpartition("/")[2].removesuffix(".aspx"))
    return writer.save(read_page(page, article_id), page, **options)


def save_outdated(writer: ArticleWriter, page: Page, text: str = "Misread") -> Saved:
    """Save a page as an older loader read it."""
    return writer.save(read_outdated(page, text), page)


def assert_current(archive: Archive, page: Page) -> None:
    """The article's row, authors and current revision are what today's loader reads from this page."""
    article = read_page(page, ARTICLE)
    stored = archive.read.article(SITE, ARTICLE)
    assert stored is not None
    assert asdict(stored) == asdict(article)
    assert [row["name"] for row in read_rows(archive, authors)] == ["Lan Wei"]
    (state,) = read_states(archive, Selection(SITE))
    current = {one.id: one for one in archive.read.revisions(SITE)}[state.revision_id]
    assert (current.digest, current.body, current.last_seen) == (digest(article), page.body, page.fetched_at)


def test_outdated_digest_makes_no_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    before = read_rows(archive, articles)[0]
    assert save(writer, make_page(day=2)) == Saved("unchanged", None)
    assert len(read_rows(archive, revisions)) == 1
    assert_current(archive, make_page(day=2))
    assert read_rows(archive, articles)[0]["sequence"] > before["sequence"]
    assert save(writer, make_page(day=2)) == Saved("unchanged", None)
    assert_current(archive, make_page(day=2))


def test_same_bytes_make_no_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    assert save(writer, make_page()) == Saved("unchanged", None)
    assert_current(archive, make_page())


def test_request_for_links_corrects_outdated_article(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    assert save(writer, make_page(day=2), only_if_changed=True) == Saved("unchanged", None)
    assert_current(archive, make_page(day=2))


def test_outdated_reposts_are_grouped_again(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, text in ((41, "Misread"), (42, "Misread otherwise"), (43, "Misread")):
        save_outdated(writer, make_page(article_id), text)
    assert read_originals(archive) == {41: None, 42: None, 43: 41}
    assert save(writer, make_page(41, day=2)) == Saved("unchanged", None)
    assert save(writer, make_page(42, day=2)) == Saved("unchanged", 41)
    assert read_originals(archive) == {41: None, 42: 41, 43: None}
    assert save(writer, make_page(43, day=2)) == Saved("unchanged", 41)
    assert read_originals(archive) == {41: None, 42: 41, 43: 41}


def test_edited_page_makes_a_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    edited = make_page(day=2, text="<p>Another text</p>")
    assert save(writer, edited) == Saved("changed", None)
    assert [one.digest for one in archive.read.revisions(SITE)] == [
        digest(read_page(page, ARTICLE)) for page in (make_page(), edited)
    ]
    assert_current(archive, edited)


def test_edit_taken_back_finds_outdated_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    save_outdated(writer, make_page(day=2, text="<p>Another text</p>"), "Misread otherwise")
    assert save(writer, make_page(day=3)) == Saved("changed", None)
    assert [one.first_seen for one in archive.read.revisions(SITE)] == [at(1), at(2)]
    assert_current(archive, make_page(day=3))


def test_refused_stored_page_counts_as_edited(archive: Archive, writer: ArticleWriter) -> None:
    page = make_page()
    writer.save(read_outdated(page), replace(page, body=page.body[:-20]))
    assert save(writer, make_page(day=2)) == Saved("changed", None)
    assert len(read_rows(archive, revisions)) == 2
    assert_current(archive, make_page(day=2))


def test_removed_outdated_article_returns(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    for day in (2, 3):
        begin_run(archive, day).note_missing(ARTICLE, at(day))
    assert save(writer, make_page(day=4)) == Saved("returned", None)
    assert len(read_rows(archive, revisions)) == 1
    assert_current(archive, make_page(day=4))


@pytest.fixture
def misread_edit(archive: Archive, writer: ArticleWriter) -> Archive:
    """Two revisions that only an older loader told apart, and a third that an editor made."""
    begin_run(archive)
    save_outdated(writer, make_page())
    save_outdated(writer, make_page(day=2, text="<p class='x'>10<b>3</b></p>"), "Misread otherwise")
    save(writer, make_page(day=3, text="<p>Another text</p>"))
    return archive


def test_current_of_equal_revisions_stays_current(archive: Archive, writer: ArticleWriter) -> None:
    for day, text in ((1, "Misread"), (2, "Misread otherwise")):
        save_outdated(writer, make_page(day=day), text)
    current = read_rows(archive, articles)[0]["revision_id"]
    assert save(writer, make_page(day=3)) == Saved("unchanged", None)
    assert read_rows(archive, articles)[0]["revision_id"] == current
    assert_current(archive, make_page(day=3))


def test_equal_revisions_count_as_one(misread_edit: Archive) -> None:
    assert len(list(misread_edit.read.revisions(SITE))) == 3
    assert len({one.digest for one in misread_edit.read.revisions(SITE)}) == 2
    (section,) = read_sections(misread_edit, SITE)
    assert section.revisions == 2


def test_equal_revisions_are_exported_once(misread_edit: Archive) -> None:
    refused: list[str] = []
    states = read_revisions(misread_edit, Selection(SITE), lambda _, reason: refused.append(reason))
    assert [(one.body_text, one.fetched_at) for one in states] == [("103", at(2)), ("Another text", at(3))]
    assert refused == []


def test_corrected_revisions_need_no_reparse(misread_edit: Archive) -> None:
    (chunk,) = make_chunks(read_states(misread_edit, Selection(SITE)))
    (result,) = compare(misread_edit, chunk)
    assert (result.differs, result.pages) == (False, 3)


def make_outdated(archive: Archive) -> None:
    """Write each article and digest as an older loader would have, and drop the validators: pages are sent again."""
    name = cast(articles.c.id, String)
    with archive.engine.begin() as connection:
        connection.execute(
            articles.update().values(body_text="Misread " + name, content_hash="sha256:" + name, duplicate_of=None)
        )
        connection.execute(revisions.update().values(digest=func.replace(revisions.c.digest, literal("a"), "b")))
        connection.execute(pages.update().values(etag=None, last_modified=None))


def test_refresh_corrects_an_outdated_archive(archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url}
    site = build_site(seed=9, articles=12)
    edited = site.ids(COMMENTARY)[5]
    with Server(site) as server, Archive.open(archive_url) as archive:
        assert crawl(tmp_path, server.url, settings=settings).code == 0
        selection = Selection(site_key(server.url, {}), duplicates=True)
        before = {one.id: asdict(one) for one in archive.read.articles(selection)}
        digests = {one.article_id: one.digest for one in archive.read.revisions(None)}
        make_outdated(archive)
        site.edit(edited, title_suffix=" (corrected)")
        run = crawl(tmp_path, server.url, "-O", "feed.jsonl", settings=settings, mode="refresh", emit="new")
        assert run.code == 0, run.stderr
        after = {one.id: asdict(one) for one in archive.read.articles(selection)}
        corrected = [(one.article_id, one.digest) for one in archive.read.revisions(None)]
        (last,) = read_runs(archive, selection.site or "", COMMENTARY, 1)
    assert last.counts is not None
    assert (last.counts["changed"], last.counts["unchanged"], last.counts["new"]) == (1, 11, 0)
    for found in (before, after):
        found.pop(edited)
    volatile = dict.fromkeys(("views", "fetched_at"))
    assert {one: row | volatile for one, row in after.items()} == {one: row | volatile for one, row in before.items()}
    assert len(corrected) == 13
    assert set(digests.items()) < set(corrected)
    lines = (tmp_path / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [edited]
    exported = run.articles()
    assert not [line for line in exported.values() if line["body_text"].startswith("Misread")]
