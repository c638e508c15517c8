"""Revisions that today's loader reads alike."""

from __future__ import annotations

from sassspider.archive.records import Revision
from sassspider.rereading.pages import ReparsedRevision, merge_equal

from ..archive.seen import at, make_article


def make_reparsed(
    number: int, first: int, last: int, title: str | None, fetched: int | None = None
) -> ReparsedRevision:
    """Return a revision seen from day ``first`` to day ``last``; one without a title is refused."""
    revision = Revision(number, 1, "old", at(first), at(last), "http://x", b"", at(fetched or last))
    article = None if title is None else make_article(1, title=title)
    return ReparsedRevision(revision, article, "" if article else "damaged")


def outline(reparsed: list[ReparsedRevision]) -> list[tuple[int, str, str, str | None]]:
    merged = merge_equal(reparsed)
    return [(one.id, one.first_seen, one.last_seen, article and article.title) for one, article, _ in merged]


def test_different_revisions_stay_apart() -> None:
    given = [make_reparsed(1, 1, 2, "A"), make_reparsed(2, 3, 4, "B")]
    assert merge_equal(given) == given


def test_equal_neighbours_become_one() -> None:
    given = [make_reparsed(1, 1, 2, "A"), make_reparsed(2, 3, 4, "A"), make_reparsed(3, 5, 6, "B")]
    assert outline(given) == [(2, at(1), at(4), "A"), (3, at(5), at(6), "B")]


def test_equal_revisions_around_an_edit() -> None:
    given = [make_reparsed(1, 1, 2, "A"), make_reparsed(2, 3, 4, "B"), make_reparsed(3, 5, 6, "A")]
    assert outline(given) == [(3, at(1), at(6), "A"), (2, at(3), at(4), "B")]


def test_latest_page_represents_equal_revisions() -> None:
    given = [make_reparsed(1, 1, 9, "A", fetched=9), make_reparsed(2, 3, 4, "A")]
    assert outline(given) == [(1, at(1), at(9), "A")]


def test_refused_pages_are_not_merged() -> None:
    given = [make_reparsed(1, 1, 2, None), make_reparsed(2, 3, 4, None), make_reparsed(3, 5, 6, "A")]
    assert merge_equal(given) == given
