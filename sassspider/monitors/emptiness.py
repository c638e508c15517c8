"""A section that had articles still has some."""

from __future__ import annotations

from sassspider.monitors.base import HealthMonitor


def find_emptiness(before: int, listed: int, sound: int, after: int) -> str | None:
    """Judge by the articles that were archived before, named by list pages, seen on the site, and are archived now."""
    if before and not listed and not sound:
        return f"the site shows no article of a section of which {before} are archived"
    if before and not after:
        return f"all {before} articles of the section count as removed now"
    return None


class Emptiness(HealthMonitor):
    """An update that finds nothing new is no alarm: it still sees the newest article, or a list that names some."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        facts = self.facts
        if not facts.finished or facts.after is None:
            return None
        before = len(facts.before.archived - facts.before.removed)
        return find_emptiness(before, facts.listed, facts.sound, facts.after.present)
