"""Reading: which articles a selection takes, what is known of a section, and how much is in memory."""

from __future__ import annotations

from dataclasses import asdict, replace
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.reader import _CHUNK, Selection, Span
from sassspider.archive.records import Standing, Validators
from sassspider.archive.tables import articles
from sassspider.archive.writer import ArticleWriter
from sassspider.walking.known import Known

from .seen import SECTION, SITE, at, begin_run, make_article, make_page, make_writer, read_rows
from .together import run_together

OTHER_SITE = "localhost:8000"


def save(writer: ArticleWriter, article_id: int, day: int = 1, **changes: Any) -> None:
    article = make_article(article_id, day, **changes)
    writer.save(article, make_page(article))


@pytest.fixture
def stocked(archive: Archive, writer: ArticleWriter) -> Archive:
    """1 to 4 by date; 5 repeats 2; 3 is removed; 6 stands in another section, 9 on another site."""
    for article_id, day in ((1, "2020-01-01"), (2, "2021-01-01"), (3, "2022-01-01"), (4, "2023-01-01")):
        save(writer, article_id, date_published=day)
    save(writer, 5, body_text="The text of 2.", date_published="2023-06-01")
    save(make_writer(archive, SITE, "101000"), 6, section_id="101000", date_published="2021-05-05")
    save(make_writer(archive, OTHER_SITE, SECTION), 9, date_published="2021-06-06")
    for day in (2, 3):
        begin_run(archive, day).note_missing(3, at(day))
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
def test_a_selection_takes_what_it_names(stocked: Archive, chosen: dict[str, Any], ids: list[int]) -> None:
    selection = Selection(**{"site": SITE, **chosen})
    assert [one.id for one in stocked.read.articles(selection)] == ids
    if selection.site is not None:
        assert [one.id for one in stocked.read.articles(selection, newest_first=True)] == ids[::-1]


def test_spans_part_the_changes_without_loss(stocked: Archive) -> None:
    whole = Selection(SITE, removed=True, duplicates=True)
    last = max(one["sequence"] for one in read_rows(stocked, articles))
    for middle in range(last + 1):
        spans = (Span(0, middle), Span(middle, last))
        parts = [{one.id for one in stocked.read.articles(replace(whole, span=span))} for span in spans]
        assert parts[0] | parts[1] == {1, 2, 3, 4, 5, 6}
        assert not parts[0] & parts[1]


def test_one_article_is_read_as_it_was_saved(stocked: Archive) -> None:
    found = stocked.read.article(SITE, 1)
    assert found is not None
    assert asdict(found) == asdict(make_article(1, date_published="2020-01-01"))
    assert stocked.read.article(SITE, 9) is None


def test_nothing_is_known_of_a_section_never_seen(archive: Archive) -> None:
    assert archive.read.known(SITE, SECTION) == Known()


def test_how_a_section_stands_is_what_is_known_of_it_in_short(stocked: Archive) -> None:
    for site, section in ((SITE, SECTION), (SITE, "101000"), (OTHER_SITE, SECTION), (SITE, "109")):
        known, standing = stocked.read.known(site, section), stocked.read.standing(site, section)
        present = known.archived - known.removed
        newest = max((known.dates[one] for one in present), default=None)
        assert standing == Standing(len(present), newest, known.gaps)


def test_all_that_is_known_of_a_section(stocked: Archive) -> None:
    writer, run = make_writer(stocked), begin_run(stocked, 4)
    article = make_article(1, 4, date_published="2020-01-01")
    writer.save(article, make_page(article), {1, 20, 21, 22})
    for missing in (4, 21):
        run.note_missing(missing, at(4))
    begin_run(stocked, 5).note_missing(21, at(5))
    run.note_date(22, "2019-01-01")
    stocked.note_complete(SITE, SECTION, at(5))
    days = {1: "2020-01-01", 2: "2021-01-01", 3: "2022-01-01", 4: "2023-01-01", 5: "2023-06-01", 22: "2019-01-01"}
    assert stocked.read.known(SITE, SECTION) == Known(
        archived=frozenset({1, 2, 3, 4, 5}), removed=frozenset({3}), gaps=frozenset({20, 22}), suspects=frozenset({4}),
        gone=frozenset({21}), complete=True, dates=days,
    )  # fmt: skip
    assert stocked.read.standing(SITE, SECTION) == Standing(4, "2023-06-01", frozenset({20, 22}))


def test_completion_is_of_one_section(archive: Archive) -> None:
    for day in (1, 2):
        archive.note_complete(SITE, SECTION, at(day))
    assert archive.read.known(SITE, SECTION).complete
    assert not archive.read.known(SITE, "101000").complete
    assert not archive.read.known(OTHER_SITE, SECTION).complete


def test_validators_are_those_of_the_current_page(archive: Archive, writer: ArticleWriter) -> None:
    assert archive.read.validators(SITE, 1) is None
    for day, title in ((1, "A title"), (2, "Another title"), (3, "A title")):
        article = make_article(1, day, title=title)
        writer.save(article, make_page(article, etag=f'"{day}"', last_modified=None))
    assert archive.read.validators(SITE, 1) == Validators('"3"', None)


def test_revisions_come_in_order_with_their_pages(archive: Archive, writer: ArticleWriter) -> None:
    for day, text in ((1, "First."), (2, "Second."), (3, "Third.")):
        for article_id in (8, 7):
            save(writer, article_id, day, body_text=f"{text} {article_id}")
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


def test_a_large_archive_is_read_in_chunks(archive: Archive, writer: ArticleWriter, archive_url: str) -> None:
    article, kilobytes, count = make_article(1), 40, 6 * _CHUNK
    writer.save(article, make_page(article))
    (row,) = read_rows(archive, articles)
    with archive.engine.begin() as connection:
        for number in range(2, count + 1):
            connection.execute(articles.insert(), {**row, "id": number, "body_html": "x" * kilobytes * 1024})
    run_together(read_all, (archive_url, count, 3 * _CHUNK * kilobytes))


def test_a_reader_may_stop_early(stocked: Archive) -> None:
    for _ in range(20):  # more than a pool has connections
        assert next(iter(stocked.read.articles(Selection(SITE)))).id == 1
