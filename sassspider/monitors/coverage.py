"""Each field is there as often as it should be."""

from __future__ import annotations

from collections.abc import Mapping

from sassspider.chance import is_too_few
from sassspider.monitors.base import HealthMonitor


def find_thin_fields(
    articles: int, filled: Mapping[str, int], floors: Mapping[str, float], tolerance: float
) -> str | None:
    """Judge by how many of the fetched ``articles`` have each field, against the least share that should."""
    thin = [
        f"{name} in {filled.get(name, 0)} of {articles} articles (at least {floor:.0%} expected)"
        for name, floor in floors.items()
        if is_too_few(filled.get(name, 0), articles, floor, tolerance)
    ]
    return "; ".join(thin) or None


class FieldCoverage(HealthMonitor):
    """Of the articles that this run fetched."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        seen, limits = self.facts.coverage, self.facts.limits
        return find_thin_fields(seen.articles, seen.filled, limits.coverage, limits.tolerance)
