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


def first_crawl(folder: Path, server: Server, code: int = 0) -> None:
    start = f"{server.url}/103002/{server.site.ids(COMMENTARY)[-1]}.aspx"
    run = crawl(folder, server.url, settings=KEEP, start=start)
    assert run.code == code, run.stderr
    asked(server)


@pytest.mark.parametrize("options", LISTS)
def test_new_articles_cost_one_request_each(tmp_path: Path, options: dict[str, object]) -> None:
    site = build_site(seed=7, articles=200, options=SiteOptions(**options))  # type: ignore[arg-type]
    with Server(site) as server:
        first_crawl(tmp_path, server)
        for new in (0, 1, 25):
            if new:
                site.publish(new)
            run = crawl(tmp_path, server.url, settings=KEEP)
            paths = asked(server)
            assert run.code == 0, run.stderr
            assert len(paths) <= new + 3, paths
            assert_current(run, site, server)


def test_update_without_news_leaves_export_untouched(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=30)
    with Server(site) as server:
        first_crawl(tmp_path, server)
        before = (tmp_path / "data/commentary.jsonl").stat()
        site.touch_views(site.ids(COMMENTARY)[-1])
        run = crawl(tmp_path, server.url, settings=KEEP)
    after = (tmp_path / "data/commentary.jsonl").stat()
    assert run.code == 0
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_new_articles_are_appended(tmp_path: Path) -> None:
    site = build_site(seed=7, articles=30)
    path = tmp_path / "data/commentary.jsonl"
    with Server(site) as server:
        first_crawl(tmp_path, server)
        text = path.read_bytes()
        site.publish(3)
        crawl(tmp_path, server.url, settings=KEEP)
    assert path.read_bytes().startswith(text)
    assert len(path.read_bytes().splitlines()) == 33


@pytest.mark.parametrize("options", LISTS)
def test_interrupted_crawl_is_continued(tmp_path: Path, options: dict[str, object]) -> None:
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


def test_failed_page_is_requested_again(tmp_path: Path) -> None:
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


def test_listed_article_not_found_three_times_is_no_fault(tmp_path: Path) -> None:
    bad = build_site(seed=7, articles=30).ids(COMMENTARY)[12]
    site = build_site(seed=7, articles=30, options=SiteOptions(faults={bad: "not-found"}))
    with Server(site) as server:
        codes = [crawl(tmp_path, server.url, settings=KEEP).code for _ in range(3)]
        asked_for = [request.path for request in server.requests if request.path.endswith(f"/{bad}.aspx")]
    assert codes == [3, 3, 0]
    assert len(asked_for) == 3, "what the list names now may be there now"


def test_failed_list_is_read_again(tmp_path: Path) -> None:
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


def test_missing_articles_are_requested_after_new_ones(tmp_path: Path) -> None:
    missing = build_site(seed=7, articles=30).ids(COMMENTARY)[12]
    faults = {missing: "server-error"}
    with Server(build_site(seed=7, articles=30, options=SiteOptions(faults=faults))) as server:
        first_crawl(tmp_path, server, code=3)
        new = server.site.publish(3)
        crawl(tmp_path, server.url, settings={**KEEP, **IN_ORDER})
        pages = [path for path in asked(server) if "default" not in path]
    assert pages[1:5] == [f"/103002/{one}.aspx" for one in (*new, missing)]


def test_forbidden_article_is_no_alarm(tmp_path: Path) -> None:
    forbidden, disallowed = build_site(seed=7, articles=30).ids(COMMENTARY)[12:14]
    rules = f"User-agent: *\nDisallow: /103002/{disallowed}.aspx\n"
    options = SiteOptions(faults={forbidden: "forbidden"}, robots=rules)
    with Server(build_site(seed=7, articles=30, options=options)) as server:
        run = crawl(tmp_path, server.url, settings=KEEP)
    assert run.code == 0, run.reasons
    assert len(run.articles()) == 28
    assert run.stats["articles/forbidden"] == 2


@pytest.mark.parametrize("given", [{"limit": "10"}, {"since": "2026-01-05"}])
def test_narrow_run_before_whole_one_loses_nothing(tmp_path: Path, given: dict[str, str]) -> None:
    site = build_site(seed=7, articles=60)
    with Server(site) as server:
        narrow = crawl(tmp_path, server.url, settings=KEEP, **given)
        held = set(narrow.articles())
        asked(server)
        run = crawl(tmp_path, server.url, settings=KEEP)
        paths = asked(server)
        assert_current(run, site, server)
    assert len([one for one in held if f"/103002/{one}.aspx" in paths]) <= 1


def test_mirror_is_the_same_site(tmp_path: Path) -> None:
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
