"""Runs after the first: nothing asked for in vain, nothing lost, outputs whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import Server

from ..crawling import Run, check_articles
from .visits import IN_ORDER, NO_PORTALS, page, serve, visit

LISTS = [{"pager": "underscore", "page_size": 5}, {"list_fault": "not-found"}, NO_PORTALS]


def check_current(run: Run, server: Server) -> None:
    """The export holds the site as it is now, in every field but the volatile ones."""
    volatile = ("views", "previous_id", "next_id", "date_modified", "date_modified_raw")
    check_articles(run, server.site.expected_articles(server.url), *volatile)


@pytest.mark.parametrize("options", LISTS, ids=str)
def test_new_articles_cost_one_request_each(tmp_path: Path, options: dict[str, Any]) -> None:
    with serve(16, **options) as server:
        visit(tmp_path, server, start=server.url + page(server.site.ids()[-1]))
        for new in (0, 1, 12):
            server.site.publish(new)
            run = visit(tmp_path, server)
            assert run.code == 0, run.stderr
            assert len(server.take_paths()) <= new + 3
            check_current(run, server)


@pytest.mark.parametrize(
    ("options", "settings", "given"),
    [
        *((one, {"CLOSESPIDER_PAGECOUNT": "14", "CONCURRENT_REQUESTS": "2"}, {}) for one in LISTS),
        ({}, IN_ORDER, {"limit": "5"}),
        ({}, IN_ORDER, {"since": "2026-01-15"}),
    ],
    ids=str,
)
def test_partial_first_run_is_continued(
    tmp_path: Path, options: dict[str, Any], settings: dict[str, str], given: dict[str, str]
) -> None:
    """A run that was stopped, or that was to get a part only."""
    with serve(32, **options) as server:
        start = server.url + page(server.site.ids()[16])
        held = visit(tmp_path, server, settings=settings, start=start, **given).articles()
        server.site.publish(4)
        run = visit(tmp_path, server)
        paths = server.take_paths()
        check_current(run, server)
    assert 3 <= len(held) < 32
    again = [one for one in held if page(one) in paths]
    assert len(again) <= 1, "only the newest known article may be looked at again, for its links"
    assert len(paths) == len(set(paths))


def test_mirror_is_the_same_site(tmp_path: Path) -> None:
    mirrors = {"MIRRORS": '{"localhost": "127.0.0.1"}'}
    with serve(10) as server:
        first = visit(tmp_path, server, settings=mirrors)
        run = visit(tmp_path, server, settings=mirrors, site=server.url.replace("127.0.0.1", "localhost"))
        assert len(server.take_paths()) <= 3
    assert run.articles() == first.articles()
