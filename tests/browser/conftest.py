"""Chromium, and crawls of one site: by plain HTTP, and with what keeps plain HTTP out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mocksite import Corpus, Server, Site, SiteOptions, build_corpus

from ..chromium import chromium as find_chromium
from ..crawling import Run, crawl

ONE_AT_A_TIME = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}  # so that the order is the same
WATCH = """
import atexit, pathlib, sys
atexit.register(lambda: pathlib.Path("imported").write_text(" ".join(sys.modules)))
"""


@pytest.fixture(scope="session")
def chromium() -> Path:
    return Path(find_chromium())


class Ground:
    """One corpus on one port, behaving as told; items are the same to the byte only under the same address."""

    def __init__(self, corpus: Corpus, server: Server):
        self.corpus = corpus
        self.server = server

    def behave(self, **options: object) -> Server:
        self.server.site = Site(self.corpus, SiteOptions(**options))  # type: ignore[arg-type]
        self.server.requests.clear()
        return self.server

    def crawl(self, folder: Path, *options: str, hook: Path | None = None, **settings: str) -> Run:
        return crawl(folder, self.server.url, *options, settings={**ONE_AT_A_TIME, **settings}, hook=hook)

    def asked(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    corpus = build_corpus(seed=3, articles=8)
    with Server(Site(corpus)) as server:
        yield Ground(corpus, server)


@pytest.fixture(scope="session")
def plain(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The site by plain HTTP, and in ``imported`` every module that the crawl imported."""
    hook = tmp_path_factory.mktemp("hook")
    (hook / "sitecustomize.py").write_text(WATCH)
    ground.behave()
    run = ground.crawl(tmp_path_factory.mktemp("plain"), hook=hook)
    assert run.code == 0, run.stderr
    return run


def read_items(run: Run) -> str:
    """The corpus as it is in the file, but for the time of fetching."""
    text = (run.folder / "data/commentary.jsonl").read_text(encoding="utf-8")
    items, count = re.subn(r'("fetched_at":)"[^"]*"', r"\1null", text)
    assert count == len(text.splitlines()) > 0
    return items
