"""A crawl of an archived site with nothing new on it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, crawl
from benchmarks.processes import Ran, run
from benchmarks.rounds import alternate, ratios

QUESTION = "An update with nothing new"


def measure(ground: Ground) -> Iterator[Figure]:
    """Against ``scrapy version``; the requests themselves take milliseconds here."""
    place, _ = ground.large

    def version() -> Ran:
        return run(place.folder, "-m", "scrapy", "version")

    found = alternate({"own": lambda: crawl(place, "-aemit=new"), "version": version})
    own, peer = ([one.seconds for one in found[name]] for name in ("own", "version"))
    name = f"{place.articles:,} articles: wall time by that of scrapy version"
    yield Figure(QUESTION, name, ratios(own, peer), Goal(1.3, 5))
    last = max((place.folder / "data/runs").iterdir())
    requests = json.loads(last.read_text())["counts"]["requests"]
    yield Figure(QUESTION, "requests", (requests,), Goal(3, 3))
