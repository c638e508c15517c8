"""The pauses of a failing site, and when it counts as down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.backoff import SiteBackoff, parse_retry_after

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_backoff() -> SiteBackoff:
    backoff = SiteBackoff(first=2, longest=60, give_up_after=900, now=0)
    backoff.add_success(0)
    return backoff


def fail(backoff: SiteBackoff, *pages: str, times: int = 1) -> list[float]:
    """Let pages fail one after another, each after the pause of the last; return the pauses."""
    pauses, now = [], backoff.paused_until
    for page in pages:
        backoff.add_failure(page, times, now)
        pauses.append(backoff.paused_until - now)
        now = backoff.paused_until
    return pauses


def test_pause_doubles_with_pages_and_retries() -> None:
    backoff = make_backoff()
    assert fail(backoff, *"abcdefg") == [2, 4, 8, 16, 32, 60, 60]
    assert backoff.is_suspect
    backoff.add_success(1000)
    assert [fail(backoff, "a", times=times)[0] for times in (1, 2, 3)] == [2, 4, 8]
    assert not backoff.is_suspect


def test_earlier_requests_lengthen_no_pause() -> None:
    backoff = make_backoff()
    for page in "abcdefgh":
        backoff.add_failure(page, 1, 10)
    assert backoff.paused_until == 12


def test_retries_say_nothing_about_the_site() -> None:
    backoff = make_backoff()
    fail(backoff, *"abcd")
    backoff.add_success(100)
    fail(backoff, *"abcd", times=2)
    assert not backoff.is_suspect
    assert not backoff.is_down(10**6)


def test_site_is_given_up_in_time() -> None:
    backoff = make_backoff()
    fail(backoff, *"abcdef")
    assert not backoff.is_down(899)
    assert backoff.is_down(900)


@pytest.mark.parametrize(("is_reachable", "seconds"), [(False, 55), (True, 900)])
def test_unreachable_site_is_given_up_sooner(is_reachable: bool, seconds: float) -> None:
    backoff = SiteBackoff(first=2, longest=60, give_up_after=900, now=0)
    backoff.is_reachable = is_reachable
    pauses = 0
    while not backoff.is_down(backoff.paused_until):
        backoff.add_failure("robots.txt", pauses + 1, backoff.paused_until)
        pauses += 1
    assert backoff.paused_until == seconds


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
def test_parse_retry_after(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


@given(st.text())
def test_parse_any_retry_after(value: str) -> None:
    seconds = parse_retry_after(value, NOON)
    assert seconds is None or seconds >= 0
