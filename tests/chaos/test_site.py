"""Faults of the site as a whole, through the real spider."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sassspider.network.resolver import is_public
from tests.chaos.seen import Row, compare, measured_visit, note, report, visit
from tests.chromium import chromium
from tests.crawling import crawl
from tests.mocksite import Connection, Outage, Request, Response, Server, SiteOptions, build_site

ARTICLES = 16
# Long enough for an outage of a few requests, whatever the machine; it is over by their number, not by a clock.
PATIENT = {"BREAKER_PATIENCE": "60", "CONCURRENT_REQUESTS": "1", "RETRY_TIMES": "4"}
LISTS_FAIL = ("server-error", "html-error-page", "login-page", "empty", "cut-without-length", "reset", "redirect-home",
              "link-flood")  # fmt: skip


def serve(**options: Any) -> Server:
    return Server(build_site(5, ARTICLES, SiteOptions(**options)))


def heal(server: Server) -> None:
    """From now on all is well."""
    server.site = build_site(5, ARTICLES)


@pytest.mark.parametrize("fault", ["reset", "unavailable", "html-error-page"])
@pytest.mark.parametrize("start", [0, ARTICLES // 2], ids=["from-the-start", "midway"])
def test_an_outage_is_waited_for(tmp_path: Path, fault: str, start: int) -> None:
    """Retry-After of the embedded site is one second, so that an outage of many 503 would take long."""
    length = 4 if fault == "unavailable" else 12
    with serve(outage=Outage(fault, start, length)) as server:
        run = visit(tmp_path, server, PATIENT)
        assert run.code == 0, run.stderr[-3000:]
        when = "from the start" if start == 0 else "midway"
        met = "waited for, and completed in the same run"
        note(Row(f"the whole site: {fault}, {when}", met, *compare(run, server)))


def test_a_site_that_stays_away_is_given_up_and_had_by_the_next_run(tmp_path: Path) -> None:
    with serve(outage=Outage("reset", ARTICLES // 2, 10**6)) as server:
        run = visit(tmp_path, server, {"CONCURRENT_REQUESTS": "1"})
        assert run.code == 1
        assert "The site fails throughout" in run.stderr
        assert "the site was given up, for it failed throughout" in run.stderr
        assert len(server.requests) < ARTICLES // 2 + 30
        told = report(run)
        assert told["failed"] or told["missing_ids"]
        heal(server)
        run = visit(tmp_path, server)
        assert run.code == 0
        met = "left alone after a few tries, exit code 1; completed by the next run"
        note(Row("the whole site: away from midway to the end", met, *compare(run, server)))


def test_a_crawl_whose_time_is_up_does_not_wait_for_the_site(tmp_path: Path) -> None:
    """A page that failed would be asked for again after minutes, which is longer than this test may take."""
    wait = {"RETRY_BACKOFF": "600", "RETRY_BACKOFF_MAX": "600", "CLOSESPIDER_TIMEOUT": "3"}
    with serve() as server:
        server.site = build_site(5, ARTICLES, SiteOptions(faults={server.site.ids()[2]: "server-error"}))
        run = visit(tmp_path, server, wait)
        assert run.code == 1
        assert "its time was up (CLOSESPIDER_TIMEOUT)" in run.stderr
        heal(server)
        run = visit(tmp_path, server)
        assert run.code == 0
        met = "not waited for when the run's time is up, exit code 1; completed by the next run"
        note(Row("an article: server-error, with minutes to wait", met, *compare(run, server)))


def test_refused_connections(tmp_path: Path) -> None:
    with serve() as server:
        port = server.port
    run = crawl(tmp_path, f"http://127.0.0.1:{port}")
    assert run.code == 1
    assert "the last with: the connection was refused" in run.stderr
    with Server(build_site(5, ARTICLES), port) as server:
        run = visit(tmp_path, server)
        assert run.code == 0
        met = "given up with exit code 1; completed by the next run"
        note(Row("connections refused", met, *compare(run, server)))


def test_a_name_without_an_address(tmp_path: Path) -> None:
    run = crawl(tmp_path, "http://sass.invalid")
    assert run.code == 1
    assert "the last with: the host has no address" in run.stderr
    assert "Traceback" not in run.stderr


def make_names_fail(folder: Path, times: int) -> Path:
    """Give a crawl a name server that fails so often, and then knows sass.test as this machine."""
    hook = folder / "hook"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(
        "import socket\n"
        f"left = [None] * {times}\n"
        "def look_up(name):\n"
        "    if left:\n"
        "        left.pop()\n"
        "        raise socket.gaierror(socket.EAI_AGAIN, 'Temporary failure in name resolution')\n"
        "    return '127.0.0.1' if name == 'sass.test' else name\n"
        "socket.gethostbyname = look_up\n"
    )
    return hook


@pytest.mark.parametrize(("fault", "times", "code"), [("fails once or twice", 2, 0), ("fails throughout", 10**4, 1)])
def test_a_name_server_that_fails(tmp_path: Path, fault: str, times: int, code: int) -> None:
    settings = {"PRIVATE_HOSTS": "sass.test", "KEEP_DUPLICATES": "1", "BREAKER_PATIENCE": "1"}
    with serve() as server:
        site = f"http://sass.test:{server.port}"
        run = crawl(tmp_path, site, settings=settings, hook=make_names_fail(tmp_path, times))
        assert run.code == code, run.stderr[-3000:]
        assert "Traceback" not in run.stderr
        met = "asked again, and completed in the same run"
        if code:
            assert server.requests == []
            assert "the last with: the host has no address" in run.stderr
            met = "given up with exit code 1; completed by the next run"
            run = crawl(tmp_path, site, settings=settings, hook=make_names_fail(tmp_path, 0))
        assert run.code == 0
        note(Row(f"the name server (DNS) {fault}", met, *compare(run, server, site=site)))


@pytest.mark.parametrize("fault", LISTS_FAIL)
def test_a_list_page_that_fails_is_not_taken_for_the_whole_list(tmp_path: Path, fault: str) -> None:
    """Without its list the section is still walked, from article to article; the list is read when it is well."""
    with serve(list_fault=fault, page_size=5, pager="underscore") as server:
        first = visit(tmp_path, server)
        assert compare(first, server) == (0, 0, 0)
        server.site = build_site(5, ARTICLES, replace(server.site.options, list_fault=""))
        server.requests.clear()
        run = visit(tmp_path, server)
        assert any(one.path.startswith("/103002/default_2") for one in server.requests), "the list was thought read"
        met = "walked from article to article; the list is read by the next run"
        note(Row(f"list pages: {fault}", met, *compare(run, server)))


def test_robots_txt_that_fails_forbids_everything(tmp_path: Path) -> None:
    with serve(robots_fault="server-error") as server:
        run = visit(tmp_path, server)
        assert run.code == 1
        assert {one.path for one in server.requests} == {"/robots.txt"}
        assert "The site is given up" in run.stderr
        heal(server)
        run = visit(tmp_path, server)
        met = "nothing else is asked for, exit code 1; completed by the next run"
        note(Row("robots.txt: server-error", met, *compare(run, server)))


def test_robots_txt_that_fails_once(tmp_path: Path) -> None:
    with serve(robots_fault="server-error", fault_times=1) as server:
        run = visit(tmp_path, server)
        assert run.code == 0
        note(Row("robots.txt: server-error, once", "asked for again", *compare(run, server)))


def test_robots_txt_that_forbids(tmp_path: Path) -> None:
    with serve(robots="User-agent: *\nDisallow: /\n") as server:
        run = visit(tmp_path, server)
        assert run.code == 1
        assert {one.path for one in server.requests} == {"/robots.txt"}
        assert "robots.txt" in run.stderr
        heal(server)
        note(Row("robots.txt: forbids", "obeyed, exit code 1", *compare(visit(tmp_path, server), server)))


def test_robots_txt_of_ten_megabytes(tmp_path: Path) -> None:
    """Its rules count as far as half a megabyte."""
    rules = "User-agent: *\nDisallow: /103002/default.aspx\n" + "Disallow: /private/page.aspx\n" * 360_000
    with serve(robots=rules) as server:
        run = measured_visit(tmp_path, server, start=f"{server.url}/103002/{server.site.ids()[0]}.aspx")
        assert run.code == 0, run.stderr[-3000:]
        assert "/103002/default.aspx" not in {one.path for one in server.requests}
        note(Row("robots.txt: 10 MB", "its first half megabyte is read", *compare(run, server)))


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_compressed_answers(tmp_path: Path, encoding: str) -> None:
    with serve(encoding=encoding) as server:
        run = visit(tmp_path, server)
        assert run.code == 0
        note(Row(f"every answer: {encoding}", "unpacked", *compare(run, server)))


def test_a_chain_of_articles_without_end(tmp_path: Path) -> None:
    with serve(endless=True) as server:
        run = visit(tmp_path, server, {"CLOSESPIDER_PAGECOUNT": "60"})
        assert run.code == 1
        assert "the site leads on without end" in run.stderr
        assert len(server.requests) < 90
        met = "ended at CLOSESPIDER_PAGECOUNT pages, exit code 1"
        note(Row("articles that lead on without end", met, *compare(run, server, server.site.ids()[:-1])))


@pytest.mark.parametrize("pager", ["loop", "endless", "endless-empty"])
def test_lists_without_end(tmp_path: Path, pager: str) -> None:
    with serve(pager=pager, page_size=5) as server:
        run = visit(tmp_path, server)
        assert run.code == 0
        assert len(server.requests) < 3 * ARTICLES
        note(Row(f"list pages: {pager}", "left after three pages that bring nothing new", *compare(run, server)))


def test_an_archived_article_is_not_replaced_by_a_damaged_one(tmp_path: Path) -> None:
    """Every page is asked for again and comes damaged: what the archive has stays, to the byte."""
    faults = ("truncated", "cut-without-length", "no-body", "html-error-page", "control-character", "gzip-broken")
    with serve() as server:
        good = visit(tmp_path, server)
        before = good.lines()
        ids = server.site.ids()
        spoiled = {one: faults[number % len(faults)] for number, one in enumerate(ids)}
        server.site = build_site(5, ARTICLES, SiteOptions(faults=spoiled, validators=False))
        run = visit(tmp_path, server, mode="refresh")
        assert run.code == 3
        assert run.lines() == before
        heal(server)
        run = visit(tmp_path, server, mode="refresh")
        assert run.code == 0
        met = "what is archived stays as it is; the pages are kept in quarantine"
        note(Row("every archived page comes damaged when asked for again", met, *compare(run, server)))


def test_a_request_that_asks_for_too_long_a_pause_ends_the_run(tmp_path: Path) -> None:
    with serve(outage=Outage("unavailable", 6, 10**6)) as server:
        run = visit(tmp_path, server, {"RETRY_AFTER_MAX": "0.5", "CONCURRENT_REQUESTS": "1"})
        assert run.code == 1
        assert "it asks to be left alone for 1 s" in run.stderr
        assert len(server.requests) == 7
        heal(server)
        met = "obeyed: the run ends, exit code 1; completed by the next run"
        note(Row("Retry-After above RETRY_AFTER_MAX", met, *compare(visit(tmp_path, server), server)))


def test_a_challenge_that_comes_back(tmp_path: Path) -> None:
    assert chromium()
    with serve(challenge="412", challenge_lasts=9) as server:
        run = visit(tmp_path, server, {"CONCURRENT_REQUESTS": "1"})
        assert run.code == 0, run.stderr[-3000:]
        met = "passed by Chromium, each time that it comes"
        note(Row("the whole site: JavaScript challenge", met, *compare(run, server)))


def test_the_budget_of_a_run(tmp_path: Path) -> None:
    with serve(faults=dict.fromkeys(build_site(5, ARTICLES).ids()[::2], "server-error")) as server:
        run = visit(tmp_path, server, {"RETRY_TIMES": "4", "RETRY_BUDGET": "3"})
        assert run.code == 3
        assert "its RETRY_BUDGET is used up" in run.stderr
        assert report(run)["counts"]["retries"] == 3
        heal(server)
        met = "three pages repeated, as RETRY_BUDGET allows; completed by the next run"
        note(Row("half of all pages fail", met, *compare(visit(tmp_path, server), server)))


def test_what_failed_is_tried_first_by_the_next_run(tmp_path: Path) -> None:
    site = build_site(5, ARTICLES)
    missing = site.ids()[ARTICLES // 2]
    with Server(build_site(5, ARTICLES, SiteOptions(faults={missing: "server-error"}))) as server:
        assert visit(tmp_path, server).code == 3
        heal(server)
        server.requests.clear()
        visit(tmp_path, server, {"CONCURRENT_REQUESTS": "1"})
        pages = [one.path for one in server.requests if one.path.startswith("/103002/") and "default" not in one.path]
        assert f"/103002/{missing}.aspx" in pages[:2]  # after the newest one, which tells what is new


def keep_the_list_only(connection: Connection, request: Request, response: Response) -> bool:
    """Articles whose pages name no other."""
    if not request.target.endswith(".aspx") or "default" in request.target or response.delivery:
        return False
    bare = re.sub(rb'<a id="(?:perv|next)".*?</a>|<ul id="(?:new|hot)">.*?</ul>', b"", response.body, flags=re.DOTALL)
    connection.send(request, response._replace(body=bare))
    return True


@pytest.mark.parametrize("fault", ["server-error", "truncated"])
def test_what_only_the_list_named_is_not_forgotten_when_it_fails(tmp_path: Path, fault: str) -> None:
    """The walk is whole but for it; the next run reads no more of the list than its first page."""
    options = SiteOptions(page_size=5, pager="underscore")
    site = build_site(5, ARTICLES, replace(options, faults={build_site(5, ARTICLES).ids()[0]: fault}))
    with Server(site, deliver=keep_the_list_only) as server:
        first = visit(tmp_path, server)
        assert first.code == 3
        assert len(first.articles()) == ARTICLES - 1
        server.site = build_site(5, ARTICLES, options)
        run = visit(tmp_path, server)
        assert run.code == 0
        assert sorted(run.articles()) == site.ids()
        alike = [article for article in run.articles().values() if article["next_id"] or article["previous_id"]]
        assert alike == []  # so only the list named it


def test_an_address_of_a_private_network_is_not_asked_by_its_name(tmp_path: Path) -> None:
    """The name of this machine stands for 127.0.0.1 or an address of its network."""
    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        pytest.skip(f"{name}, the name of this machine, has no address")
    if is_public(address):
        pytest.skip(f"{address}, the address of this machine, is one of the internet")
    with serve() as server:
        site = server.url.replace("127.0.0.1", name)
        run = crawl(tmp_path, site)
        assert run.code == 1
        assert server.requests == []
        assert "is not one of the internet" in run.stderr
        meant = crawl(tmp_path, site, settings={"PRIVATE_HOSTS": name})
        assert "is not one of the internet" not in meant.stderr


class Cutter:
    """Cuts these pages off, each time elsewhere."""

    def __init__(self, ids: Iterable[int]):
        self.paths = {f"/103002/{one}.aspx" for one in ids}
        self.times = count(1)

    def __call__(self, connection: Connection, request: Request, response: Response) -> bool:
        if request.target not in self.paths:
            return False
        connection.send(request, response._replace(body=response.body[: -100 - next(self.times)]))
        return True


def test_pages_that_never_come_whole_do_not_end_every_run(tmp_path: Path) -> None:
    """The first run is given up at the oldest; the next one knows them, and goes on."""
    ids = build_site(5, ARTICLES).ids()
    with Server(build_site(5, ARTICLES), deliver=Cutter(ids[:8])) as server:
        settings = {"CONCURRENT_REQUESTS": "1", "BREAKER_DAMAGED": "5"}
        assert visit(tmp_path, server, settings).code == 1
        run = visit(tmp_path, server, settings)
        assert run.code == 3
        assert sorted(run.articles()) == ids[8:]


def test_a_site_that_damages_every_page_is_left_alone(tmp_path: Path) -> None:
    """The list is sound; of the pages none comes twice alike, and they are counted, however often each is asked for."""
    ids = build_site(5, 60).ids()
    with Server(build_site(5, 60), deliver=Cutter(ids)) as server:
        run = visit(tmp_path, server, {"CONCURRENT_REQUESTS": "1", "RETRY_TIMES": "4"})
        assert run.code == 1
        assert "20 pages in a row came damaged, each time otherwise (BREAKER_DAMAGED is 20)" in run.stderr
        assert len(server.requests) < 110
        server.deliver = None
        met = "given up after BREAKER_DAMAGED pages, exit code 1; completed by the next run"
        note(Row("every page comes damaged, each time otherwise", met, *compare(visit(tmp_path, server), server)))
