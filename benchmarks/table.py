"""Figures as text: for a terminal and for ``docs/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from benchmarks.figures import Figure

HEAD = ["what", "figure", "range", "rounds", "goal", ""]
INTRODUCTION = """\
# Benchmarks

Made by `make bench`; do not edit. Every figure is the median of so many rounds, in which the contenders take turns,
with the range of the rounds; most are ratios, and those mean the same on any machine. The embedded site is served by a
process of its own. What is measured once is what takes minutes, or has no noise.
"""


def render(figures: Sequence[Figure], machine: Iterable[str]) -> str:
    """The whole document."""
    parts = [INTRODUCTION, "\n".join(machine)]
    for question, group in groupby(figures, key=lambda figure: figure.question):
        rows = [HEAD, ["---"] * len(HEAD), *(figure.cells() for figure in group)]
        parts.append(f"## {question}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join(part.strip() for part in parts) + "\n"
