"""An archive of several runs, made once by crawling the mock site."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sassspider.clock import now
from tests.mocksite import ARTICLE_SECTIONS, COMMENTARY, Server, Site, build_site

from .in_process import crawl

OTHER = next(one for one in ARTICLE_SECTIONS if one != COMMENTARY)
FEEDS = [f"feed.{name}" for name in ("json", "csv", "xml", "parquet", "bib", "ris", "csl.json", "tei.xml")]


@dataclass(frozen=True)
class CrawledSite:
    """A folder with an archive, and what each article was when the site was crawled, before and after a change.

    ``after`` lacks the ``removed`` one; ``originals`` has the ids of every output.
    """

    folder: Path
    url: str
    before: dict[int, dict[str, Any]]
    after: dict[int, dict[str, Any]]
    reposts: frozenset[int]
    reworded: int
    retitled: int
    removed: int

    @property
    def originals(self) -> set[int]:
        return set(self.before) - self.reposts

    @property
    def key(self) -> str:
        return self.url.removeprefix("http://")


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrawledSite]:
    """Crawl two sections, one of them again after the site changed, and again with feeds."""
    folder = tmp_path_factory.mktemp("crawled")
    site = build_site(seed=3, articles=40)
    with Server(site) as server:
        assert crawl(folder, server.url).code == 0
        assert crawl(folder, server.url, spider="section", section=OTHER, limit="1").code == 0
        before = site.expected_articles(server.url)
        yield make_second_day(folder, site, server, before)


def make_second_day(folder: Path, site: Site, server: Server, before: dict[int, dict[str, Any]]) -> CrawledSite:
    reposts = frozenset(one for one in before if site.record(one).original_id)
    copied = {site.record(one).original_id for one in reposts}
    plain = [one for one in before if one not in reposts | copied]
    reworded, retitled, removed, read = plain[5], plain[15], plain[20], plain[25]
    site.edit(reworded, paragraph="Added later, and at some length, because a reader asked for it by letter.")
    site.edit(retitled, title_suffix=" (updated)")
    site.remove(removed)
    site.touch_views(read, 7)
    wait_for_next_second()
    assert crawl(folder, server.url, mode="refresh").code == 0
    wait_for_next_second()
    options = [part for name in FEEDS for part in ("-O", name)]
    assert crawl(folder, server.url, *options).code == 0
    return CrawledSite(
        folder, server.url, before, site.expected_articles(server.url), reposts, reworded, retitled, removed
    )


def wait_for_next_second() -> None:
    """Wait until the archive's times, which have seconds, are later than those of the crawl before."""
    before = now()
    while now() == before:
        time.sleep(0.05)


@pytest.fixture
def folder(crawled: CrawledSite, tmp_path: Path) -> Path:
    """A folder with a copy of the archive, to change."""
    shutil.copytree(crawled.folder / "data", tmp_path / "data")
    return tmp_path
