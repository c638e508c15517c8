"""Every article that a page of the section names is archived."""

from __future__ import annotations

from collections.abc import Collection

from sassspider.monitors.base import HealthMonitor

_SHOWN = 5


def find_incompleteness(gaps: Collection[int]) -> str | None:
    """Judge by the ids that pages name and the archive lacks, those known to be gone from the site left out."""
    if not gaps:
        return None
    shown = ", ".join(map(str, sorted(gaps)[:_SHOWN])) + (", …" if len(gaps) > _SHOWN else "")
    return f"articles that pages of the section name, and that are not archived: {len(gaps)} ({shown})"


class Completeness(HealthMonitor):
    """Not judged where only some articles were asked for, or the walk was ended early."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        facts = self.facts
        if not (facts.finished and facts.arguments.is_whole):
            return None
        if facts.after is None:
            return "the archive can't be read, so nobody knows"
        return find_incompleteness(facts.after.missing_ids)
