"""Every article that reached the outputs has the shape that the documents promise."""

from __future__ import annotations

from collections.abc import Sequence

from sassspider.monitors.base import HealthMonitor


def find_invalidity(count: int, examples: Sequence[str]) -> str | None:
    """Judge by the number of articles of a wrong shape; ``examples`` tells the first of them."""
    if not count:
        return None
    more = ", …" if count > len(examples) else ""
    return f"articles with fields of a wrong type or form: {count}: {', '.join(examples)}{more}"


class Validity(HealthMonitor):
    """Of the articles that this run gave out, fetched or from the archive."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        return find_invalidity(self.facts.coverage.misfit, self.facts.coverage.misfits)
