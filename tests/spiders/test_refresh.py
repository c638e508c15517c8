"""Edits, removals, returns and re-posts, seen by the real spider over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mocksite import Server, Site, build_site

from ..crawling import Run, query
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}
TODAY = datetime.now(UTC).date().isoformat()


def revisions(folder: Path, article_id: int) -> int:
    return int(query(folder, "SELECT count(*) FROM revisions WHERE article_id = ?", article_id)[0][0])


def refresh(folder: Path, server: Server, *options: str, **given: str) -> Run:
    return crawl(folder, server.url, *options, settings=KEEP, mode="refresh", **given)


@pytest.fixture
def site() -> Site:
    return build_site(seed=9, articles=12)


def test_unchanged_articles_are_answered_with_304(tmp_path: Path, site: Site) -> None:
    with Server(site) as server:
        crawl(tmp_path, server.url, settings=KEEP)
        server.requests.clear()
        run = refresh(tmp_path, server)
        statuses = [request.status for request in server.requests if request.path[-6:-5].isdigit()]
    assert run.code == 0
    assert statuses == [304] * 12


def test_edit_makes_a_revision(tmp_path: Path, site: Site) -> None:
    edited = site.ids()[4]
    with Server(site) as server:
        before = crawl(tmp_path, server.url, settings=KEEP).articles()[edited]
        site.edit(edited, title_suffix=" (corrected)", paragraph="A correction was added later.")
        after = refresh(tmp_path, server).articles()[edited]
    assert after["title"] == f"{before['title']} (corrected)"
    assert after["body_text"].endswith("A correction was added later.")
    assert revisions(tmp_path, edited) == 2
    assert query(tmp_path, "SELECT count(*) FROM revisions")[0][0] == 13


def test_views_neighbours_lists_and_markup_make_no_revision(tmp_path: Path, site: Site) -> None:
    with Server(site) as server:
        crawl(tmp_path, server.url, settings=KEEP)
        for article_id in site.ids()[::3]:
            site.touch_views(article_id, by=7)
        site.publish(1)
        run = refresh(tmp_path, server)
        truth = site.expected_articles(server.url)
    assert run.code == 0
    assert query(tmp_path, "SELECT count(*) FROM revisions")[0][0] == 13
    found = run.articles()
    assert {one: found[one]["views"] for one in found} == {one: truth[one]["views"] for one in truth}
    assert {one: found[one]["next_id"] for one in found} == {one: truth[one]["next_id"] for one in truth}


def test_page_requested_for_its_links_is_read_by_refresh(tmp_path: Path, site: Site) -> None:
    """The update that finds a new article requests the newest archived one, whose page has changed too."""
    newest = site.ids()[-1]
    with Server(site) as server:
        crawl(tmp_path, server.url, settings=KEEP)
        site.touch_views(newest, by=7)
        made = site.publish(1)
        crawl(tmp_path, server.url, settings=KEEP)
        found = refresh(tmp_path, server).articles()[newest]
    assert (found["next_id"], found["views"]) == (made[0], site.record(newest).views)


def test_recheck_finds_recent_edit_only(tmp_path: Path, site: Site) -> None:
    old, new = site.ids()[2], site.ids()[-3]
    published = datetime.fromisoformat(site.expected(new)["date_published"]).replace(tzinfo=UTC)
    days = (datetime.now(UTC) - published).days + 2
    with Server(site) as server:
        crawl(tmp_path, server.url, settings=KEEP)
        site.edit(old, title_suffix=" (x)")
        site.edit(new, title_suffix=" (x)")
        server.requests.clear()
        crawl(tmp_path, server.url, settings=KEEP, recheck=str(days))
        asked = len(server.requests)
    assert (revisions(tmp_path, old), revisions(tmp_path, new)) == (1, 2)
    assert asked < 8


class TestRemoval:
    def removed_on(self, folder: Path, article_id: int) -> str | None:
        return query(folder, "SELECT date_removed FROM articles WHERE id = ?", article_id)[0][0]

    def test_unlinked_article_is_removed_by_one_refresh_until_it_returns(self, tmp_path: Path, site: Site) -> None:
        gone = site.ids()[4]
        with Server(site) as server:
            crawl(tmp_path, server.url, settings=KEEP)
            site.remove(gone)
            run = refresh(tmp_path, server)
            assert self.removed_on(tmp_path, gone) == TODAY
            assert run.articles()[gone]["date_removed"] == TODAY
            assert query(tmp_path, "SELECT length(body_text) > 0 FROM articles WHERE id = ?", gone) == [(1,)]
            site.restore(gone)
            run = refresh(tmp_path, server)
        assert self.removed_on(tmp_path, gone) is None
        assert run.articles()[gone]["date_removed"] is None
        assert query(tmp_path, "SELECT article_id, removed_on, returned_on FROM removals") == [(gone, TODAY, TODAY)]

    @pytest.mark.parametrize("status", ["not-found", "gone"])
    def test_linked_article_is_removed_by_second_run(self, tmp_path: Path, site: Site, status: str) -> None:
        gone = site.ids()[4]
        with Server(site) as server:
            crawl(tmp_path, server.url, settings=KEEP)
            port = server.port
        broken = build_site(seed=9, articles=12, faults={gone: status})
        with Server(broken, port=port) as server:
            first = refresh(tmp_path, server)
            once = (self.removed_on(tmp_path, gone), gone in first.articles())
            second = crawl(tmp_path, server.url, settings=KEEP)
            third = crawl(tmp_path, server.url, settings=KEEP)
        assert once == (None, True)
        assert self.removed_on(tmp_path, gone) == TODAY
        assert second.articles()[gone]["date_removed"] == TODAY
        assert [first.code, second.code, third.code] == [0, 0, 0]

    def test_server_error_removes_nothing(self, tmp_path: Path, site: Site) -> None:
        bad = site.ids()[4]
        with Server(site) as server:
            crawl(tmp_path, server.url, settings=KEEP)
            port = server.port
        broken = build_site(seed=9, articles=12, faults={bad: "server-error"})
        with Server(broken, port=port) as server:
            codes = [refresh(tmp_path, server).code for _ in range(2)]
        assert codes == [3, 3]
        assert self.removed_on(tmp_path, bad) is None

    def test_removed_newest_article_hides_nothing_new(self, tmp_path: Path) -> None:
        site = build_site(seed=9, articles=12, list_status=404, parent="missing", home="missing")
        newest = site.ids()[-1]
        with Server(site) as server:
            crawl(tmp_path, server.url, settings=KEEP, start=f"{server.url}/103002/{newest}.aspx")
            site.remove(newest)
            new = site.publish(2)
            server.requests.clear()
            run = crawl(tmp_path, server.url, settings=KEEP)
            asked = server.take_paths()
        assert set(new) <= set(run.articles())
        assert len(asked) <= 2 + 3


class TestReposts:
    @pytest.mark.parametrize("concurrency", ["1", "8"])
    @pytest.mark.parametrize("by_neighbours", [False, True], ids=["oldest-first", "newest-first"])
    def test_lowest_id_is_the_original_in_any_order(
        self, tmp_path: Path, by_neighbours: bool, concurrency: str
    ) -> None:
        options = {"list_status": 404, "parent": "missing", "home": "missing"} if by_neighbours else {}
        site = build_site(seed=9, articles=12, **options)
        for _ in range(2):
            site.repost(site.ids()[2])
        with Server(site) as server:
            start = f"{server.url}/103002/{site.ids()[-1]}.aspx"
            run = crawl(tmp_path, server.url, start=start, settings={"CONCURRENT_REQUESTS": concurrency})
        originals = [one for one in site.ids() if site.record(one).original_id is None]
        assert sorted(run.articles()) == originals
        repeats = query(tmp_path, "SELECT id, duplicate_of FROM articles WHERE duplicate_of IS NOT NULL ORDER BY id")
        assert repeats == [(one, site.record(one).original_id) for one in site.ids() if site.record(one).original_id]

    def test_repost_stays_without_its_original(self, tmp_path: Path, site: Site) -> None:
        original = site.ids()[6]
        with Server(site) as server:
            crawl(tmp_path, server.url)
            repost = site.repost(original)
            assert repost not in crawl(tmp_path, server.url).articles()
            site.remove(original)
            run = crawl(tmp_path, server.url, mode="refresh")
        assert repost in run.articles()
        assert original not in run.articles()
