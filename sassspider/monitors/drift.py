"""The pages are built as the loader knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sassspider.monitors.base import HealthMonitor

_SHOWN = 10


class Drifted(NamedTuple):
    """What is an alarm, and what only a warning; None for nothing."""

    fault: str | None
    warning: str | None


def judge_layout(pages: int, places: Mapping[str, int], max_odd_share: float, min_pages: float) -> Drifted:
    """Judge by the places on the fetched ``pages``, with the number of pages that have each.

    A few pages, or a few odd ones among many, are a warning: somebody may have pasted something.
    """
    if not places:
        return Drifted(None, None)
    from sassspider.layout import find_drift  # brings the loader, which an update without news does not need

    drift = find_drift(places)
    # A page may have any number of them, each once; those on most pages tell most.
    unknown = sorted(drift.unknown.items(), key=lambda item: -item[1])
    enough = pages >= min_pages
    faults: list[str] = []
    warnings: list[str] = []
    for place, count in unknown[:_SHOWN]:
        weight = faults if enough and count > max_odd_share * pages else warnings
        weight.append(f"unknown element {place} on {count} of {pages} pages")
    if len(unknown) > _SHOWN:
        warnings.append(f"{len(unknown) - _SHOWN} more unknown elements")
    for place in drift.missing:
        (faults if enough else warnings).append(f"{place} on none of {pages} pages")
    return Drifted("; ".join(faults) or None, "; ".join(warnings) or None)


class LayoutDrift(HealthMonitor):
    """Of the pages that this run fetched, refused ones too if they can be read."""

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        return self._judge().fault

    def find_warning(self) -> str | None:
        """What somebody should look at, in a line; None when there is nothing."""
        return self._judge().warning

    def _judge(self) -> Drifted:
        seen, limits = self.facts.coverage, self.facts.limits
        return judge_layout(seen.pages, seen.places, limits.max_odd_share, limits.min_pages)
