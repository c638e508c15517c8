"""Sites whose faults come and go from run to run: nothing is lost, and nothing is taken for removed."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.mocksite import Request, Response

from ..crawling import GIVE_UP, interrupt, query
from .visits import IN_ORDER, KEEP, NOT_FOUND, Answers, page, serve, visit

MAINTENANCE = Response(200, (("Content-Type", "text/html"),), b"<html><body>We are back soon.</body></html>")
HOT = rb'<ul id="hot">.*?</ul>'
ALL_LINKS = rb'<a id="(?:perv|next)".*?</a>|<ul id="(?:new|hot)">.*?</ul>'
PAGED = {"pager": "underscore", "page_size": 5}


HALF, NEWEST, OLDEST = slice(None, None, 2), slice(-1, None), slice(1)
CUT = Response(200, (), b"<?xml?><a>")
LISTS = [f"/103002/default_{number}.aspx" for number in range(2, 6)]


@pytest.mark.parametrize(
    ("hidden", "response", "without", "codes"),
    [
        (HALF, NOT_FOUND, b"", [3, 3]),
        (NEWEST, NOT_FOUND, b"", [3, 3, 0]),  # linked before it is published
        # An article that only a list page links to: the next run reads no more of the list than its first page.
        (OLDEST, Response(500, (), b""), ALL_LINKS, [3]),
        (OLDEST, CUT, ALL_LINKS, [3]),
        (LISTS, NOT_FOUND, ALL_LINKS, [0]),
    ],
    ids=["half", "newest", "oldest failed", "oldest damaged", "lists"],
)
def test_what_failed_is_archived_later(
    tmp_path: Path, hidden: slice | list[str], response: Response, without: bytes, codes: list[int]
) -> None:
    with serve(24, **PAGED) as server:
        paths = hidden if isinstance(hidden, list) else map(page, server.site.ids()[hidden])
        server.deliver = Answers(*paths, responses=[response], without=without)
        assert [visit(tmp_path, server).code for _ in codes] == codes
        server.deliver = Answers(without=without)
        assert sorted(visit(tmp_path, server).articles()) == server.site.ids()
        visit(tmp_path, server)
    assert len(server.take_paths()) <= 3


@pytest.mark.parametrize("position", [10, -1], ids=["middle", "newest"])
def test_listed_article_returns(tmp_path: Path, position: int) -> None:
    with serve() as server:
        removed = server.site.ids()[position]
        visit(tmp_path, server)
        server.site.remove(removed)
        for _ in range(2):
            run = visit(tmp_path, server, mode="refresh")
        assert run.articles()[removed]["date_removed"]
        server.site.restore(removed)
        run = visit(tmp_path, server)
        assert (run.code, run.articles()[removed]["date_removed"]) == (0, None)
        visit(tmp_path, server)
        assert len(server.take_paths()) <= 3


@pytest.mark.parametrize("mode", ["update", "refresh"])
def test_run_without_pages_removes_nothing(tmp_path: Path, mode: str) -> None:
    with serve() as server:
        before = visit(tmp_path, server).lines()
        server.deliver = Answers(".*")
        for _ in range(3):
            run = visit(tmp_path, server, mode=mode)
            assert (run.code, run.lines()) == (1, before)
        server.deliver = None
        run = visit(tmp_path, server)
        assert (run.code, run.lines()) == (0, before)


def test_most_articles_missing_is_an_alarm(tmp_path: Path) -> None:
    with serve() as server:
        ids = server.site.ids()
        visit(tmp_path, server)
        for one in ids[:8]:
            server.site.remove(one)
        for _ in range(2):
            run = visit(tmp_path, server, mode="refresh")
            assert run.code == 3
            assert "8 of 12 archived articles were not found" in run.stderr
            assert sorted(run.articles()) == ids
        for _ in range(2):
            run = visit(tmp_path, server, mode="refresh", settings={"REMOVAL_MAX_SHARE": "1"})
    assert run.code == 0
    assert [one for one, line in sorted(run.articles().items()) if line["date_removed"] is None] == ids[8:]


def test_sound_list_alone_removes_nothing(tmp_path: Path) -> None:
    """All articles that an update requests are gone, but the list still names them."""
    with serve() as server:
        before = visit(tmp_path, server).lines()
        server.deliver = Answers(r"/103002/\d+\.aspx")
        for _ in range(3):
            run = visit(tmp_path, server)
            assert (run.code, run.lines()) == (3, before)
            assert "3 of 12 archived articles were not found, and no article was found" in run.stderr


def test_self_redirecting_list_is_read(tmp_path: Path) -> None:
    moved = Response(302, (("Location", "/103002/index.aspx"),), b"")
    with serve() as server:
        body = server.site.respond(Request("GET", "/103002/default.aspx"))
        redirect = Answers("/103002/default.aspx", responses=[moved])
        landing = Answers("/103002/index.aspx", responses=[body])
        server.deliver = lambda *given: redirect(*given) or landing(*given)
        visit(tmp_path, server)
        assert visit(tmp_path, server).code == 0
        assert [request.path for request in server.requests].count("/103002/index.aspx") == 1
        assert len(server.take_paths()) <= 3


def test_article_that_moves_to_another_section(tmp_path: Path) -> None:
    """Its old address is not found; the file of its old section loses its line, the new one keeps it."""
    with serve() as server:
        moved = server.site.ids()[5]
        visit(tmp_path, server)
        path = f"/101000/{moved}.aspx"
        body = server.site.respond(Request("GET", page(moved))).body.replace(b'"103002"', b'"101000"', 1)
        hidden = Answers(page(moved))
        there = Answers(path, responses=[Response(200, (("Content-Type", "text/xml"),), body)])
        server.site.remove(moved)
        server.deliver = lambda *given: hidden(*given) or there(*given)
        given = {"section": "101000", "start": f"{server.url}{path}"}
        new = visit(tmp_path, server, spider="section", **given)
        assert moved in new.articles("data/section-101000.jsonl")
        for mode in ("update", "refresh", "update"):
            old = visit(tmp_path, server, mode=mode)
            assert moved not in old.articles()
        new = visit(tmp_path, server, spider="section", **given)
    assert moved in new.articles("data/section-101000.jsonl")
    assert query(tmp_path, "SELECT section_id, date_removed FROM articles WHERE id = ?", moved) == [("101000", None)]


def test_articles_without_text_are_no_reposts(tmp_path: Path) -> None:
    with serve(4) as server:
        ids = server.site.ids()

        def show_pictures(request: Request, response: Response) -> Response | None:
            if not re.fullmatch(r"/103002/\d+\.aspx", request.target):
                return None
            picture = b'<h1>Pictures</h1>\\1<p><![CDATA[<img src="/upload%s.jpg">]]></p>' % request.target.encode()
            body = re.sub(rb"<h1>.*?</h1>(.*?)<p>.*</p>", picture, response.body, flags=re.DOTALL)
            return response._replace(body=body)

        server.deliver = show_pictures
        run = visit(tmp_path, server, settings={"KEEP_DUPLICATES": "0"})
    assert sorted(run.articles()) == ids
    assert {one["title"] for one in run.lines()} == {"Pictures"}


@pytest.mark.parametrize("other", [-1, 1], ids=["before", "after"])
def test_neighbour_page_without_id_is_refused(tmp_path: Path, other: int) -> None:
    with serve() as server:
        wrong = server.site.ids()[10]
        body = server.site.respond(Request("GET", page(server.site.ids()[10 + other]))).body
        body = re.sub(rb'<meta id="\d+"', b"<meta", body)
        server.deliver = Answers(page(wrong), responses=[Response(200, (("Content-Type", "text/xml"),), body)])
        run = visit(tmp_path, server)
    assert run.code == 3
    assert wrong not in run.articles()


@pytest.mark.parametrize("response", [NOT_FOUND, Response(302, (("Location", "/103002/default.aspx"),), b"")])
def test_dead_pager_link_is_left_alone(tmp_path: Path, response: Response) -> None:
    with serve(12, Answers("/103002/default_2.aspx", responses=[response]), **PAGED) as server:
        for _ in range(3):
            run = visit(tmp_path, server)
    assert run.code == 0
    assert len(server.take_paths()) <= 3


@pytest.mark.parametrize("is_stopped", [False, True])
def test_stretch_behind_failing_articles_is_found(tmp_path: Path, is_stopped: bool) -> None:
    with serve(8, **PAGED) as server:
        visit(tmp_path, server)
        new = server.site.publish(30)
        bad = {new[8], new[-12]}
        server.deliver = Answers(*map(page, bad), responses=[Response(500, (), b"")], without=HOT)
        if is_stopped:
            stopped = visit(tmp_path, server, settings={**IN_ORDER, "CLOSESPIDER_ITEMCOUNT": "5"})
            assert stopped.stats["finish_reason"] == "closespider_itemcount"
            assert not bad & stopped.articles().keys()
        run = visit(tmp_path, server)
        assert set(run.articles()) == {*server.site.ids()} - bad
        visit(tmp_path, server)
        assert len(server.take_paths()) <= 3 + 2 * len(bad)


def test_killed_run_is_in_next_feed(tmp_path: Path) -> None:
    with serve(20) as server:
        settings = {**KEEP, **IN_ORDER, "DOWNLOAD_DELAY": "0.05"}
        interrupt(tmp_path, server, signal.SIGKILL, 10, "-Ox.jsonl", settings=settings, emit="new")
        kept = query(tmp_path, "SELECT count(*) FROM articles")[0][0]
        run = visit(tmp_path, server, "-O", "x.jsonl", emit="new")
        assert 0 < kept < 20
        assert run.stats["archive/new"] == 20 - kept
        assert sorted(run.articles("x.jsonl")) == server.site.ids()
        assert visit(tmp_path, server, "-O", "x.jsonl", emit="new").lines("x.jsonl") == []


def redirect_to_error(request: Request) -> Response:
    """Answer as ASP.NET does if ``customErrors`` names a page, whose form has the address that failed."""
    if request.target.startswith("/error.aspx"):
        return MAINTENANCE._replace(body=b'<html><body><form action="%s">' % request.target.encode())
    return Response(302, (("Location", f"/error.aspx?aspxerrorpath={request.target}"),), b"")


@pytest.mark.parametrize(
    "answer",
    [lambda _: MAINTENANCE, lambda _: Response(400, (), b""), lambda _: Response(509, (), b""), redirect_to_error],
    ids=["maintenance page", "400", "509", "redirect"],
)
def test_site_that_fails_for_all_pages_ends_crawl(tmp_path: Path, answer: Callable[[Request], Response]) -> None:
    settings = {**IN_ORDER, **GIVE_UP, "RETRY_MAX_DAMAGED": "8", "RETRY_BACKOFF_MAX": "0.2"}
    with serve(30) as server:
        before = visit(tmp_path, server).lines()
        server.deliver = lambda request, _: answer(request) if request.target != "/robots.txt" else None
        run = visit(tmp_path, server, mode="refresh", settings=settings)
        assert run.code == 1
        assert len(server.take_paths()) < 30
        assert run.lines() == before


def test_moved_list_is_followed(tmp_path: Path) -> None:
    moved = Response(302, (("Location", "/news/list.aspx"),), b"")
    with serve(parent="missing", home="missing") as server:
        links = b"".join(b'<a href="%s">x</a>' % page(one).encode() for one in server.site.ids())
        answers = {"/103002/default.aspx": moved, "/news/list.aspx": Response(200, (), b"<html><body>" + links)}
        server.deliver = lambda request, _: answers.get(request.target)
        run = visit(tmp_path, server)
    assert (run.code, sorted(run.articles())) == (0, server.site.ids())
    assert (
        f"failed     {server.url}/103002/default.aspx: the site redirected to {server.url}/news/list.aspx" in run.stderr
    )


def test_redirecting_page_is_retried_once(tmp_path: Path) -> None:
    with serve() as server:
        moved = page(server.site.ids()[4])
        server.deliver = Answers(moved, responses=[Response(302, (("Location", "/"),), b"")])
        run = visit(tmp_path, server, settings={"RETRY_TIMES": "4"})
    assert (run.code, server.take_paths().count(moved)) == (3, 2)
    assert f"{moved} could not be fetched: the site redirected to {server.url}/\n" in run.stderr


def test_pager_with_tokens_is_read_once(tmp_path: Path) -> None:
    """Each list page links to all, by addresses that no page had before."""
    tokens = count()

    def link_all(request: Request, response: Response) -> Response | None:
        if not request.target.startswith("/103002/default"):
            return None
        links = b"".join(b'<a href="?page=%d&t=%d">x</a>' % (page, next(tokens)) for page in range(1, 7))
        return response._replace(body=response.body.replace(b"</body>", links + b"</body>"))

    with serve(30, link_all, pager="query", page_size=5, list_shape="div") as server:
        run = visit(tmp_path, server, settings=IN_ORDER)
        assert sorted(run.articles()) == server.site.ids()
    assert len(server.take_paths()) <= 30 + 3 * 6


def test_failing_list_page_is_reported(tmp_path: Path) -> None:
    with serve() as server:
        visit(tmp_path, server)
        server.deliver = Answers("/103002/default.aspx", responses=[Response(500, (), b"")])
        run = visit(tmp_path, server)
    assert run.code == 0
    assert f"failed     {server.url}/103002/default.aspx: HTTP status 500" in run.stderr


def test_list_of_dead_links_is_left(tmp_path: Path) -> None:
    def link_dead_pages(request: Request, response: Response) -> Response | None:
        if request.target != "/103002/default.aspx":
            return None
        links = b"".join(b'<a href="default_%d.aspx">x</a>' % number for number in range(2, 500))
        return response._replace(body=response.body.replace(b"</body>", links + b"</body>"))

    with serve(12, link_dead_pages) as server:
        run = visit(tmp_path, server)
        assert sorted(run.articles()) == server.site.ids()
        assert len(server.take_paths()) < 100
    assert run.code == 3
    assert "list pages in a row" in str(run.reasons)
