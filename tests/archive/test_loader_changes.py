"""Articles that an older loader archived: only an editor makes a revision, and a reparse corrects the rest."""

from __future__ import annotations

import zlib
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import String, cast

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.tables import articles, authors, pages, revisions
from sassspider.archive.writer import ArticleWriter, ReparseResult, SaveResult, correct_articles
from sassspider.items import editorial_hash
from sassspider.page import Page
from tests.mocksite import Server, build_site

from ..in_process import crawl
from . import factories
from .factories import SECTION, SITE, at, read_page, read_rows

ARTICLE = 41
UNCHANGED = SaveResult("unchanged", None)
CHANGED = SaveResult("changed", None)


def make_page(article_id: int = ARTICLE, day: int = 1, text: str = "<p>10<b>3</b></p>") -> Page:
    """Return an article's page as served on a day of March, with this body."""
    url = f"http://{SITE}/{SECTION}/{article_id}.aspx"
    body = (
        f'<html class="{SECTION}"><head><meta id="{article_id}"/></head><body><div><h1>Ferries</h1>'
        f"<h4>2026-02-01</h4><h5>Lan Wei</h5><p><![CDATA[{text}]]></p><dd>{day}</dd></div></body></html>"
    )
    return Page(url, body.encode(), at(day), f'"{day}"')


def save(writer: ArticleWriter, page: Page) -> SaveResult:
    """Save a page as today's loader reads it."""
    return factories.save_page(writer, read_page(page), page)


def save_outdated(writer: ArticleWriter, page: Page, text: str = "Misread", cut: int = 0) -> SaveResult:
    """Save a page as an older loader read it: text and authors are wrong. Today's refuses a page that is cut."""
    outdated = replace(read_page(page), body_text=text, content_hash=f"sha256:{text}", authors=["Nobody"])
    return factories.save_page(writer, outdated, replace(page, body=page.body[: len(page.body) - cut]))


def assert_current(archive: Archive, page: Page) -> None:
    """The article's row, authors and current revision are what today's loader reads from this page."""
    article = read_page(page)
    stored, revision_id = archive.read.current(SITE, [ARTICLE])[ARTICLE]
    assert asdict(stored) == asdict(article)
    assert [row["name"] for row in read_rows(archive, authors)] == ["Lan Wei"]
    current = {one.id: one for one in archive.read.revisions(SITE, [ARTICLE])}[revision_id]
    assert (current.editorial_hash, zlib.decompress(current.body), current.last_seen) == (
        editorial_hash(article),
        page.body,
        page.fetched_at,
    )


@pytest.mark.parametrize("only_if_changed", [False, True])
def test_outdated_hash_makes_no_revision(archive: Archive, writer: ArticleWriter, only_if_changed: bool) -> None:
    save_outdated(writer, make_page())
    before = read_rows(archive, articles)[0]
    again = make_page(day=2)
    assert factories.save_page(writer, read_page(again), replace(again, only_if_changed=only_if_changed)) == UNCHANGED
    assert len(read_rows(archive, revisions)) == 1
    assert_current(archive, again)
    assert read_rows(archive, articles)[0]["sequence"] > before["sequence"]
    assert save(writer, again) == UNCHANGED
    assert_current(archive, again)


def test_refused_stored_page_counts_as_edited(archive: Archive, writer: ArticleWriter) -> None:
    save_outdated(writer, make_page(), cut=20)
    assert save(writer, make_page(day=2)) == CHANGED
    assert len(read_rows(archive, revisions)) == 2
    assert_current(archive, make_page(day=2))


def make_outdated(archive: Archive) -> None:
    """Write each article and hash as an older loader would have, and drop the validators: pages are sent again."""
    name = cast(articles.c.id, String)
    misread = {"body_text": "Misread " + name, "content_hash": "sha256:" + name, "duplicate_of": None}
    with archive.engine.begin() as connection:
        connection.execute(articles.update().values(**misread))
        connection.execute(revisions.update().values(editorial_hash="old " + revisions.c.editorial_hash))
        connection.execute(pages.update().values(etag=None, last_modified=None))


def test_refresh_corrects_an_outdated_archive(archive: Archive, archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url, "KEEP_DUPLICATES": "1"}
    site = build_site(seed=9, articles=12)
    edited = site.ids(SECTION)[5]
    volatile = dict.fromkeys(("views", "fetched_at"))
    with Server(site) as server:
        before = crawl(tmp_path, server.url, settings=settings).articles()
        hashes = {(row["article_id"], row["editorial_hash"]) for row in read_rows(archive, revisions)}
        make_outdated(archive)
        site.edit(edited, title_suffix=" (corrected)")
        run = crawl(tmp_path, server.url, "-O", "feed.jsonl", settings=settings, mode="refresh", emit="new")
    assert run.code == 0, run.stderr
    assert (run.stats["archive/changed"], run.stats["archive/unchanged"]) == (1, 11)
    after = run.articles()
    changed = [one for one, line in before.items() if line | volatile != after[one] | volatile]
    assert changed == [line["id"] for line in run.lines("feed.jsonl")] == [edited]
    corrected = [(row["article_id"], row["editorial_hash"]) for row in read_rows(archive, revisions)]
    assert len(corrected) == 13
    assert hashes < set(corrected)


def make_result(archive: Archive, article_id: int, **changes: object) -> ReparseResult:
    """Return a result for the current page in which these fields differ."""
    stored, revision_id = archive.read.current(SITE, [article_id])[article_id]
    return ReparseResult(article_id, revision_id, stored.fetched_at, replace(stored, **changes), tuple(changes), {})


def test_newer_page_is_not_corrected(archive: Archive, writer: ArticleWriter) -> None:
    factories.save(writer, 1, 2)
    results = [make_result(archive, one, title="Better") for one in (1, 2)]
    factories.save(writer, 1, day=2, title="Newer")
    assert correct_articles(archive.engine, SITE, results) == 1
    assert [one.title for one in archive.read.articles(Selection(SITE))] == ["Newer", "Better"]
