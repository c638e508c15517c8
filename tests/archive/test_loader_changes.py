"""Articles that an older loader archived: only an editor makes a revision, and a reparse corrects the rest."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, cast, func, literal

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_runs, read_sections, read_state
from sassspider.archive.reader import Selection
from sassspider.archive.records import ReparseResult, Revision, SaveResult, editorial_hash
from sassspider.archive.tables import articles, authors, pages, revisions
from sassspider.archive.writer import ArticleWriter, correct_articles
from sassspider.page import Page
from sassspider.reparse import ReparsedRevision, compare_articles, merge_equal, read_revisions, read_stored
from sassspider.sites import site_key
from tests.mocksite import Server, build_site

from ..crawling import crawl
from . import factories
from .factories import SECTION, SITE, at, begin_run, make_article, read_originals, read_page, read_rows, remove

ARTICLE = 41


def make_page(article_id: int = ARTICLE, day: int = 1, text: str = "<p>10<b>3</b></p>") -> Page:
    """Return an article's page as served on a day of March, with this body."""
    url = f"http://{SITE}/{SECTION}/{article_id}.aspx"
    body = (
        f'<html class="{SECTION}"><head><meta id="{article_id}"/></head><body><div><h1>Ferries</h1>'
        f"<h4>2026-02-01</h4><h5>Lan Wei</h5><p><![CDATA[{text}]]></p><dd>{day}</dd></div></body></html>"
    )
    return Page(url, body.encode(), at(day), f'"{day}"')


def read_outdated(page: Page, text: str = "Misread") -> Any:
    """Return the article that an older loader read from a page: its text and authors are wrong."""
    article_id = int(page.url.rpartition("/")[2].removesuffix(".aspx"))
    return replace(read_page(page, article_id), body_text=text, content_hash=f"sha256:{text}", authors=["Nobody"])


def save(writer: ArticleWriter, page: Page, **options: Any) -> SaveResult:
    """Save a page as today's loader reads it."""
    article_id = int(page.url.rpartition("/")[2].removesuffix(".aspx"))
    return writer.save(read_page(page, article_id), page, **options)


def save_outdated(writer: ArticleWriter, page: Page, text: str = "Misread") -> SaveResult:
    """Save a page as an older loader read it."""
    return writer.save(read_outdated(page, text), page)


def assert_current(archive: Archive, page: Page) -> None:
    """The article's row, authors and current revision are what today's loader reads from this page."""
    article = read_page(page, ARTICLE)
    stored = archive.read.article(SITE, ARTICLE)
    assert stored is not None
    assert asdict(stored) == asdict(article)
    assert [row["name"] for row in read_rows(archive, authors)] == ["Lan Wei"]
    state = read_state(archive, SITE, ARTICLE)
    assert state is not None
    current = {one.id: one for one in archive.read.revisions(SITE)}[state.revision_id]
    assert (current.editorial_hash, current.body, current.last_seen) == (
        editorial_hash(article),
        page.body,
        page.fetched_at,
    )


def test_outdated_hash_makes_no_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    before = read_rows(archive, articles)[0]
    assert save(writer, make_page(day=2)) == SaveResult("unchanged", None)
    assert len(read_rows(archive, revisions)) == 1
    assert_current(archive, make_page(day=2))
    assert read_rows(archive, articles)[0]["sequence"] > before["sequence"]
    assert save(writer, make_page(day=2)) == SaveResult("unchanged", None)
    assert_current(archive, make_page(day=2))


def test_same_bytes_make_no_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    assert save(writer, make_page()) == SaveResult("unchanged", None)
    assert_current(archive, make_page())


