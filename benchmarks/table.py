"""Figures as text: for a terminal and for ``docs/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.figures import Figure
from benchmarks.notes import explain

HEAD = ["what", "figure", "range", "rounds", "goal", "floor", ""]
INTRODUCTION = """\
# Benchmarks

Made by `make bench`; do not edit. Every figure is the median of so many rounds, in which the contenders take turns,
with the range of the rounds; most are ratios, and those mean the same on any machine. The embedded site is served by a
process of its own. What is measured fewer than five times is what takes minutes, or has no noise. A goal is what is
aimed at; a floor is what `make bench-check` lets pass, with room for a machine that is busy.
"""


class Answer(NamedTuple):
    """What a question gave, what is to be said of it whatever it gave, and how long that took."""

    figures: Sequence[Figure]
    remarks: Sequence[str]
    seconds: float


def render(answers: Sequence[Answer], machine: Iterable[str]) -> str:
    """The whole document."""
    total = sum(answer.seconds for answer in answers)
    parts = [INTRODUCTION, "\n".join([*machine, f"- {total:,.0f} s in all"])]
    parts.extend(part for answer in answers for part in _render(answer))
    short = list(explain(figure for answer in answers for figure in answer.figures))
    parts.extend(["## Goals not met", "\n".join(short) or "None."])
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _render(answer: Answer) -> Iterator[str]:
    yield f"## {answer.figures[0].question}"
    rows = [HEAD, ["---"] * len(HEAD), *(figure.cells() for figure in answer.figures)]
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
    yield from answer.remarks
    yield f"Measured in {answer.seconds:,.0f} s."
