"""Pages that fail side by side, in each run: every other article is archived."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.chaos.results import Row, add_row, compare, sample, visit
from tests.mocksite import Server, build_site

ARTICLES = 40
IDS = build_site(5, ARTICLES).ids()
FAULTS = ("server-error", "forbidden", "reset", "truncated")
SETTINGS = {"RETRY_GIVE_UP_AFTER": "9", "RETRY_BACKOFF_MAX": "0.01"}
CASES = sample(list(product(FAULTS, (1, 3, 14), ("start", "middle", "end"), ("1", "8"))), 25)


def pick(place: str, bad: int) -> list[int]:
    first = {"start": 0, "middle": (ARTICLES - bad) // 2, "end": ARTICLES - bad}[place]
    return IDS[first : first + bad]


@pytest.mark.parametrize(("fault", "bad", "place", "concurrent"), CASES)
def test_new_bad_pages(tmp_path: Path, fault: str, bad: int, place: str, concurrent: str) -> None:
    bad_ids = pick(place, bad)
    settings = {**SETTINGS, "CONCURRENT_REQUESTS": concurrent}
    with Server(build_site(5, ARTICLES, faults=dict.fromkeys(bad_ids, fault))) as server:
        run = visit(tmp_path, server, settings)
        assert set(run.articles()) == {*IDS} - {*bad_ids}
        assert run.stats["finish_reason"] == "finished"
        row = f"{bad} of {ARTICLES} articles: {fault}, side by side at the {place}"
        good = {*IDS} - {*bad_ids}
        add_row(Row(row, "every other article is archived in each run", *compare(run, server, good)))
        # The second run knows them, and finds what is new.
        server.site.publish()
        again = visit(tmp_path, server, settings)
        assert set(again.articles()) == {*server.site.ids()} - {*bad_ids}
        assert again.stats["finish_reason"] == "finished"
        assert run.code == again.code == (0 if fault == "forbidden" else 3)


@pytest.mark.parametrize(("fault", "bad", "place", "concurrent"), CASES)
def test_refreshed_bad_pages(tmp_path: Path, fault: str, bad: int, place: str, concurrent: str) -> None:
    """An edit of any other article is found."""
    bad_ids = pick(place, bad)
    edited = [one for one in (IDS[0], IDS[19], IDS[39], IDS[13], IDS[27]) if one not in bad_ids]
    with Server(build_site(5, ARTICLES)) as server:
        visit(tmp_path, server)
        server.site = build_site(5, ARTICLES, faults=dict.fromkeys(bad_ids, fault))
        for one in edited:
            server.site.edit(one, title_suffix=" (corrected)")
        run = visit(tmp_path, server, {**SETTINGS, "CONCURRENT_REQUESTS": concurrent}, mode="refresh")
        assert run.stats["finish_reason"] == "finished"
        assert run.stats["archive/changed"] == len(edited)
        assert set(run.articles()) == {*IDS}
