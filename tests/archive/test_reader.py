"""Reading: which articles a selection takes, what is known of a section, its past, and how much is in memory."""

from __future__ import annotations

import re
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest
from sqlalchemy import text

from sassspider.archive import history
from sassspider.archive.archive import Archive
from sassspider.archive.reader import _CHUNK, SectionSummary, Selection
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import articles
from sassspider.section_state import SectionState

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
    save_page,
)

OTHER_SITE = "localhost:8000"


@pytest.fixture
def stocked(archive: Archive, writer: SectionWriter) -> Archive:
    """1 to 4 by date; 5 repeats 2; 3 is removed; 6 stands in another section, 9 on another site."""
    for article_id, day in ((1, "2020-01-01"), (2, "2021-01-01"), (3, "2022-01-01"), (4, "2023-01-01")):
        save(writer, article_id, date_published=day)
    save(writer, 5, body_text="The text of 2.", date_published="2023-06-01")
    save(make_writer(archive, SITE, "101000"), 6, section_id="101000", date_published="2021-05-05")
    save(make_writer(archive, OTHER_SITE, SECTION), 9, date_published="2021-06-06")
    remove(archive, 3)
    return archive


def test_wrong_clock_reorders_no_revisions(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7, day=5)
    save(writer, 7, day=2, title="Another title")
    assert [one.first_seen for one in archive.read.revisions(SITE, [7])] == [at(5), at(2)]


SELECTIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4, 6]),
    ({"section_id": SECTION}, [1, 2, 3, 4]),
    ({"section_id": "101000"}, [6]),
    ({"since": "2021-01-01"}, [2, 3, 4, 6]),
    ({"until": "2021-01-01"}, [1, 2]),
    ({"since": "2021-01-02", "until": "2022-12-31"}, [3, 6]),
    ({"removed": False}, [1, 2, 4, 6]),
    ({"duplicates": True}, [1, 2, 3, 4, 5, 6]),
    ({"removed": False, "duplicates": True, "section_id": SECTION}, [1, 2, 4, 5]),
    ({"site": None}, [1, 2, 3, 4, 6, 9]),
    ({"site": "nowhere"}, []),
]


def test_selection_narrows_articles(stocked: Archive) -> None:
    for chosen, ids in SELECTIONS:
        selection = Selection(**{"site": SITE, **chosen})
        assert [one.id for one in stocked.read.articles(selection)] == ids
        assert [one for own in history.read_ids(stocked, selection).values() for one in own] == ids
        assert history.count_articles(stocked, selection) == len(ids)
        if selection.site is not None:
            assert [one.id for one in stocked.read.articles(selection, newest_first=True)] == ids[::-1]
    for _ in range(20):  # more than a pool has connections: a reader may stop early
        assert next(iter(stocked.read.articles(Selection(SITE)))).id == 1


def test_query_that_an_error_interrupts_ends_with_the_archive(stocked: Archive) -> None:
    with stocked:
        articles = stocked.read.articles(Selection(SITE))
        assert next(articles).id == 1
    assert list(articles) == []


def test_section_state_is_complete(stocked: Archive) -> None:
    assert stocked.read.section_state(SITE, "109") == SectionState()
    run = begin_run(stocked, 4)
    save(make_writer(stocked), 1, day=4, known_ids={1, 20, 21, 22}, date_published="2020-01-01")
    for missing in (4, 21):
        run.mark_not_found(missing, at(4))
    begin_run(stocked, 5).mark_not_found(21, at(5))
    run.add_known_date(22, "2019-01-01")
    for day in (4, 5):
        run.mark_complete(at(day))
    days = {1: "2020-01-01", 2: "2021-01-01", 3: "2022-01-01", 4: "2023-01-01", 5: "2023-06-01", 22: "2019-01-01"}
    assert stocked.read.section_state(SITE, SECTION) == SectionState(
        archived_ids=frozenset({1, 2, 3, 4, 5}), removed_ids=frozenset({3}), missing_ids=frozenset({20, 22}),
        unconfirmed_ids=frozenset({4}), not_found_ids=frozenset({21}), is_complete=True, dates=days,
    )  # fmt: skip
    assert stocked.read.summary(SITE, SECTION) == SectionSummary(4, "2023-06-01", frozenset({20, 22}))
    save(run, 1, day=6, date_published="2020-01-01")
    assert stocked.read.section_state(SITE, SECTION).is_complete
    save(run, 7)  # new: if the run is killed now, the next one reads the whole list
    assert not stocked.read.section_state(SITE, SECTION).is_complete
    assert not stocked.read.section_state(SITE, "101000").is_complete
    assert not stocked.read.section_state(OTHER_SITE, SECTION).is_complete


