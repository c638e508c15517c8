"""What the doctor says of the site."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings

from sassspider.doctor.visit import Visit, Visitor
from tests.mocksite import COMMENTARY, Server, SiteOptions, build_site

PLAIN = {"DOWNLOAD_DELAY": 0, "USER_AGENT": "sassspider/0 (+you@example.org)"}
FORBIDDING = "User-agent: sassspider\nDisallow: /103002/\n"


def visit(server: Server, **given: Any) -> Visit:
    return Visitor(server.url, COMMENTARY, Settings({**PLAIN, **given})).visit()


def states(found: Visit) -> list[tuple[str, str]]:
    return [(one.state, one.what) for one in found.findings]


def test_a_site_as_it_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    site = build_site(seed=3, articles=12)
    with Server(site) as server:
        found = visit(server)
        asked = [request.path for request in server.requests]
        agents = {request.headers["user-agent"] for request in server.requests}
    assert states(found) == [("ok", "site"), ("ok", "article"), ("ok", "layout")]
    assert found.article is not None
    assert found.article.id == site.ids()[-1]
    assert asked == ["/robots.txt", "/103002/default.aspx", f"/103002/{site.ids()[-1]}.aspx"]
    assert agents == {PLAIN["USER_AGENT"]}


def test_it_waits_between_pages_as_a_crawl_does(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("sassspider.doctor.visit.time.sleep", waited.append)
    with Server(build_site(seed=3, articles=3)) as server:
        visit(server, DOWNLOAD_DELAY=2)
    assert waited == [0, 2, 2]


def test_it_does_not_follow_the_site_to_another() -> None:
    with Server(build_site(seed=3, articles=3)) as other:
        options = SiteOptions(list_fault="redirect-away", elsewhere=other.url)
        with Server(build_site(seed=3, articles=3, options=options)) as server:
            found = visit(server)
        assert other.requests == []
    assert found.findings[-1].seen.endswith(f"leads away from the site, to {other.url}/103002/default.aspx")


def test_without_a_list_there_are_other_ways() -> None:
    with Server(build_site(seed=3, articles=12, options=SiteOptions(list_status=404, robots=None))) as server:
        found = visit(server)
    assert states(found) == [("warn", "list"), ("ok", "site"), ("ok", "article"), ("ok", "layout")]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"robots": FORBIDDING}, "robots.txt forbids http"),
        ({"list_empty": True, "parent": "bare", "home": "missing"}, "leads to an article of section 103002"),
    ],
)
def test_a_site_that_can_not_be_crawled(options: dict[str, Any], says: str) -> None:
    with Server(build_site(seed=3, articles=12, options=SiteOptions(**options))) as server:
        found = visit(server)
        asked = [request.path for request in server.requests]
    assert found.findings[-1].state == "fail"
    assert says in found.findings[-1].seen
    assert found.article is None
    assert not any("103002" in path for path in asked) or "robots" not in says


@pytest.mark.parametrize(
    ("fault", "says"),
    [("truncated", "not well-formed XML"), ("no-title", "title is missing"), ("gone", "HTTP status 410")],
)
def test_an_article_that_can_not_be_used(fault: str, says: str) -> None:
    newest = build_site(seed=3, articles=12).ids()[-1]
    with Server(build_site(seed=3, articles=12, options=SiteOptions(faults={newest: fault}))) as server:
        found = visit(server)
    assert [one.state for one in found.findings].count("fail") == 1
    assert says in next(one.seen for one in found.findings if one.state == "fail")


def test_another_layout_is_a_warning() -> None:
    with Server(build_site(seed=3, articles=12, options=SiteOptions(extra=("h6",), lacking=("dd",)))) as server:
        found = visit(server)
    assert [(one.state, one.seen) for one in found.findings if one.what == "layout"] == [
        ("warn", "unknown: html/body/div/h6; missing: html/body/div/dd")
    ]


def test_a_page_that_is_too_large_is_not_read() -> None:
    with Server(build_site(seed=3, articles=12)) as server:
        found = visit(server, DOWNLOAD_MAXSIZE=500)
    assert "has more than 500 bytes" in found.findings[-1].seen
