"""The site answers."""

from __future__ import annotations

from sassspider.chance import is_too_many
from sassspider.monitors.base import HealthMonitor


def find_flakiness(failures: int, requests: int, ceiling: float, tolerance: float) -> str | None:
    """Judge by the share of requests that came to nothing, whether or not they were repeated with success."""
    if not is_too_many(failures, requests, ceiling, tolerance):
        return None
    share = f"{failures / requests:.0%}, at most {ceiling:.0%} expected"
    return f"{failures} of {requests} requests came to nothing ({share})"


class ErrorRatio(HealthMonitor):
    """Timeouts, broken connections and server errors; a page that is not there (404) is none."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        counts, limits = self.facts.counts, self.facts.limits
        failures = counts["retries"] + counts["second_chances"] + counts["failed"]
        return find_flakiness(failures, counts["requests"], limits.max_error_ratio, limits.tolerance)
