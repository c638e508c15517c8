"""What a run saw without reading: missing, removed, unchanged, returned."""

from __future__ import annotations

from sassspider.archive.archive import Archive
from sassspider.archive.tables import articles, named, removals, revisions
from sassspider.archive.writer import ArticleWriter

from .seen import SECTION, SITE, at, begin_run, make_article, make_page, read_rows


def save(writer: ArticleWriter, *ids: int, day: int = 1) -> None:
    """Save articles, each named by its neighbours of this series."""
    for before, own, after in zip((None, *ids), ids, (*ids[1:], None), strict=False):
        article = make_article(own, day, previous_id=before, next_id=after)
        writer.save(article, make_page(article))


def read_removed(archive: Archive) -> dict[int, str]:
    return {one["id"]: one["date_removed"] for one in read_rows(archive, articles) if one["date_removed"]}


def test_missing_once_makes_a_suspect_only(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    assert not begin_run(archive, 2).note_missing(7, at(2))
    assert read_removed(archive) == {}
    assert archive.read.known(SITE, SECTION).suspects == {7}


def test_what_was_named_in_vain_is_a_gap_unless_it_is_archived(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    run = begin_run(archive, 2)
    run.note_names([])
    run.note_names([7, 9])
    run.note_names({9})
    assert archive.read.known(SITE, SECTION).gaps == {9}


def test_missing_twice_in_one_run_makes_a_suspect_only(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    run = begin_run(archive, 2)
    assert not run.note_missing(7, at(2))
    assert not run.note_missing(7, at(3))
    assert read_removed(archive) == {}


def test_missing_in_two_runs_is_removed_from_the_first_day_on(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    begin_run(archive, 2).note_missing(7, at(2))
    assert begin_run(archive, 3).note_missing(7, at(3))
    assert read_removed(archive) == {7: "2026-03-02"}
    known = archive.read.known(SITE, SECTION)
    assert (known.archived, known.removed, known.suspects, known.gaps) == ({7}, {7}, set(), set())


def test_a_removed_article_is_not_removed_again(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    found = [begin_run(archive, day).note_missing(7, at(day)) for day in (2, 3, 4)]
    assert found == [False, True, False]
    assert len(read_rows(archive, removals)) == 1


def test_seen_between_two_misses_it_is_no_suspect(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    begin_run(archive, 2).note_missing(7, at(2))
    begin_run(archive, 3).note_unchanged(7, at(3))
    assert archive.read.known(SITE, SECTION).suspects == set()
    assert not begin_run(archive, 4).note_missing(7, at(4))


def test_what_was_never_archived_and_misses_twice_is_gone(archive: Archive) -> None:
    assert not begin_run(archive, 2).note_missing(5, at(2))
    assert archive.read.known(SITE, SECTION).gaps == {5}
    assert not begin_run(archive, 3).note_missing(5, at(3))
    known = archive.read.known(SITE, SECTION)
    assert (known.gaps, known.gone) == (set(), {5})


def test_what_was_gone_and_comes_is_archived(archive: Archive, writer: ArticleWriter) -> None:
    for day in (2, 3):
        begin_run(archive, day).note_missing(7, at(day))
    save(writer, 7, day=4)
    known = archive.read.known(SITE, SECTION)
    assert (known.archived, known.removed, known.gone, known.suspects) == ({7}, set(), set(), set())


def test_missing_and_unlinked_is_removed_at_the_end_of_a_whole_run(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8, 9)
    run = begin_run(archive, 2)
    run.note_missing(8, at(2))
    save(writer, 7, 9, day=2)
    assert run.confirm() == [8]
    assert read_removed(archive) == {8: "2026-03-02"}
    assert run.confirm() == []


def test_missing_but_still_linked_stays(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8, 9)
    run = begin_run(archive, 2)
    run.note_missing(8, at(2))
    assert run.confirm() == []
    assert archive.read.known(SITE, SECTION).suspects == {8}


def test_a_run_confirms_only_what_it_missed_itself(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8, 9)
    begin_run(archive, 2).note_missing(8, at(2))
    save(writer, 7, 9, day=3)
    assert begin_run(archive, 3).confirm() == []


def test_links_of_removed_articles_do_not_count(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8)
    for day in (2, 3):
        begin_run(archive, day).note_missing(7, at(day))
    run = begin_run(archive, 4)
    run.note_missing(8, at(4))
    assert run.confirm() == [8]


def test_an_unchanged_answer_moves_the_last_day_seen(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    before = read_rows(archive, articles)
    begin_run(archive, 2).note_unchanged(7, at(2))
    assert [one["last_seen"] for one in read_rows(archive, revisions)] == [at(2)]
    assert read_rows(archive, articles) == before


def test_an_unchanged_answer_brings_a_removed_article_back(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    for day in (2, 3):
        begin_run(archive, day).note_missing(7, at(day))
    before = read_rows(archive, articles)[0]["sequence"]
    begin_run(archive, 4).note_unchanged(7, at(4))
    assert read_removed(archive) == {}
    assert read_rows(archive, articles)[0]["sequence"] > before
    (removal,) = read_rows(archive, removals)
    assert (removal["removed_on"], removal["returned_on"]) == ("2026-03-02", "2026-03-04")


def test_each_removal_is_remembered(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    for first in (2, 5):
        for day in (first, first + 1):
            begin_run(archive, day).note_missing(7, at(day))
        save(writer, 7, day=first + 2)
    days = [(one["removed_on"], one["returned_on"]) for one in read_rows(archive, removals)]
    assert days == [("2026-03-02", "2026-03-04"), ("2026-03-05", "2026-03-07")]


def test_the_date_of_what_was_not_asked_for_is_kept(archive: Archive) -> None:
    begin_run(archive).note_date(5, "2019-12-31")
    begin_run(archive).note_date(5, "2020-01-01")
    known = archive.read.known(SITE, SECTION)
    assert (known.archived, known.dates) == (set(), {5: "2020-01-01"})
    assert len(read_rows(archive, named)) == 1
