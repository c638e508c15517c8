"""Figures with their goals, rounds of measurements, and the document made of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from benchmarks.notes import BY_HAND, WHY

T = TypeVar("T")

ROUNDS = 5
HEAD = ["what", "figure", "range", "rounds", "goal", "floor", ""]
INTRODUCTION = """\
# Benchmarks

Written by `make bench`; do not edit.

- A figure is the median of its rounds. In a round, ours and the peer are measured one after the other.
- Most figures are ratios to a peer in the same run, because seconds depend on the machine.
- The mock site is served by a process of its own.
- Work that takes minutes, or is the same in each round, is measured fewer than five times.
- The goal is the target. The floor is what `make bench-check` accepts, with room for a busy machine.
"""


class Goal(NamedTuple):
    """The target of a figure, and the worst value that ``make bench-check`` accepts."""

    limit: float
    floor: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Return whether a value reaches the target."""
        return value >= self.limit if self.at_least else value <= self.limit

    def is_acceptable(self, value: float) -> bool:
        """Return whether a value is no worse than the floor."""
        return value >= self.floor if self.at_least else value <= self.floor

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One row of a table; ``values`` has one entry for each round."""

    name: str
    values: tuple[float, ...]
    goal: Goal | None = None
    unit: str = ""

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.values)

    @property
    def is_acceptable(self) -> bool:
        """False if the median is worse than the floor."""
        return self.goal is None or self.goal.is_acceptable(self.median)

    @property
    def verdict(self) -> str:
        """``met``, ``not met``, or empty without a goal."""
        if self.goal is None:
            return ""
        if not self.is_acceptable:
            return "not met, below its floor"
        return "met" if self.goal.is_met(self.median) else "not met"

    def cells(self) -> list[str]:
        """Return the cells of the row, in the order of ``HEAD``."""
        spread = f"{_format(min(self.values))} to {_format(max(self.values))}" if len(self.values) > 1 else ""
        goal, floor = ("", "") if self.goal is None else (str(self.goal), f"{self.goal.floor:g}")
        value = f"{_format(self.median)} {self.unit}".strip()
        return [self.name, value, spread, str(len(self.values)), goal, floor, self.verdict]


class Table(NamedTuple):
    """The figures of one benchmark, and the seconds that it took."""

    title: str
    figures: Sequence[Figure]
    seconds: float


def alternate(contenders: dict[str, Callable[[], T]], rounds: int = ROUNDS) -> dict[str, list[T]]:
    """Run each contender once a round, another one first each time; return the results by name."""
    results: dict[str, list[T]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            results[name].append(contenders[name]())
    return results


def ratios(ours: Iterable[float], peers: Iterable[float]) -> tuple[float, ...]:
    """Return our value divided by the peer's, round by round."""
    return tuple(our / peer for our, peer in zip(ours, peers, strict=True))


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work in this process, in seconds."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def render(tables: Sequence[Table], machine: Iterable[str]) -> str:
    """Return the whole document."""
    total = sum(table.seconds for table in tables)
    parts = [INTRODUCTION, "\n".join([*machine, f"- {total:,.0f} s in all"])]
    parts += [_render(table) for table in tables]
    missed = "\n".join(explain(figure for table in tables for figure in table.figures))
    return "\n\n".join(part.strip() for part in [*parts, f"## Goals not met\n\n{missed or 'None.'}"]) + "\n"


def explain(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield one line for each figure that misses its goal, with the reason that notes.py has for it."""
    for figure in figures:
        if figure.verdict.startswith("not met"):
            reason = next((text for part, text in WHY.items() if part in figure.name), "not profiled yet.")
            yield f"- {figure.name}: {figure.cells()[1]}, goal {figure.goal}: {reason}"


def _render(table: Table) -> str:
    rows = [HEAD, ["---"] * len(HEAD), *(figure.cells() for figure in table.figures)]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    note = next((f" {text}" for part, text in BY_HAND.items() if part in table.title), "")
    return f"## {table.title}\n\n{lines}\n\nMeasured in {table.seconds:,.0f} s.{note}"


def _format(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
