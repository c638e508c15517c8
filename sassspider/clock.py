"""The current time, in the form of every output."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """Return the current time in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> date:
    """Return the current day in UTC."""
    return datetime.now(UTC).date()
