"""A crawl of an archived site with nothing new on it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, crawl, download
from benchmarks.processes import Ran, run
from benchmarks.rounds import alternate, ratios
from tests.mocksite import COMMENTARY

QUESTION = "An update with nothing new"


def measure(ground: Ground) -> Iterator[Figure]:
    """Against ``scrapy version``, which crawls nothing, and against the least that Scrapy does to crawl as much.

    The requests themselves take milliseconds here: starting is all.
    """
    place, _ = ground.large

    def version() -> Ran:
        return run(place.folder, "-m", "scrapy", "version")

    pages = [f"{place.site}/{one}" for one in ("robots.txt", f"{COMMENTARY}/default.aspx")]
    contenders = {
        "own": lambda: crawl(place, "-aemit=new"),
        "version": version,
        "bare": lambda: download(place, [*pages, pages[-1]]),
    }
    alternate(contenders, 1)  # lets compiled modules be written
    found = alternate(contenders)
    own, peer, bare = ([one.seconds for one in found[name]] for name in ("own", "version", "bare"))
    name = f"{place.articles:,} articles: wall time by that of"
    yield Figure(QUESTION, f"{name} scrapy version", ratios(own, peer), Goal(1.3, 4.2))
    yield Figure(QUESTION, f"{name} a bare spider with as many requests", ratios(own, bare))
    yield Figure(
        QUESTION, "a bare spider with as many requests: wall time by that of scrapy version", ratios(bare, peer)
    )
    last = max((place.folder / "data/runs").iterdir())
    requests = json.loads(last.read_text())["counts"]["requests"]
    yield Figure(QUESTION, "requests", (requests,), Goal(3, 3))
