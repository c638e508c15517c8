"""What a benchmark finds: figures, each a ratio or a size with its range, and what is wanted of it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import NamedTuple


class Goal(NamedTuple):
    """What a figure should reach, and the worst that ``make bench-check`` lets pass: noise is between the two."""

    limit: float
    floor: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Whether a value is as good as wanted."""
        return value >= self.limit if self.at_least else value <= self.limit

    def holds(self, value: float) -> bool:
        """Whether a value is no worse than may be."""
        return value >= self.floor if self.at_least else value <= self.floor

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One line of the table; ``values`` has one entry for each round."""

    question: str
    name: str
    values: tuple[float, ...]
    goal: Goal | None = None
    unit: str = ""

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the goal is met, in a word."""
        if self.goal is None:
            return ""
        if not self.holds:
            return "not met, below its floor"
        return "met" if self.goal.is_met(self.median) else "not met"

    @property
    def holds(self) -> bool:
        """False for a figure that is worse than its floor."""
        return self.goal is None or self.goal.holds(self.median)

    def cells(self) -> list[str]:
        """The line as text: what, figure, range, rounds, goal, floor, verdict."""
        spread = f"{_show(min(self.values))} to {_show(max(self.values))}" if len(self.values) > 1 else ""
        goal, floor = ("", "") if self.goal is None else (str(self.goal), f"{self.goal.floor:g}")
        unit = f" {self.unit}" if self.unit else ""
        return [self.name, f"{_show(self.median)}{unit}", spread, str(len(self.values)), goal, floor, self.verdict]


def _show(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
