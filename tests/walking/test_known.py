"""What the archive knows makes requests unnecessary."""

from __future__ import annotations

from datetime import date

import pytest

from sassspider.arguments import parse_arguments
from sassspider.walking.known import OLDER_IN_A_ROW, Known, find_again, find_floor, find_skipped

TODAY = date(2026, 3, 1)
KNOWN = Known(
    archived=frozenset({1, 2, 3}),
    suspects=frozenset({1}),
    gone=frozenset({9}),
    dates={1: "2026-01-01", 2: "2026-02-10", 3: "2026-02-28", 4: "2025-12-31"},
)


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ({}, {1}),
        ({"recheck": "14"}, {1, 3}),
        ({"recheck": "19"}, {1, 2, 3}),
        ({"recheck": "999999999"}, {1, 2, 3}),
        ({"mode": "refresh"}, {1, 2, 3}),
        ({"mode": "refresh", "since": "2026-02-01"}, {2, 3}),
    ],
)
def test_what_is_asked_for_again(given: dict[str, str], again: set[int]) -> None:
    assert find_again(parse_arguments(given, "103002"), KNOWN, TODAY) == again


@pytest.mark.parametrize(
    ("given", "skipped"),
    [
        ({}, {1, 2, 3, 9}),
        ({"since": "2026-01-01"}, {1, 2, 3, 4, 9}),
        ({"mode": "refresh"}, {1, 2, 3}),
    ],
)
def test_what_needs_no_request(given: dict[str, str], skipped: set[int]) -> None:
    assert find_skipped(parse_arguments(given, "103002"), KNOWN) == skipped


def test_a_run_of_older_articles_is_a_floor() -> None:
    days = {number: "2025-01-01" if number <= 20 else "2026-01-01" for number in range(1, 41)}
    known = Known(archived=frozenset(days), dates=days)
    arguments = parse_arguments({"since": "2026-01-01"}, "103002")
    assert find_floor(arguments, known) == 20 - OLDER_IN_A_ROW + 1
    assert find_floor(arguments, Known(archived=frozenset({40}), dates={40: "2026-01-01"})) == 0


def test_the_newest_of_a_limit_are_a_floor() -> None:
    days = dict.fromkeys(range(1, 41), "2026-01-01")
    known = Known(archived=frozenset(days), dates=days)
    assert find_floor(parse_arguments({"limit": "5"}, "103002"), known) == 36
    assert find_floor(parse_arguments({"limit": "50"}, "103002"), known) == 0
