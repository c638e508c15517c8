"""Retries, pauses and the end of a crawl at a site that fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from .spider import request


def path(article_id: int) -> str:
    return f"/103002/{article_id}.aspx"


def serve(articles: int = 6, **options: object) -> Server:
    return Server(build_site(5, articles, **options))


def paths_of(server: Server) -> list[str]:
    return [path(one) for one in server.site.ids()]


def test_failed_page_is_retried_last(tmp_path: Path) -> None:
    site = build_site(5, 6)
    with serve(faults={site.ids()[1]: "server-error"}, fault_times=1) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        asked = [one.path for one in server.requests]
    assert spider.failed == {}
    assert asked == ["/robots.txt", *map(path, site.ids()), path(site.ids()[1])]


def test_pages_that_fail_together_ask_once_for_the_sound_one(tmp_path: Path) -> None:
    site = build_site(5, 9)
    faults = dict.fromkeys(site.ids()[1:], "server-error")
    with serve(9, faults=faults, fault_times=1, latency=0.2) as server:
        sound, *failing = paths_of(server)
        spider, _ = request(tmp_path, server.url, [sound, *failing], CONCURRENT_REQUESTS="8")
        asked = Counter(one.path for one in server.requests)
    assert spider.failed == {}
    assert asked.pop(sound) <= 2
    assert asked == {"/robots.txt": 1, **dict.fromkeys(failing, 2)}


@pytest.mark.parametrize("status", ["unavailable", "unavailable-until", "too-many"])
def test_retry_after_pauses_site(tmp_path: Path, status: str) -> None:
    site = build_site(5, 4)
    with serve(4, faults={site.ids()[1]: status}, fault_times=1) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        times = [one.at for one in server.requests]
    assert spider.failed == {}
    assert times[3] - times[2] >= (0.9 if status != "unavailable-until" else 0)  # its date has no fraction


def test_unreachable_host_is_given_up(tmp_path: Path) -> None:
    _, run = request(tmp_path, "http://192.0.2.1", ["/103002/default.aspx"], RETRY_GIVE_UP_AFTER="0.1")
    assert run.stats["finish_reason"] == "site_unavailable"
    assert "Run scrapy doctor --site http://192.0.2.1" in run.stderr


def test_site_without_any_page_is_reachable(tmp_path: Path) -> None:
    with serve() as server:
        missing = [f"/103002/{number}.aspx" for number in range(20)]
        spider, run = request(tmp_path, server.url, missing)
    assert run.stats["finish_reason"] == "finished"
    assert set(spider.failed.values()) == {"HttpError: HTTP status 404"}
