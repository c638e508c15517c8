"""Every archived page read again, by one process and by two."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, Place
from benchmarks.processes import Ran, run
from benchmarks.rounds import alternate, ratios

QUESTION = "Reading the archive again"
ROUNDS = 1  # of a minute, on a machine that is not slow
REMARKS = (
    "Processes read their pages from the archive themselves: of 34 s of processor time for 20,000 pages, the process "
    "that hands out ids and takes what differs used 1.5, start included, and each of the two others 0.9 to start. So "
    "two cores that have nothing else to do, and share nothing, would gain 1.8 times; what two cores of this machine "
    "gain at the most is the first line.",
)


def measure(ground: Ground) -> Iterator[Figure]:
    """First what the machine allows, then the large archive."""
    most = alternate({"one": lambda: _spin(ground, 1), "two": lambda: _spin(ground, 2)})
    gained = tuple(2 * ratio for ratio in ratios(most["one"], most["two"]))
    yield Figure(QUESTION, "two processes that share nothing: faster than one after the other, times", gained)
    place, _ = ground.large
    found = alternate({"one": lambda: _reparse(place, 1), "two": lambda: _reparse(place, 2)}, ROUNDS)
    one, two = ([ran.seconds for ran in found[name]] for name in ("one", "two"))
    yield Figure(QUESTION, f"{place.articles:,} pages: pages/s of one process", tuple(place.articles / s for s in one))
    name = f"{place.articles:,} pages: faster on two cores, times"
    yield Figure(QUESTION, name, ratios(one, two), Goal(1.7, 1.3, at_least=True))


def _spin(ground: Ground, processes: int) -> float:
    return run(ground.folder, "-m", "benchmarks.spin", str(processes)).seconds


def _reparse(place: Place, jobs: int) -> Ran:
    return run(place.folder, "-m", "scrapy", "reparse", "--dry-run", "--site", "all", "--jobs", str(jobs))
