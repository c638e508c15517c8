"""robots.txt: what it forbids, and what follows if it is unavailable."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.mocksite import Response, Server, build_site
from tests.mocksite.faults import LOGIN_PAGE

from ..crawling import GIVE_UP
from .spider import request

PAGES = [f"/103002/{one}.aspx" for one in build_site(5, 4).ids()]


def serve(**options: object) -> Server:
    return Server(build_site(5, 4, **options))


@pytest.mark.parametrize("fault", ["too-many", "redirect-away"])
def test_unavailable_robots_txt_ends_crawl(tmp_path: Path, fault: str) -> None:
    with serve(robots_fault=fault) as server:
        spider, run = request(tmp_path, server.url, PAGES, **GIVE_UP)
        assert {one.path for one in server.requests} == {"/robots.txt"}
    assert run.stats["finish_reason"] == "site_unavailable"
    assert "robots.txt" in run.stderr
    assert "scrapy doctor" in run.stderr
    assert spider.sound == []


@pytest.mark.parametrize("status", [401, 404])
def test_missing_robots_txt_allows_all(tmp_path: Path, status: int) -> None:
    answer = Response(status, (), b"User-agent: *\nDisallow: /\n")
    with serve() as server:
        server.deliver = lambda asked, _: answer if asked.target == "/robots.txt" else None
        spider, _ = request(tmp_path, server.url, PAGES)
    assert len(spider.sound) == 4


def test_redirect_to_login_page_has_no_rules(tmp_path: Path) -> None:
    answers = {
        "/robots.txt": Response(302, (("Location", "/login.aspx"),), b""),
        "/login.aspx": Response(200, (("Content-Type", "text/html"),), LOGIN_PAGE.encode()),
    }
    with serve() as server:
        server.deliver = lambda asked, _: answers.get(asked.target)
        spider, _ = request(tmp_path, server.url, PAGES)
    assert len(spider.sound) == 4


def test_forbidden_page_is_told_apart(tmp_path: Path) -> None:
    with serve(robots=f"User-agent: *\nDisallow: {PAGES[1]}\n") as server:
        spider, run = request(tmp_path, server.url, PAGES)
        assert PAGES[1] not in {one.path for one in server.requests}
    assert spider.failed == {server.url + PAGES[1]: "ForbiddenByRobotsError: disallowed by robots.txt"}
    assert run.stats["robotstxt/forbidden"] == 1
    assert run.stats["robotstxt/request_count"] == 1  # one for all that wait


def test_mirror_without_robots_txt_is_forbidden(tmp_path: Path) -> None:
    """A mirror that refuses connections, and one whose robots.txt fails."""
    with socket.socket() as closed, serve(robots_fault="server-error") as mirror, serve() as server:
        closed.bind(("127.0.0.1", 0))  # and does not listen
        hosts = [f"127.0.0.1:{port}" for port in (closed.getsockname()[1], mirror.port)]
        mirrors = dict.fromkeys(hosts, f"127.0.0.1:{server.port}")
        urls = [*(f"http://{host}{PAGES[0]}" for host in hosts), *PAGES]
        spider, run = request(tmp_path, server.url, urls, MIRRORS=mirrors)
        assert {one.path for one in mirror.requests} == {"/robots.txt"}
    assert len(spider.sound) == 4
    assert run.stats["finish_reason"] == "finished"
    assert all(
        f"robots.txt of http://{host} is unavailable" in spider.failed[f"http://{host}{PAGES[0]}"] for host in hosts
    )


@pytest.mark.parametrize(("crawl_delay", "own", "seconds"), [("0.4", "0", 0.4), ("0.01", "0.4", 0.2)])
def test_longer_delay_is_kept(tmp_path: Path, crawl_delay: str, own: str, seconds: float) -> None:
    with serve(robots=f"User-agent: *\nCrawl-delay: {crawl_delay}\nDisallow:\n") as server:
        settings = {"AUTOTHROTTLE_ENABLED": "1", "AUTOTHROTTLE_START_DELAY": "0.01", "DOWNLOAD_DELAY": own}
        request(tmp_path, server.url, PAGES[:3], EXTENSIONS={"scrapy.extensions.throttle.AutoThrottle": 0}, **settings)
        _, first, *_, last = (one.at for one in server.requests)
    assert last - first >= 1.5 * seconds  # of two delays: the first page may arrive late
