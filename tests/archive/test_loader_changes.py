"""Articles that an older loader archived: only an editor makes a revision, and the rest is corrected."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import String, cast

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import articles, authors, pages, revisions
from sassspider.reparse import ReparseResult, correct_articles
from tests.mocksite import Server, build_site

from ..in_process import crawl
from .factories import SECTION, SITE, read_rows, save


def make_outdated(archive: Archive, refused: int) -> None:
    """Write each article and hash as an older loader would have, and drop the validators: pages are sent again.

    Of one article, the page is such as today's loader refuses.
    """
    name = cast(articles.c.id, String)
    misread = {"body_text": "Misread " + name, "content_hash": "sha256:" + name, "duplicate_of": None}
    own = pages.c.revision_id.in_(articles.select().with_only_columns(articles.c.revision_id).filter_by(id=refused))
    with archive.engine.begin() as connection:
        connection.execute(articles.update().values(**misread))
        connection.execute(authors.update().values(name="Nobody"))
        connection.execute(revisions.update().values(editorial_hash="old " + revisions.c.editorial_hash))
        connection.execute(pages.update().values(etag=None, last_modified=None))
        connection.execute(pages.update().where(own).values(body=zlib.compress(b"<html>")))


def test_refresh_corrects_an_outdated_archive(archive: Archive, archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url, "KEEP_DUPLICATES": "1"}
    site = build_site(seed=9, articles=12)
    edited, refused = site.ids(SECTION)[5:7]
    volatile = dict.fromkeys(("views", "fetched_at"))
    with Server(site) as server:
        before = crawl(tmp_path, server.url, settings=settings).articles()
        hashes, names = read_hashes(archive), read_rows(archive, authors)
        make_outdated(archive, refused)
        site.edit(edited, title_suffix=" (corrected)")
        run = crawl(tmp_path, server.url, "-O", "feed.jsonl", settings=settings, mode="refresh", emit="new")
    assert run.code == 0, run.stderr
    assert (run.stats["archive/changed"], run.stats["archive/unchanged"]) == (2, 10)
    after = run.articles()
    assert [one for one, line in before.items() if line | volatile != after[one] | volatile] == [edited]
    assert sorted(run.articles("feed.jsonl")) == [edited, refused]
    assert read_rows(archive, authors) == names
    corrected = read_hashes(archive)
    assert len(corrected) == len(set(corrected)) == 14
    assert set(hashes) < set(corrected)


def read_hashes(archive: Archive) -> Sequence[tuple[int, str]]:
    return [(row["article_id"], row["editorial_hash"]) for row in read_rows(archive, revisions)]


def make_result(archive: Archive, article_id: int, **changes: object) -> ReparseResult:
    """Return a result for the current page in which these fields differ."""
    stored, revision_id = archive.read.current(SITE, [article_id])[article_id]
    return ReparseResult(article_id, revision_id, stored.fetched_at, replace(stored, **changes), tuple(changes), {})


def test_newer_page_is_not_corrected(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 1, 2)
    results = [make_result(archive, one, title="Better") for one in (1, 2)]
    save(writer, 1, day=2, title="Newer")
    for _ in range(2):  # the second time after a commit of which no answer came
        assert correct_articles(archive, SITE, results) == 1
    assert [one.title for one in archive.read.articles(Selection(SITE))] == ["Newer", "Better"]
