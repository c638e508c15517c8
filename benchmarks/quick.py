"""What can be told in seconds and never differs from run to run, for continuous integration: calls, not time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground
from benchmarks.imports import make_projects
from benchmarks.page import make_samples, read_own
from benchmarks.processes import plain_environment, run
from sassspider.links import find_section_links

QUESTION = "Work, counted"
PAGES = 40
CALLS = Goal(7_000, 8_000)  # a loader as Scrapy documents it makes five times the calls of one walk of our own
LINK_CALLS = Goal(900, 1_050)
MODULES = Goal(1.15, 1.2)


def measure(ground: Ground) -> Iterator[Figure]:
    """Calls a page, and modules a command."""
    samples = make_samples(PAGES)

    def read_all() -> None:
        for sample in samples:
            read_own(sample.page)

    def find_all() -> None:
        for sample in samples:
            find_section_links(sample.page.body, sample.page.url, "http://en.sass.cn", "103002")

    for name, work, goal in (("article", read_all, CALLS), ("links", find_all, LINK_CALLS)):
        work()  # fills caches
        yield Figure(QUESTION, f"function calls for a page's {name}", (count_calls(work) / PAGES,), goal)
    own, empty = make_projects(ground.folder / "quick")
    listing = ("-X", "importtime", "-m", "scrapy", "list")
    here, there = run(own, *listing).output, run(empty, *listing, env=plain_environment()).output
    ratio = here.count("import time:") / there.count("import time:")
    yield Figure(QUESTION, "modules that scrapy list imports, by those of an empty project", (ratio,), MODULES)


def count_calls(work: Callable[[], object]) -> int:
    """Calls of functions, Python's and others, that some work makes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
