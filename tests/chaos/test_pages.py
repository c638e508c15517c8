"""Every fault of a page through the spider: all at once, each on a page of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.results import IS_WHOLE, Row, add_row, compare, measure, report, sample, visit
from tests.mocksite import FAULTS, Server, Site, build_site

HARMLESS = {"wrong-charset"}
NOT_FOUND = {"not-found", "gone"}
REQUESTED_ONCE = {*HARMLESS, *NOT_FOUND, "forbidden"}
NOT_RETRIED = {"forbidden", "redirect-away", "redirect-loop", "redirect-chain", "gzip-bomb", "body-flood"}
FLOODS = {"gzip-bomb": 200, "body-flood": 200, "link-flood": 200, "header-flood": 1200}  # MiB that a crawl may take
# A whole second of pause each; in the suite tests/middlewares/test_retry.py has it.
LEFT_OUT = {"header-flood"} if IS_WHOLE else {"header-flood", "unavailable", "too-many"}
PLAYED = [fault for fault in FAULTS if fault not in LEFT_OUT]
PASSING = [fault for fault in PLAYED if fault not in HARMLESS | NOT_FOUND | NOT_RETRIED]
SETTINGS = {"RETRY_GIVE_UP_AFTER": "30"}  # the site is not given up on a slow machine
# In a run, of a page that fails: a retry, each by Twisted too where a kept connection broke before any response, and
# all of that again where the page was the one that was sound last.
MOST_REQUESTS = 2 * 2 * 2


def make_site(faults: list[str], **options: Any) -> tuple[Site, dict[str, int]]:
    """Return a site with each fault on an article of its own, and a sound article after each."""
    size = 2 * len(faults) + 2
    ids = build_site(seed=5, articles=size).ids()
    at = dict(zip(faults, ids[1::2], strict=False))
    return build_site(5, size, faults={one: fault for fault, one in at.items()}, **options), at


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """Give another server, which must get no request."""
    with Server(build_site(articles=2)) as server:
        yield server
        assert server.requests == []


def test_page_failing_once_is_archived(tmp_path: Path, elsewhere: Server) -> None:
    site, at = make_site(PASSING, fault_times=1, elsewhere=elsewhere.url)
    with Server(site) as server:
        run = visit(tmp_path, server, SETTINGS)
        requested = Counter(one.path for one in server.requests)
    assert run.code == 0, run.stderr[-3000:]
    assert compare(run, server) == (0, 0, 0)
    # Once more where it was the page that was sound last when others failed.
    assert {fault: requested[path(one)] for fault, one in at.items() if requested[path(one)] not in (2, 3)} == {}
    for fault, one in at.items():
        add_row(Row(f"{fault}, once", "retried, and archived in the same run", *compare(run, server, [one])))


def test_failing_page_is_archived_later(tmp_path: Path, elsewhere: Server) -> None:
    site, at = make_site(PLAYED, elsewhere=elsewhere.url)
    with Server(site) as server:
        first = visit(tmp_path, server, SETTINGS)
        requested = Counter(one.path for one in server.requests)
        archived, found = set(first.articles()), report(first)
        server.site = build_site(5, len(site.ids()))
        last = visit(tmp_path, server)
    reasons = {one["url"]: one["reason"] for one in (*found["damaged"], *found["failed"])}
    assert (first.code, last.code) == (3, 0), last.stderr[-3000:]
    assert archived == set(site.ids()) - {one for fault, one in at.items() if fault not in HARMLESS}
    assert compare(last, server) == (0, 0, 0)
    for fault, one in at.items():
        assert requested[path(one)] <= (1 if fault in REQUESTED_ONCE else MOST_REQUESTS), fault
        reason = "taken as it is" if fault in HARMLESS else reasons.get(f"{server.url}{path(one)}", "forbidden")
        plain = _plain(reason, {server.url: "http://the-site", elsewhere.url: "http://elsewhere", str(one): "1"})
        run = "the same run" if fault in HARMLESS else "the next run"
        add_row(Row(f"{fault}, throughout a run", f"{plain}; archived by {run}", *compare(last, server, [one])))


@pytest.mark.parametrize("fault", sample(list(FLOODS), 4))
def test_flood_takes_bounded_memory(tmp_path: Path, fault: str) -> None:
    site, at = make_site([fault])
    with Server(site) as server:
        run, peak = measure(tmp_path, server)
        assert set(run.articles()) == {*site.ids()} - {*at.values()}
        assert peak < FLOODS[fault] << 20
        assert "Traceback" not in run.stderr
        server.site = build_site(5, len(site.ids()))
        last = visit(tmp_path, server)
        add_row(Row(f"{fault}, in memory", "bounded; archived by the next run", *compare(last, server)))


def path(article_id: int) -> str:
    return f"/103002/{article_id}.aspx"


def _plain(reason: str, changing: dict[str, str]) -> str:
    """Return a reason without what differs from one run of these tests to the next."""
    plain = reason.partition("could not be fetched: ")[2] or reason
    for old, new in changing.items():
        plain = plain.replace(old, new)
    return plain