def test_only_if_changed_corrects_outdated_article(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    assert save(writer, make_page(day=2), only_if_changed=True) == SaveResult("unchanged", None)
    assert_current(archive, make_page(day=2))


def test_outdated_reposts_are_grouped_again(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, text in ((41, "Misread"), (42, "Misread otherwise"), (43, "Misread")):
        save_outdated(writer, make_page(article_id), text)
    assert read_originals(archive) == {41: None, 42: None, 43: 41}
    assert save(writer, make_page(41, day=2)) == SaveResult("unchanged", None)
    assert save(writer, make_page(42, day=2)) == SaveResult("unchanged", 41)
    assert read_originals(archive) == {41: None, 42: 41, 43: None}
    assert save(writer, make_page(43, day=2)) == SaveResult("unchanged", 41)
    assert read_originals(archive) == {41: None, 42: 41, 43: 41}


def test_edited_page_makes_a_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    edited = make_page(day=2, text="<p>Another text</p>")
    assert save(writer, edited) == SaveResult("changed", None)
    assert [one.editorial_hash for one in archive.read.revisions(SITE)] == [
        editorial_hash(read_page(page, ARTICLE)) for page in (make_page(), edited)
    ]
    assert_current(archive, edited)


def test_edit_taken_back_finds_outdated_revision(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    save_outdated(writer, make_page(day=2, text="<p>Another text</p>"), "Misread otherwise")
    assert save(writer, make_page(day=3)) == SaveResult("changed", None)
    assert [one.first_seen for one in archive.read.revisions(SITE)] == [at(1), at(2)]
    assert_current(archive, make_page(day=3))


def test_refused_stored_page_counts_as_edited(archive: Archive, writer: ArticleWriter) -> None:
    page = make_page()
    writer.save(read_outdated(page), replace(page, body=page.body[:-20]))
    assert save(writer, make_page(day=2)) == SaveResult("changed", None)
    assert len(read_rows(archive, revisions)) == 2
    assert_current(archive, make_page(day=2))


def test_removed_outdated_article_returns(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page())
    remove(archive, ARTICLE)
    assert save(writer, make_page(day=4)) == SaveResult("returned", None)
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
    assert save(writer, make_page(day=3)) == SaveResult("unchanged", None)
    assert read_rows(archive, articles)[0]["revision_id"] == current
    assert_current(archive, make_page(day=3))


def test_equal_revisions_count_as_one(misread_edit: Archive) -> None:
    assert len(list(misread_edit.read.revisions(SITE))) == 3
    assert len({one.editorial_hash for one in misread_edit.read.revisions(SITE)}) == 2
    (section,) = read_sections(misread_edit, SITE)
    assert section.revisions == 2


def test_equal_revisions_are_exported_once(misread_edit: Archive) -> None:
    refused: list[str] = []
    url = misread_edit.engine.url.render_as_string(hide_password=False)
    states = read_revisions(misread_edit, Selection(SITE), url, lambda _, reason: refused.append(reason))
    assert [(one.body_text, one.fetched_at) for one in states] == [("103", at(2)), ("Another text", at(3))]
    assert refused == []


def test_corrected_revisions_need_no_reparse(misread_edit: Archive) -> None:
    (result,) = compare_articles(misread_edit, SITE, [ARTICLE])
    assert (result.differs, result.pages) == (False, 3)


def make_outdated(archive: Archive) -> None:
    """Write each article and hash as an older loader would have, and drop the validators: pages are sent again."""
    name = cast(articles.c.id, String)
    with archive.engine.begin() as connection:
        connection.execute(
            articles.update().values(body_text="Misread " + name, content_hash="sha256:" + name, duplicate_of=None)
        )
        connection.execute(
            revisions.update().values(editorial_hash=func.replace(revisions.c.editorial_hash, literal("a"), "b"))
        )
        connection.execute(pages.update().values(etag=None, last_modified=None))


def test_refresh_corrects_an_outdated_archive(archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url}
    site = build_site(seed=9, articles=12)
    edited = site.ids(SECTION)[5]
    with Server(site) as server, Archive.open(archive_url) as archive:
        assert crawl(tmp_path, server.url, settings=settings).code == 0
        selection = Selection(site_key(server.url, {}), duplicates=True)
        before = {one.id: asdict(one) for one in archive.read.articles(selection)}
        hashes = {one.article_id: one.editorial_hash for one in archive.read.revisions(None)}
        make_outdated(archive)
        site.edit(edited, title_suffix=" (corrected)")
        run = crawl(tmp_path, server.url, "-O", "feed.jsonl", settings=settings, mode="refresh", emit="new")
        assert run.code == 0, run.stderr
        after = {one.id: asdict(one) for one in archive.read.articles(selection)}
        corrected = [(one.article_id, one.editorial_hash) for one in archive.read.revisions(None)]
        (last,) = read_runs(archive, selection.site or "", SECTION, 1)
    assert last.counts is not None
    assert (last.counts["changed"], last.counts["unchanged"], last.counts["new"]) == (1, 11, 0)
    for found in (before, after):
        found.pop(edited)
    volatile = dict.fromkeys(("views", "fetched_at"))
    assert {one: row | volatile for one, row in after.items()} == {one: row | volatile for one, row in before.items()}
    assert len(corrected) == 13
    assert set(hashes.items()) < set(corrected)
    lines = (tmp_path / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [edited]
    exported = run.articles()
    assert not [line for line in exported.values() if line["body_text"].startswith("Misread")]


def make_result(archive: Archive, article_id: int, **changes: object) -> ReparseResult:
    """Return a result for the current page in which these fields differ."""
    state = read_state(archive, SITE, article_id)
    stored = archive.read.article(SITE, article_id)
    assert state is not None
    assert stored is not None
    return ReparseResult(article_id, state.revision_id, stored.fetched_at, replace(stored, **changes), tuple(changes))


def test_correction_replaces_authors_and_originals(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, text in ((1, "Same"), (2, "Same"), (3, "Own")):
        factories.save(writer, article_id, body_text=text)
    assert read_originals(archive) == {1: None, 2: 1, 3: None}
    before = max(row["sequence"] for row in read_rows(archive, articles))
    own = make_article(3, body_text="Own").content_hash
    assert correct_articles(archive.engine, SITE, [make_result(archive, 1, content_hash=own, authors=["A", "B"])]) == 1
    assert read_originals(archive) == {1: None, 2: None, 3: 1}
    assert [row["name"] for row in read_rows(archive, authors) if row["article_id"] == 1] == ["A", "B"]
    assert read_stored(archive, SITE, [1, 2])[1].authors == ["A", "B"]
    assert min(row["sequence"] for row in read_rows(archive, articles)) > before


def test_corrected_hash_changes_no_article(archive: Archive, writer: ArticleWriter) -> None:
    factories.save(writer, 1)
    before = read_rows(archive, articles)
    (revision,) = archive.read.revisions(SITE)
    result = replace(make_result(archive, 1), article=None, editorial_hashes={revision.id: "better"})
    assert result.differs
    assert correct_articles(archive.engine, SITE, [result]) == 1
    assert [one.editorial_hash for one in archive.read.revisions(SITE)] == ["better"]
    assert read_rows(archive, articles) == before


def test_newer_page_is_not_corrected(archive: Archive, writer: ArticleWriter) -> None:
    factories.save(writer, 1, 2)
    results = [make_result(archive, one, title="Better") for one in (1, 2)]
    factories.save(writer, 1, day=2, title="Newer")
    assert correct_articles(archive.engine, SITE, results) == 1
    assert [one.title for one in archive.read.articles(Selection(SITE))] == ["Newer", "Better"]


def make_reparsed(number: int, first: int, last: int, title: str | None, fetched: int | None = None) -> Any:
    """Return a revision seen from day ``first`` to day ``last``; one without a title is refused."""
    revision = Revision(number, 1, "old", at(first), at(last), "http://x", b"", at(fetched or last))
    article = None if title is None else make_article(1, title=title)
    return ReparsedRevision(revision, article, "" if article else "damaged")


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([(1, 1, 2, "A"), (2, 3, 4, "B")], [(1, 1, 2, "A"), (2, 3, 4, "B")]),
        ([(1, 1, 2, "A"), (2, 3, 4, "A"), (3, 5, 6, "B")], [(2, 1, 4, "A"), (3, 5, 6, "B")]),
        ([(1, 1, 2, "A"), (2, 3, 4, "B"), (3, 5, 6, "A")], [(3, 1, 6, "A"), (2, 3, 4, "B")]),
        ([(1, 1, 9, "A", 9), (2, 3, 4, "A")], [(1, 1, 9, "A")]),
        ([(1, 1, 2, None), (2, 3, 4, None), (3, 5, 6, "A")], [(1, 1, 2, None), (2, 3, 4, None), (3, 5, 6, "A")]),
    ],
)
def test_equal_revisions_are_merged(given: list[tuple[Any, ...]], merged: list[tuple[Any, ...]]) -> None:
    found = merge_equal(make_reparsed(*one) for one in given)
    shown = [(one.id, one.first_seen, one.last_seen, article and article.title) for one, article, _ in found]
    assert shown == [(number, at(first), at(last), title) for number, first, last, title in merged]
