"""Removals: articles not found, unchanged, returned."""

from __future__ import annotations

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import articles, known_articles, removals, revisions

from . import factories
from .factories import SECTION, SITE, at, begin_run, read_rows, remove

# What happens on which day, in one run a day, to which articles; and what is known then: the days of removal, the
# articles that one run did not find, and those that were never archived.
Steps = list[tuple[int, str, list[int]]]
STORIES: dict[str, tuple[Steps, dict[int, str], set[int], set[int]]] = {
    "twice in one run": ([(1, "save", [7]), (2, "not found", [7, 7])], {}, {7}, set()),
    "in two runs": ([(1, "save", [7]), (2, "not found", [7]), (3, "not found", [7])], {7: "2026-03-02"}, set(), set()),
    "unchanged between": (
        [(1, "save", [7]), (2, "not found", [7]), (3, "unchanged", [7]), (4, "not found", [7])], {}, {7}, set(),
    ),
    "never archived": ([(2, "not found", [7]), (3, "not found", [7])], {}, set(), {7}),
    "archived at last": ([(2, "not found", [7]), (3, "not found", [7]), (4, "save", [7])], {}, set(), set()),
    "linked": ([(1, "save", [7, 8, 9]), (2, "not found", [8]), (2, "confirm", [])], {}, {8}, set()),
    "unlinked": (
        [(1, "save", [7, 8, 9]), (2, "not found", [8]), (2, "save", [7, 9]), (2, "confirm", [8]), (2, "confirm", [])],
        {8: "2026-03-02"}, set(), set(),
    ),
    "unlinked, but another run did not find it": (
        [(1, "save", [7, 8, 9]), (2, "not found", [8]), (3, "save", [7, 9]), (3, "confirm", [])], {}, {8}, set(),
    ),
    "linked by an article that was removed before": (
        [(1, "save", [7, 8]), (2, "not found", [7]), (3, "not found", [7]), (4, "not found", [8]), (4, "confirm", [8])],
        {7: "2026-03-02", 8: "2026-03-04"}, set(), set(),
    ),
    "linked by an article that the same run removes": (
        [(1, "save", [8, 9]), (1, "save", [7, 8]), (2, "save", [7]), (2, "not found", [8, 9]), (2, "confirm", [9, 8])],
        {8: "2026-03-02", 9: "2026-03-02"}, set(), set(),
    ),
}  # fmt: skip


def save(writer: SectionWriter, *ids: int, day: int = 1) -> None:
    """Save articles, each linked to its neighbours of this series."""
    for before, own, after in zip((None, *ids), ids, (*ids[1:], None), strict=False):
        factories.save(writer, own, day=day, previous_id=before, next_id=after)


def read_removed(archive: Archive) -> dict[int, str]:
    return {one["id"]: one["date_removed"] for one in read_rows(archive, articles) if one["date_removed"]}


@pytest.mark.parametrize("name", STORIES)
def test_not_found_articles(archive: Archive, writer: SectionWriter, name: str) -> None:
    steps, removed, unconfirmed, never_archived = STORIES[name]
    runs = {day: begin_run(archive, day) for day in sorted({day for day, _, _ in steps})}
    for day, action, ids in steps:
        if action == "save":
            save(writer, *ids, day=day)
        elif action == "confirm":
            assert runs[day].confirm_removals() == ids
        else:
            mark = runs[day].mark_not_found if action == "not found" else runs[day].mark_unchanged
            for one in ids:
                mark(one, at(day))
    known = archive.read.section_state(SITE, SECTION)
    assert read_removed(archive) == removed
    assert (known.removed_ids, known.unconfirmed_ids) == (set(removed), unconfirmed)
    assert (known.not_found_ids, known.missing_ids) == (never_archived, set())


def test_each_removal_is_recorded(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7)
    remove(archive, 7, (2, 3))
    before = read_rows(archive, articles)[0]["sequence"]
    assert [begin_run(archive, 4).mark_unchanged(7, at(4)) for _ in range(2)] == ["returned", "unchanged"]
    assert read_removed(archive) == {}
    assert read_rows(archive, articles)[0]["sequence"] > before
    assert [one["last_seen"] for one in read_rows(archive, revisions)] == [at(4)]
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
