"""Runs after the first: nothing asked for in vain, nothing lost, outputs whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mocksite import COMMENTARY, Server, Site, SiteOptions, build_site

from ..crawling import Run
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}
IN_ORDER = {"CONCURRENT_REQUESTS": "1"}
LISTS = [
    pytest.param({"pager": "underscore", "page_size": 10}, id="list"),
    pytest.param({"list_status": 404}, id="list-missing"),
    pytest.param({"list_status": 404, "parent": "missing", "home": "missing"}, id="neighbours-only"),
]


def asked(server: Server) -> list[str]:
    """Paths asked of the site since the last call, robots.txt apart."""
    paths = [request.path for request in server.requests if request.path != "/robots.txt"]
    server.requests.clear()
    return paths


def assert_current(run: Run, site: Site, server: Server) -> None:
    """The export holds the site as it is now, one line an article, every field but the volatile ones."""
    found = run.articles()
    truth = {int(str(one["id"])): one for one in site.expected_articles(base_url=server.url)}
    assert sorted(found) == sorted(truth)
    volatile = {"duplicate_of", "views", "previous_id", "next_id", "date_modified", "date_modified_raw"}
    for article_id, expected in truth.items():
        stable = {name: value for name, value in expected.items() if name not in volatile}
        assert {name: found[article_id][name] for name in stable} == stable


def first_crawl(folder: Path, site: Site, server: Server) -> None:
    start = f"{server.url}/103002/{site.ids(COMMENTARY)[-1]}.aspx"
    run = crawl(folder, server.url, settings=KEEP, start=start)
    assert run.code == 0, run.stderr
    asked(server)


@pytest.mark.parametrize("options", LISTS)
def test_k_new_articles_cost_at_most_k_plus_3_requests(tmp_path: Path, options: dict[str, object]) -> None:
    site = build_site(seed=7, articles=200, options=SiteOptions(**options))  # type: ignore[arg-type]
    with Server(site) as server:
        first_crawl(tmp_path, site, server)
        for new in (0, 1, 25):
            if new:
                site.publish(new)
            run = crawl(tmp_path, server.url, settings=KEEP)
            paths = asked(server)
            assert run.code == 0, run.stderr
            assert len(paths) <= new + 3, paths
            assert_current(run, site, server)


def test_an_update_without_news_leaves_the_export_untouched(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=30)
    with Server(site) as server:
        first_crawl(tmp_path, site, server)
        before = (tmp_path / "data/commentary.jsonl").stat()
        site.touch_views(site.ids(COMMENTARY)[-1])
        run = crawl(tmp_path, server.url, settings=KEEP)
    after = (tmp_path / "data/commentary.jsonl").stat()
    assert run.code == 0
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_new_articles_are_appended_not_rewritten(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=30)
    path = tmp_path / "data/commentary.jsonl"
    with Server(site) as server:
        first_crawl(tmp_path, site, server)
        inode, text = path.stat().st_ino, path.read_bytes()
        site.publish(3)
        crawl(tmp_path, server.url, settings=KEEP)
    assert path.stat().st_ino == inode
    assert path.read_bytes().startswith(text)
    assert len(path.read_bytes().splitlines()) == 33


@pytest.mark.parametrize("options", LISTS)
def test_gaps_of_an_unfinished_walk_are_filled_without_starting_over(
    tmp_path: Path, options: dict[str, object]
) -> None:
    site = build_site(seed=7, articles=80, options=SiteOptions(**options))  # type: ignore[arg-type]
    start = site.ids(COMMENTARY)[40]
    with Server(site) as server:
        cut_off = crawl(
            tmp_path, server.url, start=f"{server.url}/103002/{start}.aspx",
            settings={**KEEP, "CLOSESPIDER_ITEMCOUNT": "30", "CONCURRENT_REQUESTS": "2"},
        )  # fmt: skip
        held = set(cut_off.articles())
        asked(server)
        site.publish(4)
        run = crawl(tmp_path, server.url, settings=KEEP)
        paths = asked(server)
        assert_current(run, site, server)
    again = [one for one in held if f"/103002/{one}.aspx" in paths]
    assert 30 <= len(held) < 80
    assert len(again) <= 1, "only the newest known article may be looked at again, for its links"
    assert len(paths) == len(set(paths))


def test_a_page_that_failed_is_asked_for_again(tmp_path: Path) -> None:
    bad = build_site(seed=7, articles=30).ids(COMMENTARY)[12]
    site = build_site(seed=7, articles=30, options=SiteOptions(faults={bad: "server-error"}))
    with Server(site) as server:
        assert crawl(tmp_path, server.url, settings=KEEP).code == 3
        healed = build_site(seed=7, articles=30)
        port = server.port
    with Server(healed, port=port) as server:
        run = crawl(tmp_path, server.url, settings=KEEP)
        assert run.code == 0
        assert len(asked(server)) <= 3
        assert_current(run, healed, server)


def test_an_article_that_was_never_there_is_given_up_after_two_runs(tmp_path: Path) -> None:
    bad = build_site(seed=7, articles=30).ids(COMMENTARY)[12]
    site = build_site(seed=7, articles=30, options=SiteOptions(faults={bad: "not-found"}))
    with Server(site) as server:
        codes = [crawl(tmp_path, server.url, settings=KEEP).code for _ in range(3)]
        asked_for = [request.path for request in server.requests if request.path.endswith(f"/{bad}.aspx")]
    assert codes == [3, 3, 0]
    assert len(asked_for) == 2


def test_a_list_that_failed_is_read_again(tmp_path: Path) -> None:
    broken = build_site(seed=7, articles=30, options=SiteOptions(list_status=500))
    with Server(broken) as server:
        crawl(tmp_path, server.url, settings=KEEP)
        port = server.port
    with Server(build_site(seed=7, articles=30, options=SiteOptions(pager="underscore")), port=port) as server:
        run = crawl(tmp_path, server.url, settings=KEEP)
        assert run.code == 0, "a list that names only what is archived is a way in"
        assert "/103002/default_2.aspx" in asked(server)
        crawl(tmp_path, server.url, settings=KEEP)
        assert "/103002/default_2.aspx" not in asked(server)


class TestFeeds:
    def test_a_second_feed_is_the_first_plus_what_is_new(self, tmp_path: Path) -> None:
        site = build_site(seed=7, articles=60)
        with Server(site) as server:
            # Of a group of re-posts a feed holds the one that came first.
            first = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=IN_ORDER).articles("x.jsonl")
            asked(server)
            unchanged = crawl(tmp_path, server.url, "-O", "x.jsonl").articles("x.jsonl")
            new = site.publish(3)
            second = crawl(tmp_path, server.url, "-O", "x.jsonl").articles("x.jsonl")
            assert len(asked(server)) <= 2 + 2 + 3
        assert unchanged == first
        assert {one: second[one] for one in first} == first
        assert sorted(set(second) - set(first)) == new

    def test_emit_new_gives_only_what_this_run_added_or_changed(self, tmp_path: Path) -> None:
        site = build_site(seed=7, articles=30)
        edited = site.ids(COMMENTARY)[5]
        with Server(site) as server:
            first_crawl(tmp_path, site, server)
            site.edit(edited, paragraph="A correction was added later.")
            new = site.publish(2)
            run = crawl(tmp_path, server.url, "-O", "x.jsonl", emit="new", mode="refresh")
        assert run.code == 0
        assert sorted(run.articles("x.jsonl")) == [edited, *new]

    def test_a_feed_holds_one_of_each_group_of_reposts(self, tmp_path: Path) -> None:
        site = build_site(seed=7, articles=60)
        with Server(site) as server:
            crawl(tmp_path, server.url, "-O", "x.jsonl")
            site.repost(site.ids(COMMENTARY)[30])
            for _ in range(2):
                run = crawl(tmp_path, server.url, "-O", "x.jsonl")
                hashes = [one["content_hash"] for one in run.lines("x.jsonl")]
                assert len(hashes) == len(set(hashes))
                assert set(run.articles("x.jsonl")) == set(run.articles())

    @pytest.mark.parametrize("given", [{"limit": "7"}, {"since": "2026-01-01"}])
    def test_arguments_hold_for_what_comes_from_the_archive_too(self, tmp_path: Path, given: dict[str, str]) -> None:
        site = build_site(seed=7, articles=60)
        with Server(site) as server:
            first = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=KEEP, **given).articles("x.jsonl")
            asked(server)
            second = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=KEEP, **given).articles("x.jsonl")
            assert len(asked(server)) <= 3
        assert second == first
        assert first


@pytest.mark.parametrize("given", [{"limit": "10"}, {"since": "2026-01-05"}])
def test_a_narrow_run_before_a_whole_one_loses_nothing(tmp_path: Path, given: dict[str, str]) -> None:
    site = build_site(seed=7, articles=60)
    with Server(site) as server:
        narrow = crawl(tmp_path, server.url, settings=KEEP, **given)
        held = set(narrow.articles())
        asked(server)
        run = crawl(tmp_path, server.url, settings=KEEP)
        paths = asked(server)
        assert_current(run, site, server)
    assert len([one for one in held if f"/103002/{one}.aspx" in paths]) <= 1


def test_a_mirror_is_the_same_site(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=30)
    mirrors = {"MIRRORS": '{"localhost": "127.0.0.1"}'}
    with Server(site) as server:
        first = crawl(tmp_path, server.url, settings={**KEEP, **mirrors})
        asked(server)
        run = crawl(tmp_path, server.url.replace("127.0.0.1", "localhost"), settings={**KEEP, **mirrors})
        assert len(asked(server)) <= 3
    assert run.articles() == first.articles()


def test_two_sites_in_one_archive_do_not_mix(tmp_path: Path) -> None:
    here, there = build_site(seed=7, articles=20), build_site(seed=8, articles=25)
    with Server(here) as one, Server(there) as other:
        crawl(tmp_path, one.url, settings={**KEEP, "EXPORT_PATH": "here.jsonl"})
        run = crawl(tmp_path, other.url, settings={**KEEP, "EXPORT_PATH": "there.jsonl"})
    assert sorted(run.articles("here.jsonl")) == list(here.ids(COMMENTARY))
    assert sorted(run.articles("there.jsonl")) == list(there.ids(COMMENTARY))
