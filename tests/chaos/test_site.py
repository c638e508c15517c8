"""Faults of the site as a whole through the spider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import crawling
from tests.chaos.results import IS_WHOLE, SETTINGS, Row, add_row, compare, sample, visit
from tests.crawling import GIVE_UP
from tests.in_process import command, crawl
from tests.middlewares.spider import Cutter
from tests.mocksite import Outage, Response, Server, build_site
from tests.tls import secure_server

ARTICLES = 16
IDS = build_site(5, ARTICLES).ids()
# Longer than an outage of a few requests, whatever the machine; the outage ends by their number, not by a clock.
PATIENT = {"RETRY_GIVE_UP_AFTER": "60", "CONCURRENT_REQUESTS": "1", "RETRY_TIMES": "4"}
ONE_BY_ONE = {"CONCURRENT_REQUESTS": "1"}
LIST_FAULTS = ("server-error", "html-error-page", "login-page", "empty", "cut-without-length", "reset", "redirect-home",
               "link-flood")  # fmt: skip


def serve(**options: Any) -> Server:
    return Server(build_site(5, ARTICLES, **options))


def heal(server: Server) -> None:
    """Serve everything well from now on."""
    server.site = build_site(5, ARTICLES)


def test_refused_connections_end_crawl(tmp_path: Path) -> None:
    with serve() as server:
        port = server.port
    run = crawl(tmp_path, f"http://127.0.0.1:{port}", settings=GIVE_UP)
    assert run.code == 1
    assert "the last failed with: the connection was refused" in run.stderr
    assert "scrapy doctor" in run.stderr
    with Server(build_site(5, ARTICLES), port) as server:
        run = visit(tmp_path, server)
        assert run.code == 0
        result = "given up with exit code 1; completed by the next run"
        add_row(Row("connections refused", result, *compare(run, server)))


WAITED = "waited for, and completed in the same run"
GIVEN_UP = "given up with exit code 1; completed by the next run"
LEFT = "left after three pages without a new article"
LARGE = "User-agent: *\nDisallow: /103002/default.aspx\n" + "Disallow: /private/page.aspx\n" * 360_000
LONG = {"RETRY_BACKOFF": "600", "RETRY_BACKOFF_MAX": "600", "RETRY_GIVE_UP_AFTER": "600", "CLOSESPIDER_TIMEOUT": "1"}


class Case(NamedTuple):
    """A behaviour of the site: how many requests a run may make, its exit code, and what its log says."""

    fault: str
    result: str
    options: dict[str, Any]
    settings: dict[str, str] | None = None
    code: int = 0
    most: int = 3 * ARTICLES
    says: str = ""


def outage(fault: str, start: int) -> Case:
    length = 2 if fault == "unavailable" else 12  # its Retry-After is one second
    name = f"the whole site: {fault}, {'midway' if start else 'from the start'}"
    return Case(name, WAITED, {"outage": Outage(fault, start, length)}, PATIENT, most=80)


CASES = [
    *(outage(fault, start) for fault in ("reset", "unavailable", "html-error-page") for start in (0, ARTICLES // 2)),
    *(Case(f"every response: {one}", "decompressed", {"encoding": one}) for one in ("gzip", "br")),
    *(Case(f"list pages: {one}", LEFT, {"pager": one, "page_size": 5}) for one in ("loop", "endless", "endless-empty")),
    Case(
        "the whole site: away from midway to the end", GIVEN_UP, {"outage": Outage("reset", ARTICLES // 2, 10**6)},
        {"RETRY_TIMES": "20", **ONE_BY_ONE, **GIVE_UP}, 1, ARTICLES // 2 + 60,
        "given up for this run: no sound response for",
    ),
    Case(
        "an article: server-error, with minutes to wait",
        "not waited for when CLOSESPIDER_TIMEOUT is over, exit code 1; completed by the next run",
        {"faults": {IDS[2]: "server-error"}}, LONG, 1, says="CLOSESPIDER_TIMEOUT was reached",
    ),
    Case(
        "Retry-After of all pages above RETRY_AFTER_MAX",
        "obeyed: the run ends, exit code 1; completed by the next run",
        {"outage": Outage("unavailable", 6, 10**6)}, {"RETRY_AFTER_MAX": "0.5", **ONE_BY_ONE}, 1, 6 + 3 + 1,
        "it asks to be left alone for 1 s",
    ),
    Case(
        "robots.txt: server-error", "nothing else is requested, exit code 1; completed by the next run",
        {"robots_fault": "server-error"}, GIVE_UP, 1, says="robots.txt",
    ),
    Case("robots.txt: server-error, once", "requested again", {"robots_fault": "server-error", "fault_times": 1}),
    Case("robots.txt: 10 MB", "its first half megabyte is read", {"robots": LARGE}, says="disallowed by robots.txt"),
    Case("robots.txt: forbids all", "obeyed, exit code 1", {"robots": "User-agent: *\nDisallow: /\n"}, {}, 1, 1),
]  # fmt: skip
if IS_WHOLE:  # in the suite, tests/browser passes challenges
    how = {"challenge": 412, "challenge_lasts": 9}
    CASES.append(
        Case("the whole site: JavaScript challenge", "passed by Chromium, each time that it comes", how, ONE_BY_ONE)
    )


@pytest.mark.parametrize("case", sample(CASES, 2), ids=lambda case: case.fault)
def test_site_fails_and_is_well_again(tmp_path: Path, case: Case) -> None:
    with serve(**case.options) as server:
        run = visit(tmp_path, server, case.settings)
        assert run.code == case.code, run.stderr[-3000:]
        assert case.says in run.stderr
        assert len(server.requests) <= case.most
        if case.code:
            heal(server)
            run = visit(tmp_path, server)
            assert run.code == 0
        add_row(Row(case.fault, case.result, *compare(run, server)))


def make_names_fail(folder: Path, times: int) -> Path:
    """Return a hook for a process whose name server fails so often, and then knows sass.test as this machine."""
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


def test_name_server_that_fails(tmp_path: Path) -> None:
    with serve() as server:
        site = f"http://sass.test:{server.port}"
        for times, code in ((10**4, 1), (2, 0)):
            settings = SETTINGS | (GIVE_UP if code else {})
            run = crawling.crawl(tmp_path, site, settings=settings, hook=make_names_fail(tmp_path, times))
            assert run.code == code, run.stderr[-3000:]
            assert "Traceback" not in run.stderr
            assert bool(server.requests) is not bool(code)
        counts = compare(run, server, site=site)
    result = "given up with exit code 1; completed by the next run"
    add_row(Row("the name server (DNS) fails throughout", result, *counts))
    result = "requested again, and completed in the same run"
    add_row(Row("the name server (DNS) fails once or twice", result, *counts))


@pytest.mark.parametrize("fault", sample(LIST_FAULTS, 3))
def test_list_page_that_fails(tmp_path: Path, fault: str) -> None:
    """Without its list the section is still crawled, from article to article."""
    with serve(list_fault=fault, page_size=5, pager="underscore") as server:
        first = visit(tmp_path, server)
        assert compare(first, server) == (0, 0, 0)
        server.site = build_site(5, ARTICLES, page_size=5, pager="underscore")
        server.requests.clear()
        run = visit(tmp_path, server)
        assert any(one.path.startswith("/103002/default_2") for one in server.requests), "the list was thought read"
        result = "crawled from article to article; the list is read by the next run"
        add_row(Row(f"list pages: {fault}", result, *compare(run, server)))


@pytest.mark.parametrize("how", ["robots.txt forbids it", "status 403"])
def test_forbidden_article_is_no_alarm(tmp_path: Path, how: str) -> None:
    bad = IDS[5]
    robots = {"robots": f"User-agent: *\nDisallow: /103002/{bad}.aspx"}
    with serve(**({"faults": {bad: "forbidden"}} if how == "status 403" else robots)) as server:
        for _ in range(2):
            run = visit(tmp_path, server)
            assert run.code == 0, run.reasons
            assert run.stats["articles/forbidden"] == 1
            assert json.loads(command(tmp_path, "status", "--json").stdout)["sections"][0]["missing_ids"] == []
            assert set(run.articles()) == {*IDS} - {bad}
        heal(server)
        result = "reported as forbidden, exit code 0; archived once it is allowed"
        add_row(Row(f"an article: {how}", result, *compare(visit(tmp_path, server), server)))


def test_damaged_page_replaces_no_article(tmp_path: Path) -> None:
    faults = ("truncated", "cut-without-length", "no-body", "html-error-page", "control-character", "gzip-broken")
    with serve() as server:
        before = visit(tmp_path, server).lines()
        spoiled = {one: faults[number % len(faults)] for number, one in enumerate(IDS)}
        server.site = build_site(5, ARTICLES, faults=spoiled, validators=False)
        run = visit(tmp_path, server, {"RETRY_GIVE_UP_AFTER": "30"}, mode="refresh")
        assert run.code == 3
        assert run.lines() == before
        heal(server)
        run = visit(tmp_path, server, mode="refresh")
        assert run.code == 0
        result = "archived articles stay as they are; the pages are kept in quarantine"
        add_row(Row("every archived page is damaged when requested again", result, *compare(run, server)))


def test_long_retry_after_is_obeyed(tmp_path: Path) -> None:
    later = Response(503, (("Retry-After", "3600"),), b"later")
    with Server(build_site(5, ARTICLES)) as server:
        server.deliver = lambda request, _: later if request.target == f"/103002/{IDS[5]}.aspx" else None
        for _ in range(2):
            server.requests.clear()
            run = visit(tmp_path, server)
            assert run.code == 3
            assert set(run.articles()) == {*IDS} - {IDS[5]}
            assert [one.path for one in server.requests].count(f"/103002/{IDS[5]}.aspx") == 1
        server.deliver = None
        result = "left to the next run, exit code 3; archived when it is served"
        add_row(Row("Retry-After of one page above RETRY_AFTER_MAX", result, *compare(visit(tmp_path, server), server)))


def test_site_that_damages_every_page(tmp_path: Path) -> None:
    ids = build_site(5, 30).ids()
    with Server(build_site(5, 30), deliver=Cutter(ids)) as server:
        run = visit(tmp_path, server, {"RETRY_TIMES": "4", **ONE_BY_ONE})
        assert run.code == 1
        assert "20 pages in a row were damaged" in run.stderr
        assert len(server.requests) < 110
        server.deliver = None
        result = "given up after RETRY_MAX_DAMAGED pages, exit code 1; completed by the next run"
        add_row(Row("every page is damaged, each time otherwise", result, *compare(visit(tmp_path, server), server)))


def test_permanently_damaged_pages_stop_no_crawl(tmp_path: Path) -> None:
    """The first run is given up at the oldest; the next one requests them last."""
    with Server(build_site(5, ARTICLES), deliver=Cutter(IDS[:8])) as server:
        settings = {**ONE_BY_ONE, "RETRY_MAX_DAMAGED": "5"}
        visit(tmp_path, server, settings)
        run = visit(tmp_path, server, settings)
        assert sorted(run.articles()) == IDS[8:]


def test_https_twin_is_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If MIRRORS says so; on the usual ports, 80 and 443, nobody need declare it."""
    site = build_site(3, 8)
    with secure_server(site, tmp_path) as twin, Server(site) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
        server.deliver = lambda request, _: Response(301, (("Location", twin.url + request.target),), b"")
        run = visit(tmp_path, server)
        assert (run.code, twin.requests) == (1, [])
        assert "which is not on" in run.stderr
        mirrors = {f"127.0.0.1:{twin.port}": f"127.0.0.1:{server.port}"}
        run = visit(tmp_path, server, {"MIRRORS": json.dumps(mirrors)})
        assert run.code == 0, run.stderr[-3000:]
        result = "followed; articles keep the addresses that were asked for"
        add_row(Row("the whole site: redirect to its https twin", result, *compare(run, server)))
