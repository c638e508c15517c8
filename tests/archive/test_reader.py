"""Reading: which articles a selection takes, what is known of a section, its past, and how much is in memory."""

from __future__ import annotations

import re
from dataclasses import asdict
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest
from sqlalchemy import text

from sassspider.archive import history
from sassspider.archive.archive import Archive
from sassspider.archive.reader import _CHUNK, Selection
from sassspider.archive.records import SectionSummary, Validators
from sassspider.archive.tables import articles
from sassspider.archive.writer import ArticleWriter
from sassspider.frontier import SectionState

from ..crawling import PROJECT
from .factories import (
    SECTION,
    SITE,
    at,
    begin_run,
    make_article,
    make_page,
    make_writer,
    read_rows,
    remove,
    run_together,
    save,
)

OTHER_SITE = "localhost:8000"


@pytest.fixture
def stocked(archive: Archive, writer: ArticleWriter) -> Archive:
    """1 to 4 by date; 5 repeats 2; 3 is removed; 6 stands in another section, 9 on another site."""
    for article_id, day in ((1, "2020-01-01"), (2, "2021-01-01"), (3, "2022-01-01"), (4, "2023-01-01")):
        save(writer, article_id, date_published=day)
    save(writer, 5, body_text="The text of 2.", date_published="2023-06-01")
    save(make_writer(archive, SITE, "101000"), 6, section_id="101000", date_published="2021-05-05")
    save(make_writer(archive, OTHER_SITE, SECTION), 9, date_published="2021-06-06")
    remove(archive, 3)
    return archive


@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        ({}, [1, 2, 4, 6]),
        ({"section_id": SECTION}, [1, 2, 4]),
        ({"section_id": "101000"}, [6]),
        ({"section_id": "999"}, []),
        ({"since": "2021-01-01"}, [2, 4, 6]),
        ({"until": "2021-01-01"}, [1, 2]),
        ({"since": "2021-01-02", "until": "2022-12-31"}, [6]),
        ({"removed": True}, [1, 2, 3, 4, 6]),
        ({"duplicates": True}, [1, 2, 4, 5, 6]),
        ({"removed": True, "duplicates": True, "section_id": SECTION}, [1, 2, 3, 4, 5]),
        ({"site": None}, [1, 2, 4, 6, 9]),
        ({"site": OTHER_SITE}, [9]),
        ({"site": "nowhere"}, []),
    ],
)
def test_selection_narrows_articles(stocked: Archive, chosen: dict[str, Any], ids: list[int]) -> None:
    selection = Selection(**{"site": SITE, **chosen})
    assert [one.id for one in stocked.read.articles(selection)] == ids
    if selection.site is not None:
        assert [one.id for one in stocked.read.articles(selection, newest_first=True)] == ids[::-1]


def test_article_is_read_as_saved(stocked: Archive) -> None:
    found = stocked.read.article(SITE, 1)
    assert found is not None
    assert asdict(found) == asdict(make_article(1, date_published="2020-01-01"))
    assert stocked.read.article(SITE, 9) is None


def test_unknown_section_is_empty(archive: Archive) -> None:
    assert archive.read.section_state(SITE, SECTION) == SectionState()


def test_summary_agrees_with_known(stocked: Archive) -> None:
    for site, section in ((SITE, SECTION), (SITE, "101000"), (OTHER_SITE, SECTION), (SITE, "109")):
        known, summary = stocked.read.section_state(site, section), stocked.read.summary(site, section)
        present = known.archived_ids - known.removed_ids
        newest = max((known.dates[one] for one in present), default=None)
        assert summary == SectionSummary(len(present), newest, known.missing_ids)


def test_known_section(stocked: Archive) -> None:
    writer, run = make_writer(stocked), begin_run(stocked, 4)
    article = make_article(1, 4, date_published="2020-01-01")
    writer.save(article, make_page(article), {1, 20, 21, 22})
    for missing in (4, 21):
        run.mark_not_found(missing, at(4))
    begin_run(stocked, 5).mark_not_found(21, at(5))
    run.add_known_date(22, "2019-01-01")
    stocked.mark_complete(SITE, SECTION, at(5))
    days = {1: "2020-01-01", 2: "2021-01-01", 3: "2022-01-01", 4: "2023-01-01", 5: "2023-06-01", 22: "2019-01-01"}
    assert stocked.read.section_state(SITE, SECTION) == SectionState(
        archived_ids=frozenset({1, 2, 3, 4, 5}), removed_ids=frozenset({3}), missing_ids=frozenset({20, 22}),
        unconfirmed_ids=frozenset({4}), not_found_ids=frozenset({21}), is_complete=True, dates=days,
    )  # fmt: skip
    assert stocked.read.summary(SITE, SECTION) == SectionSummary(4, "2023-06-01", frozenset({20, 22}))


def test_section_is_complete_alone(archive: Archive) -> None:
    for day in (1, 2):
        archive.mark_complete(SITE, SECTION, at(day))
    assert archive.read.section_state(SITE, SECTION).is_complete
    assert not archive.read.section_state(SITE, "101000").is_complete
    assert not archive.read.section_state(OTHER_SITE, SECTION).is_complete


def test_validators_of_the_current_page(archive: Archive, writer: ArticleWriter) -> None:
    assert archive.read.validators(SITE, 1) is None
    for day, title in ((1, "A title"), (2, "Another title"), (3, "A title")):
        article = make_article(1, day, title=title)
        writer.save(article, make_page(article, etag=f'"{day}"', last_modified=None))
    assert archive.read.validators(SITE, 1) == Validators('"3"', None)


