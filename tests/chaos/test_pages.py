"""Every fault of a page through the real spider: all at once, each on a page of its own.

First a site whose pages fail once or twice and are well then: one run brings everything. Then one whose pages fail
throughout: the run tells of each, and the next one, when the site is up again, brings what was missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.seen import Row, compare, measured_visit, note, report
from tests.mocksite import FAULTS, Server, Site, SiteOptions, build_site

HARMLESS = {"wrong-charset"}  # of no consequence at all
# The site says by these that there is no such article: a run believes it, and the next one asks again.
ABSENT = {"not-found", "gone"}
ASKED_ONCE = {*HARMLESS, *ABSENT, "forbidden"}
NOT_REPEATED = {"forbidden", "redirect-away", "redirect-loop", "redirect-chain", "gzip-bomb", "body-flood"}
PASSING = [fault for fault in FAULTS if fault not in HARMLESS | ABSENT | NOT_REPEATED]
TWICE = {"RETRY_TIMES": "1"}
HASTY = {**TWICE, "DOWNLOAD_TIMEOUT": "1"}
MOST_TRIES = 4  # twice, and as often again when everything else is done
CONNECTION_TRIES = 2  # Twisted itself repeats what got no byte of an answer on a connection that was kept open


def make_site(faults: list[str], **options: Any) -> tuple[Site, dict[str, int]]:
    size = 2 * len(faults) + 2
    ids = build_site(seed=5, articles=size).ids()
    at = dict(zip(faults, ids[1::2], strict=False))
    return build_site(5, size, SiteOptions(faults={one: fault for fault, one in at.items()}, **options)), at


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """Another server, to which nothing may lead."""
    with Server(build_site(articles=2)) as server:
        yield server
        assert server.requests == []


def test_a_page_that_fails_once_is_had_in_the_same_run(tmp_path: Path, elsewhere: Server) -> None:
    site, at = make_site(PASSING, fault_times=1, elsewhere=elsewhere.url)
    with Server(site) as server:
        run = measured_visit(tmp_path, server, TWICE)
        asked = Counter(one.path for one in server.requests)
    assert run.code == 0, run.stderr[-3000:]
    assert compare(run, server) == (0, 0, 0)
    assert {fault: asked[path(one)] for fault, one in at.items()} == dict.fromkeys(at, 2)
    assert {asked[path(one)] for one in site.ids() if one not in at.values()} == {1}
    for fault, one in at.items():
        note(Row(f"{fault}, once", "asked for again, and archived in the same run", *compare(run, server, [one])))


def test_a_page_that_fails_throughout_is_told_of_and_had_by_the_next_run(tmp_path: Path, elsewhere: Server) -> None:
    site, at = make_site(list(FAULTS), elsewhere=elsewhere.url)
    with Server(site) as server:
        first = measured_visit(tmp_path, server, HASTY)
        asked = Counter(one.path for one in server.requests)
        held, told = set(first.articles()), report(first)
        server.site = build_site(5, len(site.ids()), replace(site.options, faults={}))
        last = measured_visit(tmp_path, server, TWICE)
    reasons = {one["url"]: one["reason"] for one in (*told["damaged"], *told["failed"])}
    assert (first.code, last.code) == (3, 0), last.stderr[-3000:]
    assert held == set(site.ids()) - {one for fault, one in at.items() if fault not in HARMLESS}
    assert compare(last, server) == (0, 0, 0)
    for fault, one in at.items():
        times = asked[path(one)]
        assert times <= (1 if fault in ASKED_ONCE else MOST_TRIES * CONNECTION_TRIES), fault
        reason = "taken as it is" if fault in HARMLESS else reasons[f"{server.url}{path(one)}"]
        plain = _plain(reason, {server.url: "http://the-site", elsewhere.url: "http://elsewhere", str(one): "1"})
        met = f"asked for {times} time{'s' if times > 1 else ''}: {plain}; archived by {_run(fault)}"
        note(Row(f"{fault}, throughout a run", met, *compare(last, server, [one])))


def path(article_id: int) -> str:
    return f"/103002/{article_id}.aspx"


def _run(fault: str) -> str:
    return "the same run" if fault in HARMLESS else "the next run"


def _plain(reason: str, changing: dict[str, str]) -> str:
    """A reason without what differs from one making of the table to the next."""
    plain = reason.partition("could not be fetched: ")[2] or reason
    for seen, told in changing.items():
        plain = plain.replace(seen, told)
    return plain