def test_validators_of_the_current_page(archive: Archive, writer: SectionWriter) -> None:
    assert archive.read.validators(SITE, 1) == {}
    for day, title in ((1, "A title"), (2, "Another title"), (3, "A title")):
        article = make_article(1, day, title=title)
        save_page(writer, article, make_page(article, etag=f'"{day}"', last_modified=None if day == 3 else "then"))
    assert archive.read.validators(SITE, 1) == {"If-None-Match": '"3"'}


def read_all(url: str, count: int, kilobytes: int) -> None:
    """Read all articles; AssertionError when that takes more memory, which libraries in C count to."""
    with Archive.open(url) as archive:
        assert archive.read.current(SITE, [1])
        before = getrusage(RUSAGE_SELF).ru_maxrss
        assert sum(1 for _ in archive.read.articles(Selection(SITE))) == count
        assert getrusage(RUSAGE_SELF).ru_maxrss - before < kilobytes


def test_large_archive_is_read_in_chunks(archive: Archive, writer: SectionWriter, archive_url: str) -> None:
    kilobytes, count = 40, 6 * _CHUNK
    save(writer, 1)
    (row,) = read_rows(archive, articles)
    rows = [{**row, "id": number, "body_html": "x" * kilobytes * 1024} for number in range(2, count + 1)]
    with archive.engine.begin() as connection:
        connection.execute(articles.insert(), rows)
    run_together(read_all, (archive_url, count, 3 * _CHUNK * kilobytes))


DOCUMENT = (PROJECT / "docs/archive.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^(\S[^\n]*\?)\n\n```sql\n(.*?)```", DOCUMENT, re.DOTALL | re.MULTILINE)
ANSWERS: dict[str, tuple[tuple[int, ...], list[tuple[Any, ...]]]] = {
    "edited": ((0, 1, 2), [(1, "A corrected title", 2)]),
    "removed": ((0, 3, 4), [(3, "2026-03-04", None)]),
    "views": ((0, 3, 4), [(1, 5, None), (2, 5, None), (2, 9, 4), (3, 5, None)]),
    "sources": ((0, 1), [("River Weekly", 2), ("Basin Daily", 1)]),
    "Who writes": ((0, 1), [("Lan Wei", 2), ("Qiu Min", 2)]),
}


def test_questions_of_the_docs(archive: Archive, writer: SectionWriter) -> None:
    both = ["Lan Wei", "Qiu Min"]
    save(writer, 1, authors=both, source_name="River Weekly")
    save(writer, 2, authors=["Lan Wei"], source_name="River Weekly")
    save(writer, 3, authors=["Qiu Min"], source_name="Basin Daily")
    save(writer, 1, day=2, title="A corrected title", authors=both, source_name="River Weekly")
    save(writer, 2, day=3, authors=["Lan Wei"], source_name="River Weekly", views=9)
    remove(archive, 3, (4, 5))
    assert len(QUESTIONS) == 5
    for words, (columns, rows) in ANSWERS.items():
        (sql,) = (sql for question, sql in QUESTIONS if words in question)
        with archive.engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(sql.strip().rstrip(";")))]
        assert [tuple(row[one] for one in columns) for row in found] == rows