def test_revisions_come_in_order(archive: Archive, writer: ArticleWriter) -> None:
    for day, word in ((1, "First."), (2, "Second."), (3, "Third.")):
        for article_id in (8, 7):
            save(writer, article_id, day=day, body_text=f"{word} {article_id}")
    found = [(one.article_id, one.first_seen, one.body) for one in archive.read.revisions(SITE)]
    texts = [(1, "First."), (2, "Second."), (3, "Third.")]
    assert found == [(one, at(day), f"{text} {one}".encode()) for one in (7, 8) for day, text in texts]
    assert [one.article_id for one in archive.read.revisions(SITE, [8])] == [8, 8, 8]
    assert list(archive.read.revisions(SITE, [])) == []
    assert len(list(archive.read.revisions(None))) == 6


def read_all(url: str, count: int, kilobytes: int) -> None:
    """Read all articles; AssertionError when that takes more memory, which libraries in C count to."""
    with Archive.open(url) as archive:
        assert archive.read.article(SITE, 1) is not None
        before = getrusage(RUSAGE_SELF).ru_maxrss
        assert sum(1 for _ in archive.read.articles(Selection(SITE))) == count
        assert getrusage(RUSAGE_SELF).ru_maxrss - before < kilobytes


def test_large_archive_is_read_in_chunks(archive: Archive, writer: ArticleWriter, archive_url: str) -> None:
    article, kilobytes, count = make_article(1), 40, 6 * _CHUNK
    writer.save(article, make_page(article))
    (row,) = read_rows(archive, articles)
    with archive.engine.begin() as connection:
        for number in range(2, count + 1):
            connection.execute(articles.insert(), {**row, "id": number, "body_html": "x" * kilobytes * 1024})
    run_together(read_all, (archive_url, count, 3 * _CHUNK * kilobytes))


def test_reader_may_stop_early(stocked: Archive) -> None:
    for _ in range(20):  # more than a pool has connections
        assert next(iter(stocked.read.articles(Selection(SITE)))).id == 1


def test_history_and_status(archive: Archive, writer: ArticleWriter) -> None:
    run = begin_run(archive)
    for article in (make_article(1), make_article(1, day=2, title="New", views=9), make_article(3, day=2)):
        writer.save(article, make_page(article), known_ids={1, 3, 4})
    run.mark_not_found(3, at(3))
    begin_run(archive, 4).mark_not_found(3, at(4))
    (section,) = history.read_sections(archive, SITE)
    assert (section.articles, section.removed, section.duplicates, section.revisions) == (2, 1, 0, 3)
    assert (section.missing_ids, section.completed_at) == ((4,), None)
    assert history.read_sections(archive, None) == [section]
    assert history.read_sections(archive, "other") == []
    assert [run.started_at for run in history.read_runs(archive, SITE, SECTION, 5)] == [at(4), at(1)]
    assert len(history.read_runs(archive, SITE, SECTION, 1)) == 1
    assert history.read_sites(archive) == [SITE]
    assert history.read_section_ids(archive, None) == history.read_section_ids(archive, SITE) == [SECTION]
    assert [one.removed_on for one in history.read_removals(archive, SITE, 3)] == [at(3)[:10]]
    assert [one.views for one in history.read_views(archive, SITE, 1)] == [5, 9]
    assert history.count_articles(archive, Selection(None, removed=True)) == 2
    assert history.read_edited_ids(archive, Selection(SITE)) == [1]


def test_ids_come_in_chunks(stocked: Archive) -> None:
    whole = Selection(None, removed=True, duplicates=True)
    found = [(SITE, [1, 2, 3, 4]), (SITE, [5, 6]), (OTHER_SITE, [9])]
    assert list(history.read_ids(stocked, whole, 4)) == found


DOCUMENT = (PROJECT / "docs/archive.md").read_text(encoding="utf-8")
ANSWERS = re.findall(r"^(\S[^\n]*\?)\n\n```sql\n(.*?)```", DOCUMENT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "columns", "rows"),
    [
        ("edited", (0, 1, 2), [(1, "A corrected title", 2)]),
        ("removed", (0, 3, 4), [(3, "2026-03-04", None)]),
        ("views", (0, 3, 4), [(1, 5, None), (2, 5, None), (2, 9, 4), (3, 5, None)]),
        ("sources", (0, 1), [("River Weekly", 2), ("Basin Daily", 1)]),
        ("Who writes", (0, 1), [("Lan Wei", 2), ("Qiu Min", 2)]),
    ],
)
def test_questions_of_the_docs(
    archive: Archive, writer: ArticleWriter, words: str, columns: tuple[int, ...], rows: list[tuple[Any, ...]]
) -> None:
    both = ["Lan Wei", "Qiu Min"]
    save(writer, 1, authors=both, source_name="River Weekly")
    save(writer, 2, authors=["Lan Wei"], source_name="River Weekly")
    save(writer, 3, authors=["Qiu Min"], source_name="Basin Daily")
    save(writer, 1, day=2, title="A corrected title", authors=both, source_name="River Weekly")
    save(writer, 2, day=3, authors=["Lan Wei"], source_name="River Weekly", views=9)
    remove(archive, 3, (4, 5))
    assert len(ANSWERS) == 5
    (sql,) = (sql for question, sql in ANSWERS if words in question)
    with archive.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql.strip().rstrip(";")))]
    assert [tuple(row[one] for one in columns) for row in found] == rows
