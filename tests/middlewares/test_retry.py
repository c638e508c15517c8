"""Retries, pauses and the end of a crawl at a site that fails."""

from __future__ import annotations

import socket
from pathlib import Path
from time import monotonic

import pytest

from tests.mocksite import Connection, Outage, Request, Response, Server, SiteOptions, build_site

from .spider import request


def path(article_id: int) -> str:
    return f"/103002/{article_id}.aspx"


@pytest.mark.parametrize("fault", ["server-error", "forbidden", "reset", "truncated"])
def test_bad_pages_stop_no_crawl(tmp_path: Path, fault: str) -> None:
    """All combinations, through the section spider: tests/chaos/test_bad_pages.py."""
    ids = build_site(5, 40).ids()
    with serve(40, faults=dict.fromkeys(ids[:12], fault)) as server:
        spider, run = request(tmp_path, server.url, map(path, ids), RETRY_GIVE_UP_AFTER="9")
    assert run.stats["finish_reason"] == "finished", run.stderr
    assert sorted(spider.sound) == [server.url + path(one) for one in ids[12:]]
    assert "Traceback" not in run.stderr


def serve(articles: int = 6, **options: object) -> Server:
    return Server(build_site(5, articles, SiteOptions(**options)))  # type: ignore[arg-type]


def paths_of(server: Server) -> list[str]:
    return [path(one) for one in server.site.ids()]


def ask_to_wait(seconds: int, *paths: str) -> object:
    """Answer requests for these paths with 503 and Retry-After."""

    def deliver(connection: Connection, asked: Request, _response: Response) -> bool:
        if asked.target in paths:
            connection.send(asked, Response(503, (("Retry-After", str(seconds)),), b"later"))
        return asked.target in paths

    return deliver


def test_failed_page_is_retried_last(tmp_path: Path) -> None:
    site = build_site(5, 6)
    with serve(faults={site.ids()[1]: "server-error"}, fault_times=1) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        asked = [one.path for one in server.requests]
    assert spider.failed == {}
    assert asked == ["/robots.txt", *map(path, site.ids()), path(site.ids()[1])]


@pytest.mark.parametrize("status", ["unavailable", "unavailable-until", "too-many"])
def test_retry_after_pauses_site(tmp_path: Path, status: str) -> None:
    site = build_site(5, 4)
    with serve(4, faults={site.ids()[1]: status}, fault_times=1) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        times = [one.at for one in server.requests]
    assert spider.failed == {}
    assert times[3] - times[2] >= (0.9 if status != "unavailable-until" else 0)  # its date has no fraction


def test_long_retry_after_skips_one_page(tmp_path: Path) -> None:
    bad = path(build_site(5, 6).ids()[1])
    with serve() as server:
        server.deliver = ask_to_wait(3600, bad)  # type: ignore[assignment]
        spider, run = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        assert [one.path for one in server.requests].count(bad) == 1
        assert set(spider.failed) == {server.url + bad}
    assert len(spider.sound) == 5
    assert run.stats["finish_reason"] == "finished"


def test_long_retry_after_of_site_ends_crawl(tmp_path: Path) -> None:
    with serve(20, outage=Outage("unavailable", 6, 10**6)) as server:
        _, run = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1", RETRY_AFTER_MAX="0.5")
        assert len(server.requests) == 6 + 3 + 1  # three pages, and the one that was sound last
    assert run.stats["finish_reason"] == "site_unavailable"
    assert "it asks to be left alone for 1 s" in run.stderr


@pytest.mark.parametrize("fault", ["reset", "server-error", "html-error-page", "forbidden"])
def test_site_that_fails_midway_is_given_up(tmp_path: Path, fault: str) -> None:
    with serve(60, outage=Outage(fault, 10, 10**6)) as server:
        _, run = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1")
        assert len(server.requests) < 80
    assert run.stats["finish_reason"] == "site_unavailable"
    assert "The next run continues from here" in run.stderr


@pytest.mark.parametrize("host", ["refused", "sass.invalid", "192.0.2.1"])
def test_unreachable_host_is_given_up_soon(tmp_path: Path, host: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        site = f"http://127.0.0.1:{closed.getsockname()[1]}" if host == "refused" else f"http://{host}"
        started = monotonic()
        _, run = request(tmp_path, site, ["/103002/default.aspx"])
    assert monotonic() - started < 10
    assert run.stats["finish_reason"] == "site_unavailable"
    assert f"Run scrapy doctor --site {site}" in run.stderr
    assert "Traceback" not in run.stderr


def test_pause_ends_with_crawl(tmp_path: Path) -> None:
    settings = {"RETRY_BACKOFF": "600", "RETRY_BACKOFF_MAX": "600", "CLOSESPIDER_TIMEOUT": "1"}
    with serve(faults={build_site(5, 6).ids()[1]: "server-error"}) as server:
        started = monotonic()
        _, run = request(tmp_path, server.url, paths_of(server), CONCURRENT_REQUESTS="1", **settings)
    assert monotonic() - started < 10
    assert run.stats["finish_reason"] == "closespider_timeout"


def test_site_without_any_page_is_reachable(tmp_path: Path) -> None:
    with serve() as server:
        missing = [f"/103002/{number}.aspx" for number in range(20)]
        spider, run = request(tmp_path, server.url, missing)
    assert run.stats["finish_reason"] == "finished"
    assert set(spider.failed.values()) == {"HttpError: HTTP status 404"}


@pytest.mark.parametrize("fault", ["html-error-page", "login-page", "captcha", "empty", "unasked-304"])
def test_soft_error_is_a_failure(tmp_path: Path, fault: str) -> None:
    with serve(faults={build_site(5, 6).ids()[1]: fault}) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server))
        asked = [one.path for one in server.requests]
    assert [reason.partition(":")[0] for reason in spider.failed.values()] == ["IgnoreRequest"]
    assert asked.count(path(server.site.ids()[1])) == 2  # RETRY_TIMES is 1


def test_retries_pass_the_http_cache_by(tmp_path: Path) -> None:
    settings = {"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": str(tmp_path / "cache")}
    with serve(faults={build_site(5, 6).ids()[1]: "server-error"}, fault_times=1) as server:
        spider, _ = request(tmp_path, server.url, paths_of(server), **settings)
    assert spider.failed == {}
