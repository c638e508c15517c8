"""Every archived page read again, by one process and by two."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, Place
from benchmarks.processes import Ran, run
from benchmarks.rounds import ROUNDS, alternate, ratios

QUESTION = "Reading the archive again"


def measure(ground: Ground) -> Iterator[Figure]:
    """Rounds on the small archive; the large one, on which the goal is, once."""
    yield _measure(ground.small[0], ROUNDS, None)
    yield _measure(ground.large[0], 1, Goal(1.7, 1.3, at_least=True))


def _measure(place: Place, rounds: int, goal: Goal | None) -> Figure:
    def reparse(jobs: int) -> Ran:
        return run(place.folder, "-m", "scrapy", "reparse", "--dry-run", "--site", "all", "--jobs", str(jobs))

    found = alternate({"one": lambda: reparse(1), "two": lambda: reparse(2)}, rounds)
    one, two = ([ran.seconds for ran in found[name]] for name in ("one", "two"))
    return Figure(QUESTION, f"{place.articles:,} pages: faster on two cores, times", ratios(one, two), goal)
