"""The choice and the order of requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from sassspider.arguments import Arguments, parse_arguments
from sassspider.frontier import MAX_PAGES_WITHOUT_NEW_ARTICLES, OLDER_IN_A_ROW, Frontier, Target
from sassspider.section_state import SectionState

SITE = "http://en.sass.cn"
SECTION = "103002"
LIST = f"{SITE}/{SECTION}/default.aspx"
TODAY = date(2026, 3, 1)
DAYS = {1: "2026-01-01", 2: "2026-02-10", 3: "2026-02-28", 4: "2025-12-31"}
STATE = SectionState(
    archived_ids=frozenset({1, 2, 3}), unconfirmed_ids=frozenset({1}), not_found_ids=frozenset({9}), dates=DAYS
)


def make_frontier(state: SectionState | None = None, **given: object) -> Frontier:
    return Frontier(Arguments(SITE, SECTION, **given), state)  # type: ignore[arg-type]


def select_listed(frontier: Frontier, *named: int | str, url: str = LIST) -> list[Target]:
    """Select from links to articles, given by id, and to list pages."""
    ids = [one for one in named if isinstance(one, int)]
    return frontier.select_listed(url, ids, [one for one in named if isinstance(one, str)])


def ids(targets: Iterable[Target]) -> list[int]:
    """Ids in the order of the targets; 0 stands for a list page."""
    targets = list(targets)
    assert targets == sorted(targets, key=lambda target: -target.priority)
    return [target.article_id for target in targets]


@pytest.mark.parametrize("given", [{"since": date(2025, 1, 1)}, {"limit": 3}])
def test_newest_first_puts_list_last(given: dict[str, object]) -> None:
    targets = select_listed(make_frontier(**given), 52, 51, 50, 7, "default_2.aspx")  # type: ignore[arg-type]
    assert ids(targets) == [52, 51, 50, 0, 7]


def test_pager_in_circle_ends() -> None:
    frontier = make_frontier()
    found = [len(select_listed(frontier, 41, f"?page={n}", url=str(n))) for n in range(6)]
    assert found == [2, *[1] * (MAX_PAGES_WITHOUT_NEW_ARTICLES - 1), 0, 0, 0]


def test_redirect_leads_to_each_list_page_once() -> None:
    frontier = make_frontier()
    other = f"{SITE}/{SECTION}/default_2.aspx"
    assert frontier.accept_redirect(LIST, f"{LIST}?page=1")
    assert not frontier.accept_redirect(LIST, f"{SITE}/")
    assert frontier.accept_redirect(LIST, other)
    assert select_listed(frontier, other) == []
    assert not frontier.accept_redirect(LIST, other)


def test_retried_list_page_counts_once() -> None:
    frontier = make_frontier()
    for _ in range(MAX_PAGES_WITHOUT_NEW_ARTICLES + 1):
        select_listed(frontier, 41)
    assert ids(select_listed(frontier, 41, "?page=2", url="b")) == [0]


def test_one_known_list_page_ends_nothing() -> None:
    frontier = make_frontier()
    for number in range(MAX_PAGES_WITHOUT_NEW_ARTICLES * 3):
        select_listed(frontier, number // 2 + 1, f"?page={number}", url=str(number))
    assert ids(select_listed(frontier, 99, "?page=last", url="last")) == [0, 99]


def test_end_of_list_spares_retries() -> None:
    frontier = make_frontier()
    page = Target("x", 0)
    for number in range(MAX_PAGES_WITHOUT_NEW_ARTICLES + 1):
        assert frontier.wants(page)
        select_listed(frontier, 41, url=str(number))
    assert not frontier.wants(page)
    assert frontier.wants(page, is_retry=True)


def test_archive_knows_oldest_wanted_id() -> None:
    days = {number: "2025-01-01" if number <= 20 else "2026-01-01" for number in range(1, 41)}
    state = SectionState(archived_ids=frozenset(days), dates=days)
    few = SectionState(archived_ids=frozenset({40}), dates={40: "2026-01-01"})
    assert make_frontier(state, since=date(2026, 1, 1)).oldest_wanted_id == 20 - OLDER_IN_A_ROW + 1
    assert make_frontier(few, since=date(2026, 1, 1)).oldest_wanted_id == 0
    assert make_frontier(state, limit=5).oldest_wanted_id == 36
    assert make_frontier(state, limit=50).oldest_wanted_id == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {1}),
        ({"recheck": "14"}, {1, 3}),
        ({"recheck": "19"}, {1, 2, 3}),
        ({"recheck": "999999999"}, {1, 2, 3}),
        ({"mode": "refresh"}, {1, 2, 3}),
        ({"mode": "refresh", "since": "2026-02-01"}, {2, 3}),
    ],
)
def test_ids_to_refresh(given: dict[str, str], expected: set[int]) -> None:
    assert Frontier(parse_arguments(given, SECTION), STATE, TODAY).ids_to_refresh == expected


def test_refreshed_come_before_missing_ones() -> None:
    state = SectionState(frozenset(DAYS), missing_ids=frozenset({20, 10}), unconfirmed_ids=frozenset({3}), dates=DAYS)
    frontier = make_frontier(state)
    assert [target.article_id for target in frontier.refresh_and_retry({})] == [3, 10, 20]
    assert list(frontier.refresh_and_retry({})) == []


@pytest.mark.parametrize(
    ("given", "order"), [({}, [2, 3, 1]), ({"since": "2026-01-01"}, [3, 2, 1]), ({"limit": "9"}, [3, 2, 1])]
)
def test_refresh_begins_with_the_oldest_look_or_the_newest(given: dict[str, str], order: list[int]) -> None:
    frontier = Frontier(parse_arguments({"mode": "refresh", **given}, SECTION), STATE, TODAY)
    seen = {1: "2026-03-03T00:00:00Z", 2: "2026-03-01T00:00:00Z", 3: "2026-03-02T00:00:00Z"}
    assert [target.article_id for target in frontier.refresh_and_retry(seen)] == order
