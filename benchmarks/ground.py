"""What several questions need, made once: sites that are served, and archives of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from benchmarks.processes import Ran, plain_environment, run, serving
from tests.mocksite import COMMENTARY, build_site

CONCURRENCY = 8
# Courtesy is for the real site.
FAST = {
    "AUTOTHROTTLE_ENABLED": "0",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS": str(CONCURRENCY),
    "CONCURRENT_REQUESTS_PER_DOMAIN": str(CONCURRENCY),
    "HEALTH_MAX_AGE_DAYS": "0",  # the embedded site's dates stand still
}


class Sizes(NamedTuple):
    """How much is measured; ``python -m benchmarks --small`` takes less, to try the benchmarks themselves."""

    pages: int = 100
    small: int = 2_000
    large: int = 20_000
    latency: int = 1_000


SMALL = Sizes(pages=20, small=100, large=400, latency=40)


class Place(NamedTuple):
    """A site that is served, with a folder to crawl it into."""

    site: str
    articles: int
    folder: Path


def crawl(place: Place, *options: str) -> Ran:
    """Crawl a place with everything on."""
    settings = [f"-s{name}={value}" for name, value in FAST.items()]
    place.folder.mkdir(exist_ok=True)
    return run(place.folder, "-m", "scrapy", "crawl", "commentary", f"-asite={place.site}", *settings, *options)


def crawl_bare(place: Place) -> Ran:
    """Download the same pages with a spider that does nothing else."""
    place.folder.mkdir(exist_ok=True)
    ids = build_site(articles=place.articles).ids(COMMENTARY)
    return download(place, [f"{place.site}/{COMMENTARY}/{one}.aspx" for one in ids])


def download(place: Place, urls: Sequence[str]) -> Ran:
    """Download pages with a spider that does nothing else."""
    (place.folder / "urls").write_text("\n".join(urls))
    spider = str(Path(__file__).with_name("bare.py"))
    settings = [f"-s{name}={CONCURRENCY}" for name in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN")]
    command = ("-m", "scrapy", "runspider", spider, "-aurls=urls", *settings)
    return run(place.folder, *command, env=plain_environment())


class Ground:
    """Sites stay up, and archives stay, until all questions are answered."""

    def __init__(self, folder: Path, sizes: Sizes):
        self.folder = folder
        self.sizes = sizes
        self.stack = ExitStack()
        self.folders = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    def serve(self, articles: int, options: Sequence[str] = ()) -> str:
        """Serve a site of so many articles; returns its address."""
        return self.stack.enter_context(serving("--articles", str(articles), *options))

    def place(self, site: str, articles: int) -> Place:
        """An empty folder for a crawl of a site."""
        self.folders += 1
        return Place(site, articles, self.folder / str(self.folders))

    @cached_property
    def small_site(self) -> str:
        """Address of the small site."""
        return self.serve(self.sizes.small)

    @cached_property
    def large_site(self) -> str:
        """Address of the large site."""
        return self.serve(self.sizes.large)

    @cached_property
    def small(self) -> tuple[Place, Ran]:
        """The small site, archived, and what that took."""
        place = self.place(self.small_site, self.sizes.small)
        return place, crawl(place)

    @cached_property
    def large(self) -> tuple[Place, Ran]:
        """The large site, archived, and what that took."""
        place = self.place(self.large_site, self.sizes.large)
        return place, crawl(place)
