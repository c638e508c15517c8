"""Damaged pages are an exception."""

from __future__ import annotations

from sassspider.chance import is_too_many
from sassspider.monitors.base import HealthMonitor


def find_damage(damaged: int, sound: int, ceiling: float, tolerance: float) -> str | None:
    """Judge by the share of refused pages among those that the site answered with."""
    pages = damaged + sound
    if not is_too_many(damaged, pages, ceiling, tolerance):
        return None
    return f"{damaged} of {pages} pages were refused ({damaged / pages:.0%}, at most {ceiling:.0%} expected)"


class DamagedShare(HealthMonitor):
    """One damaged page is told of elsewhere; many at once mean that the site, or the way to it, has changed."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        facts = self.facts
        return find_damage(facts.counts["damaged"], facts.sound, facts.limits.max_damaged_share, facts.limits.tolerance)
