"""Corrections after archived pages were read again, on every kind of database."""

from __future__ import annotations

from dataclasses import replace

from sassspider.archive.archive import Archive
from sassspider.archive.correction import ReparseResult, correct_article, read_stored
from sassspider.archive.history import read_removals, read_state, read_states, read_views
from sassspider.archive.reader import Selection, Span
from sassspider.archive.status import count_articles, read_exports, read_runs, read_sections, read_sites
from sassspider.archive.tables import articles, authors
from sassspider.archive.writer import ArticleWriter

from .seen import SECTION, SITE, at, begin_run, make_article, make_page, read_originals, read_rows


def make_result(archive: Archive, article_id: int, **changes: object) -> ReparseResult:
    """Return a result for the current page in which these fields differ."""
    state = read_state(archive, SITE, article_id)
    stored = archive.read.article(SITE, article_id)
    assert state is not None
    assert stored is not None
    article = replace(stored, **changes)
    return ReparseResult(SITE, article_id, state.revision_id, stored.fetched_at, article, tuple(changes))


def test_correction_replaces_authors_and_groups(archive: Archive, writer: ArticleWriter) -> None:
    for article_id, text in ((1, "Same"), (2, "Same"), (3, "Own")):
        article = make_article(article_id, body_text=text)
        writer.save(article, make_page(article))
    assert read_originals(archive) == {1: None, 2: 1, 3: None}
    own = make_article(3, body_text="Own").content_hash
    assert correct_article(archive, make_result(archive, 1, content_hash=own, authors=["A", "B"]))
    assert read_originals(archive) == {1: None, 2: None, 3: 1}
    names = [row["name"] for row in read_rows(archive, authors) if row["article_id"] == 1]
    assert names == ["A", "B"]
    found = read_stored(archive, SITE, [1, 2])
    assert sorted(found) == [1, 2]
    assert found[1].authors == ["A", "B"]


def test_correction_gets_a_new_sequence(archive: Archive, writer: ArticleWriter) -> None:
    for article_id in (1, 2):
        article = make_article(article_id)
        writer.save(article, make_page(article))
    assert correct_article(archive, make_result(archive, 1, title="Better"))
    changed = archive.read.articles(Selection(SITE, span=Span(2, 99)))
    assert [(one.id, one.title) for one in changed] == [(1, "Better")]


def test_corrected_digest_changes_no_article(archive: Archive, writer: ArticleWriter) -> None:
    article = make_article(1)
    writer.save(article, make_page(article))
    before = read_rows(archive, articles)
    (revision,) = archive.read.revisions(SITE)
    result = replace(make_result(archive, 1), article=None, digests={revision.id: "better"})
    assert result.differs
    assert correct_article(archive, result)
    assert [one.digest for one in archive.read.revisions(SITE)] == ["better"]
    assert read_rows(archive, articles) == before


def test_newer_page_is_not_corrected(archive: Archive, writer: ArticleWriter) -> None:
    article = make_article(1)
    writer.save(article, make_page(article))
    result = make_result(archive, 1, title="Better")
    newer = make_article(1, day=2, title="Newer")
    writer.save(newer, make_page(newer))
    assert not correct_article(archive, result)
    stored = archive.read.article(SITE, 1)
    assert stored is not None
    assert stored.title == "Newer"


def test_status_and_history_on_databases(archive: Archive, writer: ArticleWriter) -> None:
    observations = begin_run(archive)
    for article in (make_article(1), make_article(1, day=2, title="New", views=9), make_article(3, day=2)):
        writer.save(article, make_page(article), names={1, 3, 4})
    observations.note_missing(3, at(3))
    begin_run(archive, 4).note_missing(3, at(4))
    (section,) = read_sections(archive, SITE)
    assert (section.articles, section.removed, section.duplicates, section.revisions) == (2, 1, 0, 3)
    assert (section.gaps, section.completed_at) == ((4,), None)
    assert list(read_sections(archive, None)) == [section]
    assert list(read_sections(archive, "other")) == []
    assert [run.started_at for run in read_runs(archive, SITE, SECTION, 5)] == [at(4), at(1)]
    assert len(read_runs(archive, SITE, SECTION, 1)) == 1
    assert read_sites(archive) == [SITE]
    assert read_exports(archive) == set()
    assert [one.removed_on for one in read_removals(archive, SITE, 3)] == [at(3)[:10]]
    assert [one.views for one in read_views(archive, SITE, 1)] == [5, 9]
    assert [state.id for state in read_states(archive, Selection(SITE))] == [1]
    assert count_articles(archive, Selection(None, removed=True)) == 2
