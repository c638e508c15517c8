"""The time, as every output writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> str:
    """This moment, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> date:
    """This day in UTC."""
    return datetime.now(UTC).date()
