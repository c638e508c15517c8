"""Feeds hold what the archive has, however the crawl ended."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.mocksite import Outage, Server, build_site

from ..crawling import interrupt
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}
IN_ORDER = {"CONCURRENT_REQUESTS": "1"}


def test_second_feed_adds_what_is_new(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=16)
    with Server(site) as server:
        # Of a group of re-posts a feed holds the one that came first.
        first = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=IN_ORDER).articles("x.jsonl")
        server.requests.clear()
        unchanged = crawl(tmp_path, server.url, "-O", "x.jsonl").articles("x.jsonl")
        new = site.publish(3)
        second = crawl(tmp_path, server.url, "-O", "x.jsonl").articles("x.jsonl")
        assert len(server.requests) <= 4 + 4 + 3 + 3
    assert unchanged == first
    assert {one: second[one] for one in first} == first
    assert sorted(set(second) - set(first)) == new


def test_emit_new_gives_new_and_changed(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=10)
    edited = site.ids()[5]
    with Server(site) as server:
        crawl(tmp_path, server.url)
        site.edit(edited, paragraph="A correction was added later.")
        new = site.publish(2)
        run = crawl(tmp_path, server.url, "-O", "x.jsonl", emit="new", mode="refresh")
    assert run.code == 0
    assert sorted(run.articles("x.jsonl")) == [edited, *new]


def test_feed_has_one_of_each_repost(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=16)
    with Server(site) as server:
        crawl(tmp_path, server.url, "-O", "x.jsonl")
        site.repost(site.ids()[10])
        for _ in range(2):
            run = crawl(tmp_path, server.url, "-O", "x.jsonl")
            hashes = [one["content_hash"] for one in run.lines("x.jsonl")]
            assert len(hashes) == len(set(hashes))
            assert set(run.articles("x.jsonl")) == set(run.articles())


@pytest.mark.parametrize("given", [{"limit": "7"}, {"since": "2026-01-15"}])
def test_arguments_select_archived_articles_too(tmp_path: Path, given: dict[str, str]) -> None:
    site = build_site(seed=7, articles=16)
    with Server(site) as server:
        first = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=KEEP, **given).articles("x.jsonl")
        server.requests.clear()
        second = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=KEEP, **given).articles("x.jsonl")
        assert len(server.requests) <= 4
    assert second == first
    assert first


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"outage": Outage("reset", 0, 10**6)}, id="site-down"),
        pytest.param({"robots": "User-agent: *\nDisallow: /\n"}, id="robots-forbid"),
    ],
)
def test_failed_crawl_completes_the_feeds(tmp_path: Path, options: dict[str, object]) -> None:
    with Server(build_site(seed=7, articles=12)) as server:
        one_by_one = {**KEEP, "CONCURRENT_REQUESTS": "1"}  # a re-post emitted before its original names none
        before = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=one_by_one).articles("x.jsonl")
        server.site = build_site(seed=7, articles=12, **options)
        run = crawl(tmp_path, server.url, "-O", "x.jsonl", settings={**KEEP, "CLOSESPIDER_PAGECOUNT": "20"})
    assert run.code == 1
    assert before.items() <= run.articles("x.jsonl").items()


def test_interrupted_crawl_completes_the_feeds(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=40)
    with Server(site) as server:
        crawl(tmp_path, server.url, limit="6", settings=KEEP)
        settings = {**KEEP, "DOWNLOAD_DELAY": "0.1", "CONCURRENT_REQUESTS": "1"}
        server.requests.clear()
        run = interrupt(tmp_path, server, signal.SIGINT, 6, "-Ox.jsonl", settings=settings)
    assert run.code == 130
    found = run.articles("x.jsonl")
    assert set(site.ids()[-6:]) <= set(found)
    assert len(found) < 40
