"""Edits, removals, returns and re-posts, seen by the real spider over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.mocksite import Response, Server, build_site

from ..crawling import Run, query
from .visits import IN_ORDER, NO_PORTALS, Answers, page, serve, visit

TODAY = datetime.now(UTC).date().isoformat()


def revisions(folder: Path, article_id: int) -> int:
    return int(query(folder, "SELECT count(*) FROM revisions WHERE article_id = ?", article_id)[0][0])


def refresh(folder: Path, server: Server) -> Run:
    return visit(folder, server, mode="refresh")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A site that has been crawled."""
    with serve() as server:
        visit(tmp_path, server)
        yield server


def test_unchanged_articles_are_answered_with_304(tmp_path: Path, server: Server) -> None:
    assert refresh(tmp_path, server).code == 0
    assert [request.status for request in server.requests if request.path[-6:-5].isdigit()] == [304] * 12


def test_stopped_refresh_is_continued(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    times = count()
    monkeypatch.setattr("sassspider.extensions.archive.now", lambda: f"2099-01-01T00:00:{next(times):02}Z")
    for pages in ("8", "10"):
        run = visit(tmp_path, server, mode="refresh", settings={**IN_ORDER, "CLOSESPIDER_PAGECOUNT": pages})
        assert run.stats["finish_reason"] == "closespider_pagecount"
    unseen = query(tmp_path, "SELECT article_id FROM revisions WHERE last_seen < '2099'")
    assert unseen == []


def test_failed_page_is_retried_after_refresh(tmp_path: Path, server: Server) -> None:
    bad = server.site.ids()[1]
    server.site = build_site(7, 12, faults={bad: "server-error"}, fault_times=1)
    visit(tmp_path, server, mode="refresh", settings=IN_ORDER)
    *asked, last = server.take_paths()
    assert (last, asked.count(last), len(asked)) == (page(bad), 1, 1 + 12)


def test_refresh_passes_forbidden_pages(tmp_path: Path, server: Server) -> None:
    server.site = build_site(7, 12, robots="User-agent: *\nDisallow: /103002/40\n")
    run = visit(tmp_path, server, mode="refresh")
    assert (run.code, run.stats["articles/forbidden"]) == (0, 12)


def test_page_requested_for_links_is_refreshed(tmp_path: Path, server: Server) -> None:
    """The update that finds a new article requests the newest archived one, whose page has changed too."""
    newest = server.site.ids()[-1]
    server.site.touch_views(newest, by=7)
    made = server.site.publish(1)
    visit(tmp_path, server)
    found = refresh(tmp_path, server).articles()[newest]
    assert (found["next_id"], found["views"]) == (made[0], server.site.record(newest).views)


def age(server: Server, article_id: int) -> int:
    """Return how many days ago an article was published."""
    published = datetime.fromisoformat(server.site.expected(article_id)["date_published"]).replace(tzinfo=UTC)
    return (datetime.now(UTC) - published).days


def test_recheck_finds_recent_edit_only(tmp_path: Path, server: Server) -> None:
    old, new = server.site.ids()[2], server.site.ids()[-3]
    for one in (old, new):
        server.site.edit(one, title_suffix=" (x)")
    visit(tmp_path, server, recheck=str(age(server, new) + 2))
    assert len(server.requests) < 8
    assert (revisions(tmp_path, old), revisions(tmp_path, new)) == (1, 2)


def removed_on(folder: Path, article_id: int) -> str | None:
    return query(folder, "SELECT date_removed FROM articles WHERE id = ?", article_id)[0][0]


class TestRemoval:
    def test_refresh_removes_unlinked_article(self, tmp_path: Path, server: Server) -> None:
        gone = server.site.ids()[4]
        server.site.remove(gone)
        run = refresh(tmp_path, server)
        assert removed_on(tmp_path, gone) == run.articles()[gone]["date_removed"] == TODAY
        assert query(tmp_path, "SELECT length(body_text) > 0 FROM articles WHERE id = ?", gone) == [(1,)]
        server.site.restore(gone)
        run = refresh(tmp_path, server)
        assert removed_on(tmp_path, gone) is run.articles()[gone]["date_removed"] is None
        assert query(tmp_path, "SELECT article_id, removed_on, returned_on FROM removals") == [(gone, TODAY, TODAY)]

    def test_article_returns_unchanged(self, tmp_path: Path, server: Server) -> None:
        back = server.site.ids()[4]
        server.site.remove(back)
        refresh(tmp_path, server)
        server.deliver = Answers(page(back), responses=[Response(304, (), b"")])
        run = refresh(tmp_path, server)
        assert (run.stats["archive/returned"], run.articles()[back]["date_removed"]) == (1, None)

    @pytest.mark.parametrize("status", ["not-found", "gone"])
    def test_second_run_removes_linked_article(self, tmp_path: Path, server: Server, status: str) -> None:
        gone = server.site.ids()[4]
        server.site = build_site(7, 12, faults={gone: status})
        first = refresh(tmp_path, server)
        assert (removed_on(tmp_path, gone), gone in first.articles()) == (None, True)
        second, third = (visit(tmp_path, server) for _ in range(2))
        assert removed_on(tmp_path, gone) == second.articles()[gone]["date_removed"] == TODAY
        assert [first.code, second.code, third.code] == [0, 0, 0]

    def test_server_error_removes_nothing(self, tmp_path: Path, server: Server) -> None:
        bad = server.site.ids()[4]
        server.site = build_site(7, 12, faults={bad: "server-error"})
        assert [refresh(tmp_path, server).code for _ in range(2)] == [3, 3]
        assert removed_on(tmp_path, bad) is None

    def test_recheck_removes_its_only_article(self, tmp_path: Path) -> None:
        """The archive has a part of the section: an update requests no other article by itself."""
        with serve() as server:
            visit(tmp_path, server, limit="6")
            gone = server.site.ids()[-1]
            recheck = str(age(server, gone))
            server.site.remove(gone)
            codes = [visit(tmp_path, server, limit="6", recheck=recheck).code for _ in range(2)]
        assert (codes, removed_on(tmp_path, gone)) == ([0, 0], TODAY)

    def test_removed_newest_article_hides_nothing_new(self, tmp_path: Path) -> None:
        with serve(**NO_PORTALS) as server:
            newest = server.site.ids()[-1]
            visit(tmp_path, server, start=server.url + page(newest))
            server.site.remove(newest)
            new = server.site.publish(2)
            run = visit(tmp_path, server)
        assert set(new) <= set(run.articles())
        assert len(server.take_paths()) <= 2 + 3


def test_repost_stays_without_its_original(tmp_path: Path) -> None:
    settings = {"KEEP_DUPLICATES": "0"}
    with serve() as server:
        original = server.site.ids()[6]
        visit(tmp_path, server, settings=settings)
        repost = server.site.repost(original)
        assert repost not in visit(tmp_path, server, settings=settings).articles()
        server.site.remove(original)
        run = visit(tmp_path, server, settings=settings, mode="refresh")
    assert repost in run.articles()
    assert original not in run.articles()
