"""The real spider over real HTTP: every article of the section, whatever the list page looks like."""

from __future__ import annotations

import re
from collections import Counter
from itertools import cycle
from pathlib import Path
from time import sleep

import pytest

from tests.mocksite import (
    LIST_SHAPES,
    PAGERS,
    Request,
    Response,
    Server,
    Site,
    build_site,
)

from ..crawling import Run, check_articles
from ..crawling import crawl as crawl_in_a_process
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}


def make_site(**options: object) -> Site:
    return build_site(seed=5, articles=16, **options)


def assert_whole(run: Run, site: Site, server: Server) -> None:
    """Every article, every field, each fetched once, and nothing that is not the section's."""
    assert run.code == 0, run.stderr
    check_articles(run, site.expected_articles(server.url))
    asked = Counter(request.path for request in server.requests)
    assert [target for target, count in asked.items() if count > 1] == []
    strangers = [
        t for t in asked if t not in ("/", "/robots.txt", "/103/default.aspx") and not t.startswith("/103002/")
    ]
    assert strangers == []


# Every shape and every pager; all their pairs, without a network: tests/test_frontier_on_mocksite.py.
@pytest.mark.parametrize(("shape", "pager"), list(zip(cycle(LIST_SHAPES), PAGERS, strict=False)))
def test_every_list_shape_and_pager(tmp_path: Path, shape: str, pager: str) -> None:
    site = make_site(list_shape=shape, pager=pager, page_size=5)
    with Server(site) as server:
        run = crawl(tmp_path, server.url, settings=KEEP)
        assert_whole(run, site, server)
        assert len([r for r in server.requests if "default" in r.path]) <= 25


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"list_fault": "not-found"}, id="list-missing"),
        pytest.param({"list_fault": "not-found", "parent": "missing"}, id="home-only"),
        pytest.param({"list_fault": "not-found", "parent": "bare"}, id="parent-links-to-sections-only"),
    ],
)
def test_other_ways_in(tmp_path: Path, options: dict[str, object]) -> None:
    site = make_site(**options)
    with Server(site) as server:
        assert_whole(crawl(tmp_path, server.url, settings=KEEP), site, server)


@pytest.mark.parametrize("position", [0, -1], ids=["oldest", "newest"])
def test_from_one_article_alone(tmp_path: Path, position: int) -> None:
    site = make_site(list_fault="not-found", parent="missing", home="missing")
    article_id = site.ids()[position]
    with Server(site) as server:
        start = f"{server.url}/103002/{article_id}.aspx?from=mail#top"
        assert_whole(crawl(tmp_path, server.url, settings=KEEP, start=start), site, server)


def test_no_way_in_names_start_argument(tmp_path: Path) -> None:
    with Server(make_site(list_fault="not-found", parent="missing", home="missing")) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 1
    assert "-a start=" in run.stderr
    assert run.lines() == []


@pytest.mark.parametrize(
    ("content_type", "bom"), [("text/xml; charset=gb2312", True), ("text/html; charset=iso-8859-1", False), ("", False)]
)
def test_content_type_and_charset_do_not_matter(tmp_path: Path, content_type: str, bom: bool) -> None:
    site = make_site(content_type=content_type, bom=bom)
    with Server(site) as server:
        assert_whole(crawl(tmp_path, server.url, settings=KEEP), site, server)


def test_another_section(tmp_path: Path) -> None:
    site = make_site(pager="query")
    with Server(site) as server:
        run = crawl(tmp_path, server.url, spider="section", section="105001002")
    assert run.code == 0
    found = run.articles("data/section-105001002.jsonl")
    assert sorted(found) == list(site.ids("105001002"))
    assert {one["section_id"] for one in found.values()} == {"105001002"}


