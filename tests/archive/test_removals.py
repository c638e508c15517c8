"""What a run saw without a page: not found, removed, unchanged, returned."""

from __future__ import annotations

from sassspider.archive.archive import Archive
from sassspider.archive.tables import articles, known_articles, removals, revisions
from sassspider.archive.writer import ArticleWriter

from . import factories
from .factories import SECTION, SITE, at, begin_run, read_rows, remove


def save(writer: ArticleWriter, *ids: int, day: int = 1) -> None:
    """Save articles, each linked to its neighbours of this series."""
    for before, own, after in zip((None, *ids), ids, (*ids[1:], None), strict=False):
        factories.save(writer, own, day=day, previous_id=before, next_id=after)


def read_removed(archive: Archive) -> dict[int, str]:
    return {one["id"]: one["date_removed"] for one in read_rows(archive, articles) if one["date_removed"]}


def test_not_found_in_two_runs_removes(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    run = begin_run(archive, 2)
    assert not run.mark_not_found(7, at(2))
    assert not run.mark_not_found(7, at(3))
    assert read_removed(archive) == {}
    assert archive.read.section_state(SITE, SECTION).unconfirmed_ids == {7}
    assert [begin_run(archive, day).mark_not_found(7, at(day)) for day in (3, 4)] == [True, False]
    assert read_removed(archive) == {7: "2026-03-02"}
    assert len(read_rows(archive, removals)) == 1
    known = archive.read.section_state(SITE, SECTION)
    assert (known.archived_ids, known.removed_ids, known.unconfirmed_ids, known.missing_ids) == ({7}, {7}, set(), set())


def test_unchanged_between_clears_not_found(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    before = read_rows(archive, articles)
    begin_run(archive, 2).mark_not_found(7, at(2))
    begin_run(archive, 3).mark_unchanged(7, at(3))
    assert archive.read.section_state(SITE, SECTION).unconfirmed_ids == set()
    assert [one["last_seen"] for one in read_rows(archive, revisions)] == [at(3)]
    assert read_rows(archive, articles) == before
    assert not begin_run(archive, 4).mark_not_found(7, at(4))


def test_never_archived_and_not_found_twice(archive: Archive, writer: ArticleWriter) -> None:
    begin_run(archive, 2).mark_not_found(7, at(2))
    assert archive.read.section_state(SITE, SECTION).missing_ids == {7}
    assert not begin_run(archive, 3).mark_not_found(7, at(3))
    known = archive.read.section_state(SITE, SECTION)
    assert (known.missing_ids, known.not_found_ids) == (set(), {7})
    save(writer, 7, day=4)
    known = archive.read.section_state(SITE, SECTION)
    assert (known.archived_ids, known.removed_ids | known.not_found_ids | known.unconfirmed_ids) == ({7}, set())


def test_unlinked_and_not_found_is_confirmed(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8, 9)
    run = begin_run(archive, 2)
    run.mark_not_found(8, at(2))
    assert run.confirm_removals() == []  # its neighbours link to it
    assert archive.read.section_state(SITE, SECTION).unconfirmed_ids == {8}
    save(writer, 7, 9, day=2)
    assert begin_run(archive, 2).confirm_removals() == []  # another run did not find it
    assert run.confirm_removals() == [8]
    assert read_removed(archive) == {8: "2026-03-02"}
    assert run.confirm_removals() == []


def test_links_of_removed_articles_are_ignored(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8)
    remove(archive, 7)
    run = begin_run(archive, 4)
    run.mark_not_found(8, at(4))
    assert run.confirm_removals() == [8]


def test_link_of_article_removed_by_same_run_does_not_count(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7, 8)
    factories.save(writer, 9, previous_id=8, next_id=None)
    save(writer, 7, day=2)
    run = begin_run(archive, 2)
    for one in (8, 9):
        run.mark_not_found(one, at(2))
    assert run.confirm_removals() == [9, 8]


def test_each_removal_is_recorded(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    remove(archive, 7, (2, 3))
    before = read_rows(archive, articles)[0]["sequence"]
    begin_run(archive, 4).mark_unchanged(7, at(4))
    assert read_removed(archive) == {}
    assert read_rows(archive, articles)[0]["sequence"] > before
    remove(archive, 7, (5, 6))
    save(writer, 7, day=7)
    days = [(one["removed_on"], one["returned_on"]) for one in read_rows(archive, removals)]
    assert days == [("2026-03-02", "2026-03-04"), ("2026-03-05", "2026-03-07")]


def test_date_outside_the_crawl_is_known(archive: Archive) -> None:
    begin_run(archive).add_known_date(5, "2019-12-31")
    begin_run(archive).add_known_date(5, "2020-01-01")
    known = archive.read.section_state(SITE, SECTION)
    assert (known.archived_ids, known.dates) == (set(), {5: "2020-01-01"})
    assert len(read_rows(archive, known_articles)) == 1
