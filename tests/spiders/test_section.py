"""The real spider over real HTTP: every article of the section, whatever the list page looks like."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from tests.mocksite import LIST_SHAPES, PAGERS, Request, Response, Server, build_site

from .. import crawling
from ..crawling import check_articles
from ..watch import make_watch, read_events
from .visits import IN_ORDER, NO_PORTALS, serve, visit

PLACES = ("/", "/robots.txt", "/103/default.aspx")
LISTS = list(zip(cycle(LIST_SHAPES), (*PAGERS, *PAGERS[1:4]), strict=False))


@pytest.mark.parametrize(
    "options",
    [
        *({"list_shape": shape, "pager": pager, "page_size": 5} for shape, pager in LISTS),
        {"list_fault": "not-found"},
        {"list_fault": "not-found", "parent": "missing"},
        {"list_fault": "not-found", "parent": "bare"},
        {**NO_PORTALS, "start": 0},
        {**NO_PORTALS, "start": -1},
        {"content_type": "text/xml; charset=gb2312", "bom": True},
        {"content_type": "text/html; charset=iso-8859-1"},
        {"content_type": ""},
    ],
    ids=str,
)
def test_whole_section_is_archived(tmp_path: Path, options: dict[str, Any]) -> None:
    """Every article, every field, each requested once, and nothing that is not the section's."""
    position = options.pop("start", None)
    with serve(16, **options) as server:
        start = {} if position is None else {"start": f"{server.url}/103002/{server.site.ids()[position]}.aspx?a=b#c"}
        run = visit(tmp_path, server, **start)
        assert run.code == 0, run.stderr
        check_articles(run, server.site.expected_articles(server.url))
    asked = Counter(request.path for request in server.requests)
    assert [path for path, count in asked.items() if count > 1] == []
    assert [path for path in asked if path not in PLACES and not path.startswith("/103002/")] == []
    assert len([path for path in asked if "default" in path]) <= 25


def test_no_way_in_names_start_argument(tmp_path: Path) -> None:
    with serve(**NO_PORTALS) as server:
        run = visit(tmp_path, server)
    assert (run.code, run.lines()) == (1, [])
    assert "-a start=" in run.stderr


def test_site_in_other_case_with_slash(tmp_path: Path) -> None:
    with serve() as server:
        run = visit(tmp_path, server, site=server.url.replace("http://127.0.0.1", "HTTP://LOCALHOST") + "/")
    assert run.code == 0
    assert all(one["url"].startswith("http://localhost:") for one in run.lines())


@pytest.mark.parametrize(
    ("options", "first", "last", "concurrent", "most"),
    [
        ({"pager": "underscore"}, -8, None, "1", 48),
        ({"pager": "underscore"}, -8, None, "8", 48),  # all would be 65 requests
        ({"list_fault": "not-found", "parent": "missing"}, -8, None, "1", 48),
        ({"pager": "underscore"}, 18, 26, "8", 65),
    ],
)
def test_since_and_until_are_inclusive(
    tmp_path: Path, options: dict[str, str], first: int, last: int | None, concurrent: str, most: int
) -> None:
    site = build_site(seed=5, articles=60, **options)
    dates = {number: one["date_published"] for number, one in site.expected_articles().items()}
    days = sorted(dates.values())
    given = {"since": days[first]} | ({} if last is None else {"until": days[last]})
    with Server(site) as server:
        run = visit(tmp_path, server, settings={"CONCURRENT_REQUESTS": concurrent}, **given)
    assert run.code == 0
    assert sorted(run.articles()) == [one for one, day in dates.items() if days[first] <= day <= days[last or -1]]
    assert len(server.requests) < most


def test_empty_date_range_is_no_error(tmp_path: Path) -> None:
    with serve() as server:
        run = visit(tmp_path, server, since="2099-01-01")
    assert (run.code, run.lines()) == (0, [])


@pytest.mark.parametrize(("limit", "concurrent"), [(1, "8"), (9, "1")])
def test_limit_gives_the_newest(tmp_path: Path, concurrent: str, limit: int) -> None:
    with serve(24, pager="window") as server:
        run = visit(tmp_path, server, limit=str(limit), settings={"CONCURRENT_REQUESTS": concurrent})
        assert (run.code, sorted(run.articles())) == (0, server.site.ids()[-limit:])
    assert len(server.requests) < limit + 12


def test_limit_gives_newest_in_any_order(tmp_path: Path) -> None:
    with serve(24) as server:
        newest = server.site.ids()[-7:]

        def delay(request: Request, _response: Response) -> None:
            if request.target == f"/103002/{newest[-1]}.aspx":
                sleep(0.5)

        server.deliver = delay
        run = visit(tmp_path, server, limit="7")
    asked = sorted(path for path in server.take_paths() if path[8:12].isdigit())
    assert sorted(run.articles()) == newest
    assert asked == [f"/103002/{one}.aspx" for one in newest], "what is not needed is not requested"


@pytest.mark.parametrize("concurrent", ["1", "8"])
def test_limit_replaces_failed_articles(tmp_path: Path, concurrent: str) -> None:
    ids = build_site(7, 24).ids()
    faults = {ids[-1]: "truncated", ids[-3]: "not-found", ids[-4]: "truncated"}
    with serve(24, faults=faults) as server:
        run = visit(tmp_path, server, limit="7", settings={"CONCURRENT_REQUESTS": concurrent})
    assert sorted(run.articles()) == [one for one in ids if one not in faults][-7:]


def test_crawl_is_polite(tmp_path: Path) -> None:
    with serve() as server:
        run = visit(tmp_path, server, limit="1", settings={"CONTACT": "desk@example.org"})
    assert run.code == 0
    assert server.requests[0].path == "/robots.txt"
    assert {request.headers["user-agent"] for request in server.requests} == {"sassspider/0.1.0 (+desk@example.org)"}
    assert not any("referer" in request.headers for request in server.requests)


def test_crawl_connects_to_the_site_only(tmp_path: Path) -> None:
    """Only the site's own address is connected to, and no name is resolved but the machine's own."""
    hook = make_watch(tmp_path)
    with serve() as server:
        run = crawling.crawl(tmp_path, server.url, "-O", "x.csv", hook=hook)
    assert run.code == 0
    assert str(server.port) in str(read_events(hook, "connect"))
    events = read_events(hook, "getaddrinfo", "gethostbyname", "connect", "sendto")
    assert [event for event in events if "'127.0.0.1'" not in event] == []


def test_number_of_pages_is_limited(tmp_path: Path) -> None:
    with serve(20) as server:
        run = visit(tmp_path, server, settings={**IN_ORDER, "CLOSESPIDER_PAGECOUNT": "10"})
    assert run.code == 1
    assert "CLOSESPIDER_PAGECOUNT was reached; the site may have links without end" in run.reasons[0]
