"""Crawls of the mock site: speed and memory against a bare Scrapy spider, an update, and a slow site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.figures import ROUNDS, Figure, Goal, alternate, ratios
from benchmarks.processes import Process, plain_environment, run, serving
from tests.mocksite import COMMENTARY, build_site

CONCURRENCY = 8  # Scrapy's default for one domain
LATENCY = 0.2  # seconds before each answer of the slow site
# The mock site needs no courtesy, and its dates stand still.
FAST = {
    "AUTOTHROTTLE_ENABLED": "0",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS": str(CONCURRENCY),
    "CONCURRENT_REQUESTS_PER_DOMAIN": str(CONCURRENCY),
    "HEALTH_MAX_AGE_DAYS": "0",
}
BARE_SPIDER = """\
from pathlib import Path

import scrapy


class BareSpider(scrapy.Spider):
    name = "bare"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = Path("urls").read_text().split()

    def parse(self, response):
        yield {"url": response.url, "title": response.xpath("string(//h1)").get()}
"""


class Sizes(NamedTuple):
    """Numbers of pages and articles."""

    pages: int = 100
    small: int = 2_000
    large: int = 20_000
    slow: int = 400
    formats: int = 5_000
    published: tuple[int, int] = (120, 5_000)


class Place(NamedTuple):
    """A served site, its number of articles, and a folder for a crawl of it."""

    site: str
    articles: int
    folder: Path

    def report(self) -> dict[str, Any]:
        """Return the report of the last crawl."""
        report: dict[str, Any] = json.loads(max((self.folder / "data/runs").iterdir()).read_text())
        return report


class Setup(ExitStack):
    """The sites and archives that several benchmarks use; each is made once."""

    def __init__(self, folder: Path, sizes: Sizes):
        super().__init__()
        self.folder = folder
        self.sizes = sizes

    def serve(self, articles: int, *options: str) -> str:
        """Serve a site until the end; return its address."""
        return self.enter_context(serving("--articles", str(articles), *options))

    def place(self, site: str, articles: int) -> Place:
        """Return a site with an empty folder."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        folder.mkdir()
        return Place(site, articles, folder)

    @cached_property
    def small_site(self) -> str:
        """Address of the small site."""
        return self.serve(self.sizes.small)

    @cached_property
    def small(self) -> tuple[Place, Process]:
        """The small site in an archive, and the crawl that made it."""
        place = self.place(self.small_site, self.sizes.small)
        return place, crawl(place)

    @cached_property
    def large(self) -> tuple[Place, Process]:
        """The large site in an archive, and the crawl that made it."""
        place = self.place(self.serve(self.sizes.large), self.sizes.large)
        return place, crawl(place)


def crawl(place: Place, *options: str) -> Process:
    """Crawl a site with the archive, the export and the health checks."""
    settings = [f"-s{name}={value}" for name, value in FAST.items()]
    return run(place.folder, "-m", "scrapy", "crawl", "commentary", f"-asite={place.site}", *settings, *options)


def crawl_bare(place: Place, urls: Sequence[str]) -> Process:
    """Fetch pages with a bare spider and Scrapy's default settings."""
    (place.folder / "urls").write_text("\n".join(urls))
    (place.folder / "bare.py").write_text(BARE_SPIDER)
    return run(place.folder, "-m", "scrapy", "runspider", "bare.py", env=plain_environment())


def measure_crawl(setup: Setup) -> Iterator[Figure]:
    """Compare whole crawls with a bare spider's, and the large crawl with the small one."""
    small, large = setup.sizes.small, setup.sizes.large
    urls = [f"{setup.small_site}/{COMMENTARY}/{one}.aspx" for one in build_site(articles=small).ids(COMMENTARY)]
    results = alternate({
        "own": lambda: crawl(setup.place(setup.small_site, small)),
        "bare": lambda: crawl_bare(setup.place(setup.small_site, small), urls),
    }, 3)  # fmt: skip
    own, bare = ([process.seconds for process in results[name]] for name in ("own", "bare"))
    yield Figure(f"{small:,} articles: pages/s", tuple(small / seconds for seconds in own))
    yield Figure(f"{small:,} articles: pages/s by the bare spider's", ratios(bare, own), Goal(0.5, 0.3, True))
    _, process = setup.large
    speed = large / process.seconds
    kept = speed / (small / sorted(own)[len(own) // 2])
    yield Figure(f"{large:,} articles: pages/s", (speed,))
    yield Figure(f"{large:,} articles: pages/s by those at {small:,}", (kept,), Goal(0.9, 0.75, True))
    grown = process.peak / max(process.peak for process in results["own"])
    yield Figure(f"{large:,} articles crawled: peak memory", (process.peak / 2**20,), unit="MB")
    yield Figure(f"{large:,} articles crawled: peak memory by that at {small:,}", (grown,), Goal(1.3, 1.45))


def measure_update(setup: Setup) -> Iterator[Figure]:
    """Compare an update of the large archive, with nothing new, with a bare spider that makes as many requests."""
    place, _ = setup.large
    section = f"{place.site}/{COMMENTARY}/default.aspx"
    contenders = {
        "own": lambda: crawl(place, "-aemit=new").seconds,
        "bare": lambda: crawl_bare(place, [f"{place.site}/robots.txt", section, section]).seconds,
    }
    alternate(contenders, 1)  # compiles modules
    results = alternate(contenders)
    name = f"{place.articles:,} articles: seconds by those of a bare spider with as many requests"
    yield Figure(name, ratios(results["own"], results["bare"]), Goal(1.3, 1.9))
    yield Figure("requests", (place.report()["counts"]["requests"],), Goal(3, 3))


def measure_slow_site(setup: Setup) -> Iterator[Figure]:
    """Compare crawls of a slow site with the time that their requests must wait; two rounds at a time, as they wait."""
    count = setup.sizes.slow
    slow = f"latency={LATENCY}"
    with_lists = setup.serve(count, slow, "pager=query", "page_size=20")
    without_lists = setup.serve(count, slow, "list_fault=not-found")
    places = [setup.place(site, count) for site in (with_lists, without_lists) for _ in range(ROUNDS)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(_crawl_slow_site, places))
    ideal = "seconds by requests times latency by concurrency"
    yield Figure(f"{count:,} articles with list pages: {ideal}", tuple(found[:ROUNDS]), Goal(1.2, 1.35))
    yield Figure(f"{count:,} articles without list pages: {ideal}", tuple(found[ROUNDS:]))


def _crawl_slow_site(place: Place) -> float:
    crawl(place, "-sRETRY_TIMES=0", "-sSPIDERMON_SPIDER_CLOSE_MONITORS=")
    report = place.report()
    return float(report["seconds"] / (report["counts"]["requests"] * LATENCY / CONCURRENCY))
