"""The section is still written for."""

from __future__ import annotations

from datetime import date

from sassspider.clock import today
from sassspider.monitors.base import HealthMonitor


def find_staleness(newest: str | None, this_day: date, max_age: float) -> str | None:
    """Judge by the newest date of publication (``YYYY-MM-DD``) in the archive; a ``max_age`` of 0 allows any age."""
    if newest is None or not max_age:
        return None
    age = (this_day - date.fromisoformat(newest)).days
    if age <= max_age:
        return None
    return f"published on {newest}, {age} days ago: more than HEALTH_MAX_AGE_DAYS ({max_age:g})"


class Age(HealthMonitor):
    """A warning only: holidays are long, and an academy may fall silent. Not judged with ``until``."""

    def find_warning(self) -> str | None:
        """What somebody should look at, in a line; None when there is nothing."""
        facts = self.facts
        if facts.after is None or facts.arguments.until is not None:
            return None
        return find_staleness(facts.after.newest, today(), facts.limits.max_age_days)
