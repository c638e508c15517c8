"""How long to wait before asking again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.resilience.backoff import find_backoff, parse_retry_after

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("failures", "longest"), [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (10**6, 60)])
def test_the_wait_is_doubled_up_to_a_limit(failures: int, longest: float) -> None:
    assert find_backoff(failures, 2, 60, lambda: 1.0) == longest
    assert find_backoff(failures, 2, 60, lambda: 0.0) == longest / 2


@given(failures=st.integers(1, 50), chance=st.floats(0, 1))
def test_half_of_it_is_left_to_chance(failures: int, chance: float) -> None:
    whole = find_backoff(failures, 2, 60, lambda: 1.0)
    assert whole / 2 <= find_backoff(failures, 2, 60, lambda: chance) <= whole


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sunday, 01-Mar-26 12:00:30 GMT", 30),
        ("Sun Mar  1 12:00:05 2026", 5),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("٣", None),
        ("9" * 400, 999999999999),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:00 +9999999999999999999", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


@given(st.text())
def test_any_retry_after_is_a_number_or_none(value: str) -> None:
    seconds = parse_retry_after(value, NOON)
    assert seconds is None or seconds >= 0
