"""Feeds hold what the archive has, however the crawl ended."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import Outage, build_site

from ..crawling import GIVE_UP, interrupt
from .visits import IN_ORDER, KEEP, serve, visit

ORIGINALS = {"KEEP_DUPLICATES": "0"}


def test_feed_has_archived_and_new_articles(tmp_path: Path) -> None:
    """Of a group of re-posts it holds the one that came first."""
    with serve(16) as server:
        first = visit(tmp_path, server, "-O", "x.jsonl", settings={**IN_ORDER, **ORIGINALS}).articles("x.jsonl")
        assert visit(tmp_path, server, "-O", "x.jsonl", settings=ORIGINALS).articles("x.jsonl") == first
        assert len(server.take_paths()) <= 3
        new = server.site.publish(3)
        server.site.repost(server.site.ids()[10])
        for _ in range(2):
            run = visit(tmp_path, server, "-O", "x.jsonl", settings=ORIGINALS)
            assert run.articles("x.jsonl").keys() == run.articles().keys() == {*first, *new}
    assert first.items() <= run.articles("x.jsonl").items()


@pytest.mark.parametrize("given", [{"limit": "7"}, {"since": "2026-01-15"}])
def test_arguments_select_archived_articles_too(tmp_path: Path, given: dict[str, str]) -> None:
    with serve(16) as server:
        first, second = (visit(tmp_path, server, "-O", "x.jsonl", **given).articles("x.jsonl") for _ in range(2))
    assert len(server.requests) <= 4
    assert second == first
    assert first


@pytest.mark.parametrize("options", [{"outage": Outage("reset", 0, 10**6)}, {"robots": "User-agent: *\nDisallow: /\n"}])
def test_failed_crawl_completes_the_feeds(tmp_path: Path, options: dict[str, Any]) -> None:
    with serve() as server:
        # In order: a re-post emitted before its original names none.
        before = visit(tmp_path, server, "-O", "x.jsonl", settings=IN_ORDER).articles("x.jsonl")
        server.site = build_site(7, 12, **options)
        run = visit(tmp_path, server, "-O", "x.jsonl", settings=GIVE_UP)
    assert run.code == 1
    assert before.items() <= run.articles("x.jsonl").items()


def test_interrupted_crawl_completes_the_feeds(tmp_path: Path) -> None:
    with serve(40) as server:
        visit(tmp_path, server, limit="6")
        server.requests.clear()
        settings = {**KEEP, **IN_ORDER, "DOWNLOAD_DELAY": "0.1"}
        run = interrupt(tmp_path, server, signal.SIGINT, 6, "-Ox.jsonl", settings=settings)
    assert run.code == 130
    assert set(server.site.ids()[-6:]) <= run.articles("x.jsonl").keys()
    assert len(run.articles("x.jsonl")) < 40
