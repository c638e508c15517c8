"""How long to wait before asking again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def find_backoff(failures: int, first: float, longest: float, random: Callable[[], float]) -> float:
    """Seconds to wait after so many failures in a row (1 or more): doubled each time, never above ``longest``.

    Half of it is left to chance (``random`` gives 0 to 1), so that pages that failed together are not asked for
    together.
    """
    whole = min(longest, first * 2.0 ** min(failures - 1, 64))
    return whole * (0.5 + random() / 2)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, a number or a date (RFC 9110, section 10.2.3); None if neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter of a year, or a time zone, of twenty digits
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
