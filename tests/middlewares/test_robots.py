"""Nothing is asked without the rules; only those of the site itself are worth the whole run."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from sassspider.extensions.patience import CrawlEnding
from sassspider.middlewares.robots import RobotsMiddleware
from tests.mocksite import Connection, Server, SiteOptions, build_site
from tests.mocksite import Request as Asked
from tests.mocksite import Response as Answer

from ..in_process import crawl
from .ground import PAGE, SITE, Ground

MIRROR = "http://127.0.0.1:9/103002/5542.aspx"
FAILURES = [
    pytest.param(501, id="an-error-that-is-not-repeated"),
    pytest.param(503, id="an-error-of-which-there-were-enough"),
    pytest.param(429, id="too-many-requests"),
    pytest.param(IgnoreRequest("it leads to http://elsewhere/"), id="refused"),
]


def ask(url: str, outcome: int | Exception) -> tuple[Ground, Exception | None]:
    """What becomes of a request when its robots.txt has this status, or comes to nothing."""

    async def download(request: Request) -> Response:
        if isinstance(outcome, Exception):
            raise outcome
        return Response(request.url, status=outcome, body=b"User-agent: *\nDisallow: /private\n")

    ground = Ground()
    ground.engine = SimpleNamespace(download_async=download)  # type: ignore[assignment]
    try:
        asyncio.run(RobotsMiddleware(ground).process_request(Request(url)))
    except IgnoreRequest as error:
        return ground, error
    return ground, None


@pytest.mark.parametrize("outcome", FAILURES)
def test_without_the_rules_of_the_site_the_run_ends(outcome: int | Exception) -> None:
    ground, error = ask(PAGE, outcome)
    assert isinstance(error, CrawlEnding)
    assert len(ground.reasons) == 1
    assert "its robots.txt could not be had" in ground.reasons[0]


@pytest.mark.parametrize("outcome", FAILURES)
def test_without_the_rules_of_another_host_what_leads_there_is_refused(outcome: int | Exception) -> None:
    ground, error = ask(MIRROR, outcome)
    assert error is not None
    assert "what it forbids is not known" in str(error)
    assert not isinstance(error, CrawlEnding)
    assert ground.reasons == []


def test_a_crawl_that_ends_before_the_rules_came_is_no_failure_of_the_site() -> None:
    ground, error = ask(PAGE, CrawlEnding(f"{SITE}/robots.txt"))
    assert isinstance(error, CrawlEnding)
    assert ground.reasons == []


@pytest.mark.parametrize("status", [200, 403, 404])
def test_with_rules_or_without_a_robots_txt_a_page_is_asked_for(status: int) -> None:
    assert ask(PAGE, status)[1] is None


def test_all_who_wait_for_the_rules_get_them() -> None:
    async def download(request: Request) -> Response:
        await asyncio.sleep(0)  # so that the others come to wait
        return Response(request.url, body=b"User-agent: *\nDisallow: /103002/5542.aspx\n")

    async def ask_all() -> list[BaseException | None]:
        return await asyncio.gather(*(robots.process_request(Request(PAGE)) for _ in range(4)), return_exceptions=True)

    ground = Ground()
    ground.engine = SimpleNamespace(download_async=download)  # type: ignore[assignment]
    robots = RobotsMiddleware(ground)
    assert [str(error) for error in asyncio.run(ask_all())] == ["Forbidden by robots.txt"] * 4


def test_an_article_that_leads_to_a_host_in_trouble_is_lost_alone(tmp_path: Path) -> None:
    """To one that refuses connections, to one whose robots.txt fails, and to the site itself with a password."""
    site = build_site(5, 8)
    dead = socket.socket()
    dead.bind(("127.0.0.1", 0))  # and does not listen
    with Server(build_site(5, 8, SiteOptions(robots_fault="server-error"))) as mirror, dead:
        hosts = [f"127.0.0.1:{dead.getsockname()[1]}", f"127.0.0.1:{mirror.port}"]
        led = dict(zip((f"/103002/{one}.aspx" for one in site.ids()[2:5]), [*hosts, ""], strict=True))

        def lead_on(connection: Connection, request: Asked, _answer: Answer) -> bool:
            if request.target not in led:
                return False
            to = f"http://{led[request.target] or f'u:p@127.0.0.1:{server.port}'}{request.target}"
            connection.send(request, Answer(302, (("Location", to),), b""))
            return True

        with Server(site, deliver=lead_on) as server:
            settings = {"MIRRORS": json.dumps(dict.fromkeys(hosts, f"127.0.0.1:{server.port}")), "KEEP_DUPLICATES": "1"}
            run = crawl(tmp_path, server.url, settings=settings)
    assert run.code == 3, run.stderr[-3000:]
    assert set(run.articles()) == {*site.ids()} - {*site.ids()[2:5]}
    assert {one.path for one in mirror.requests} == {"/robots.txt"}
    assert all(f"the robots.txt of {host} could not be had" in run.stderr for host in hosts)
    assert "given up for this run" not in run.stderr
    assert "Traceback" not in run.stderr