def test_site_in_other_case_with_slash(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        run = crawl(tmp_path, server.url.replace("http://127.0.0.1", "HTTP://LOCALHOST") + "/")
    assert run.code == 0
    assert all(one["url"].startswith("http://localhost:") for one in run.lines())


class TestDates:
    def site(self) -> Site:
        return build_site(seed=5, articles=60, pager="underscore")

    def days(self, site: Site) -> dict[int, str]:
        return {number: one["date_published"] for number, one in site.expected_articles().items()}

    @pytest.mark.parametrize("concurrency", ["1", "8"])
    def test_since_stops_early(self, tmp_path: Path, concurrency: str) -> None:
        site = self.site()
        days = self.days(site)
        since = sorted(days.values())[-8]
        wanted = sorted(one for one, day in days.items() if day >= since)
        settings = {**KEEP, "CONCURRENT_REQUESTS": concurrency}
        with Server(site) as server:
            run = crawl(tmp_path, server.url, since=since, settings=settings)
        assert run.code == 0
        assert sorted(run.articles()) == wanted
        assert len(server.requests) < len(wanted) + 40  # with 8 in flight; all would be 65

    def test_since_without_a_list(self, tmp_path: Path) -> None:
        site = build_site(seed=5, articles=40, list_fault="not-found", parent="missing")
        days = self.days(site)
        since = sorted(days.values())[-8]
        with Server(site) as server:
            run = crawl(tmp_path, server.url, since=since, settings={**KEEP, "CONCURRENT_REQUESTS": "1"})
        assert sorted(run.articles()) == sorted(one for one, day in days.items() if day >= since)
        assert len(server.requests) < 30

    def test_until_and_since_are_inclusive(self, tmp_path: Path) -> None:
        site = self.site()
        days = self.days(site)
        since, until = sorted(days.values())[18], sorted(days.values())[26]
        with Server(site) as server:
            run = crawl(tmp_path, server.url, since=since, until=until, settings=KEEP)
        assert sorted(run.articles()) == sorted(one for one, day in days.items() if since <= day <= until)

    def test_nothing_published_in_between_is_no_error(self, tmp_path: Path) -> None:
        with Server(self.site()) as server:
            run = crawl(tmp_path, server.url, since="2099-01-01")
        assert (run.code, run.lines()) == (0, [])


@pytest.mark.parametrize(("limit", "concurrency"), [(1, "8"), (9, "1")])
def test_limit_gives_the_newest(tmp_path: Path, concurrency: str, limit: int) -> None:
    site = build_site(seed=5, articles=24, pager="window")
    with Server(site) as server:
        run = crawl(tmp_path, server.url, limit=str(limit), settings={"CONCURRENT_REQUESTS": concurrency})
    assert run.code == 0
    assert sorted(run.articles()) == site.ids()[-limit:]
    assert len(server.requests) < limit + 12


def test_limit_gives_the_newest_in_any_order_of_responses(tmp_path: Path) -> None:
    site = build_site(seed=5, articles=24)
    newest = site.ids()[-7:]

    def late(request: Request, _response: Response) -> None:
        if request.target == f"/103002/{newest[-1]}.aspx":
            sleep(0.5)

    with Server(site, deliver=late) as server:
        run = crawl(tmp_path, server.url, limit="7", settings={**KEEP, "CONCURRENT_REQUESTS": "8"})
        asked = [int(one) for one in re.findall(r"/103002/(\d+)", " ".join(one.path for one in server.requests))]
    assert sorted(run.articles()) == newest
    assert sorted(asked) == newest, "what is not needed is not asked for"


@pytest.mark.parametrize("concurrency", ["1", "8"])
def test_limit_replaces_failed_articles(tmp_path: Path, concurrency: str) -> None:
    ids = build_site(seed=5, articles=24).ids()
    faults = {ids[-1]: "truncated", ids[-3]: "not-found", ids[-4]: "truncated"}
    site = build_site(seed=5, articles=24, faults=faults)
    with Server(site) as server:
        run = crawl(tmp_path, server.url, limit="7", settings={**KEEP, "CONCURRENT_REQUESTS": concurrency})
    assert sorted(run.articles()) == [one for one in ids if one not in faults][-7:]


def test_courtesy(tmp_path: Path) -> None:
    with Server(make_site()) as server:
        run = crawl(tmp_path, server.url, limit="1", settings={"CONTACT": "desk@example.org"})
    agents = {request.headers["user-agent"] for request in server.requests}
    assert run.code == 0
    assert server.requests[0].path == "/robots.txt"
    assert agents == {"sassspider/0.1.0 (+desk@example.org)"}
    assert not any("referer" in request.headers for request in server.requests)


def test_crawl_connects_to_the_site_only(tmp_path: Path) -> None:
    """Only the site's own address is connected to, and no name is resolved but the machine's own."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import sys\n"
        f"log = open({str(tmp_path / 'log')!r}, 'a', buffering=1)\n"
        "def note(event, arguments):\n"
        "    if event in ('socket.getaddrinfo', 'socket.gethostbyname', 'socket.connect', 'socket.sendto'):\n"
        "        print(event, arguments, file=log)\n"
        "sys.addaudithook(note)\n"
    )
    with Server(make_site()) as server:
        run = crawl_in_a_process(tmp_path, server.url, "-O", "x.csv", hook=hook)
    events = (tmp_path / "log").read_text().splitlines()
    assert run.code == 0
    assert any(event.startswith("socket.connect") and str(server.port) in event for event in events)
    assert [event for event in events if "'127.0.0.1'" not in event] == []


def test_number_of_pages_is_limited(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=20)) as server:
        run = crawl(tmp_path, server.url, settings={"CLOSESPIDER_PAGECOUNT": "10"})
    assert run.code == 1
    assert "CLOSESPIDER_PAGECOUNT was reached; the site may have links without end" in run.reasons[0]
