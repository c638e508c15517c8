"""Runs after the first: nothing asked for in vain, nothing lost, outputs whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from ..crawling import Run, check_articles
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}
IN_ORDER = {"CONCURRENT_REQUESTS": "1"}
LISTS = [
    pytest.param({"pager": "underscore", "page_size": 5}, id="list"),
    pytest.param({"list_fault": "not-found"}, id="list-missing"),
    pytest.param({"list_fault": "not-found", "parent": "missing", "home": "missing"}, id="neighbours-only"),
]


def check_current(run: Run, server: Server) -> None:
    """The export holds the site as it is now, in every field but the volatile ones."""
    volatile = ("views", "previous_id", "next_id", "date_modified", "date_modified_raw")
    check_articles(run, server.site.expected_articles(server.url), *volatile)


def first_crawl(folder: Path, server: Server, code: int = 0) -> None:
    start = f"{server.url}/103002/{server.site.ids()[-1]}.aspx"
    run = crawl(folder, server.url, settings=KEEP, start=start)
    assert run.code == code, run.stderr
    server.take_paths()


@pytest.mark.parametrize("options", LISTS)
def test_new_articles_cost_one_request_each(tmp_path: Path, options: dict[str, object]) -> None:
    site = build_site(seed=7, articles=16, **options)
    with Server(site) as server:
        first_crawl(tmp_path, server)
        for new in (0, 1, 12):
            if new:
                site.publish(new)
            run = crawl(tmp_path, server.url, settings=KEEP)
            paths = server.take_paths()
            assert run.code == 0, run.stderr
            assert len(paths) <= new + 3, paths
            check_current(run, server)


def test_export_changes_with_news_only(tmp_path: Path) -> None:
    """It is not touched without news; new articles are appended."""
    site = build_site(seed=7, articles=10)
    path = tmp_path / "data/commentary.jsonl"
    with Server(site) as server:
        first_crawl(tmp_path, server)
        before, text = path.stat(), path.read_bytes()
        site.touch_views(site.ids()[-1])
        assert crawl(tmp_path, server.url, settings=KEEP).code == 0
        after = path.stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
        site.publish(3)
        crawl(tmp_path, server.url, settings=KEEP)
    assert path.read_bytes().startswith(text)
    assert len(path.read_bytes().splitlines()) == 13


@pytest.mark.parametrize("options", LISTS)
def test_interrupted_crawl_is_continued(tmp_path: Path, options: dict[str, object]) -> None:
    site = build_site(seed=7, articles=32, **options)
    start = site.ids()[16]
    with Server(site) as server:
        cut_off = crawl(
            tmp_path, server.url, start=f"{server.url}/103002/{start}.aspx",
            settings={**KEEP, "CLOSESPIDER_PAGECOUNT": "14", "CONCURRENT_REQUESTS": "2"},
        )  # fmt: skip
        held = set(cut_off.articles())
        server.take_paths()
        site.publish(4)
        run = crawl(tmp_path, server.url, settings=KEEP)
        paths = server.take_paths()
        check_current(run, server)
    again = [one for one in held if f"/103002/{one}.aspx" in paths]
    assert 5 <= len(held) < 32
    assert len(again) <= 1, "only the newest known article may be looked at again, for its links"
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("given", [{"limit": "5"}, {"since": "2026-01-15"}])
def test_narrow_run_before_whole_one_loses_nothing(tmp_path: Path, given: dict[str, str]) -> None:
    site = build_site(seed=7, articles=20)
    with Server(site) as server:
        narrow = crawl(tmp_path, server.url, settings=KEEP, **given)
        held = set(narrow.articles())
        server.take_paths()
        run = crawl(tmp_path, server.url, settings=KEEP)
        paths = server.take_paths()
        check_current(run, server)
    assert len([one for one in held if f"/103002/{one}.aspx" in paths]) <= 1


def test_mirror_is_the_same_site(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=10)
    mirrors = {"MIRRORS": '{"localhost": "127.0.0.1"}'}
    with Server(site) as server:
        first = crawl(tmp_path, server.url, settings={**KEEP, **mirrors})
        server.take_paths()
        run = crawl(tmp_path, server.url.replace("127.0.0.1", "localhost"), settings={**KEEP, **mirrors})
        assert len(server.take_paths()) <= 3
    assert run.articles() == first.articles()


def test_two_sites_in_one_archive_do_not_mix(tmp_path: Path) -> None:
    here, there = build_site(seed=7, articles=8), build_site(seed=8, articles=9)
    with Server(here) as one, Server(there) as other:
        crawl(tmp_path, one.url, settings={**KEEP, "EXPORT_PATH": "here.jsonl"})
        run = crawl(tmp_path, other.url, settings={**KEEP, "EXPORT_PATH": "there.jsonl"})
    assert sorted(run.articles("here.jsonl")) == here.ids()
    assert sorted(run.articles("there.jsonl")) == there.ids()
