"""The mock site: expected articles agree with the pages, and each fault is what its name says.

Pages are read by lxml alone, without the mock site's code or sassspider's.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import etree, html

from tests.mocksite import (
    ARTICLE_SECTIONS,
    LIST_SHAPES,
    PAGERS,
    Connection,
    Outage,
    Request,
    Response,
    Server,
    Site,
    SiteOptions,
    build_corpus,
    build_site,
    challenge_page,
)
from tests.mocksite.responses import COOKIE, compute_answer

from .crawling import PROJECT

FIELDS = [
    "id", "url", "section_id", "section", "breadcrumbs", "title", "subtitle", "editor", "byline", "authors",
    "source_name", "source_url", "date_published", "date_published_raw", "date_modified", "date_modified_raw",
    "body_html", "body_text", "images", "attachments", "word_count", "language", "views", "previous_id", "next_id",
    "content_hash", "duplicate_of", "date_removed",
]  # fmt: skip
PRINTED = {
    "title": "h1", "subtitle": "h2", "editor": "h3", "date_published_raw": "h4", "byline": "h5", "source_name": "a",
    "date_modified_raw": "b", "views": "dd",
}  # fmt: skip
CORPUS = build_corpus(articles=200)
SMALL = build_site()
ALL_IDS = [one for section in ARTICLE_SECTIONS for one in SMALL.ids(section)]
INVISIBLE = str.maketrans({"\u200b": None, "\ufeff": None})


def make_site(**options: Any) -> Site:
    return Site(CORPUS, SiteOptions(**options))


def get(site: Site, target: str, method: str = "GET", **headers: str) -> Response:
    return site.respond(Request(method, target, {name.replace("_", "-"): value for name, value in headers.items()}))


def article(site: Site, article_id: int, **headers: str) -> Response:
    return get(site, f"/{site.record(article_id).section_id}/{article_id}.aspx", **headers)


def page(site: Site, article_id: int) -> Any:
    return etree.fromstring(article(site, article_id).body)


def squash(text: str) -> str:
    return " ".join(text.translate(INVISIBLE).split())


def body_words(root: Any) -> str:
    """Return all text of the body without white space; script, style and comments are no text."""
    tree = html.fromstring(f"<div>{root.findtext('body/div/p')}</div>")
    etree.strip_elements(tree, "script", "style", etree.Comment, with_tail=False)
    return "".join(squash(str(tree.xpath("string()"))).split())


def article_ids(body: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"/103002/(\d+)\.aspx", body)]


def page_links(body: bytes) -> list[str]:
    return re.findall(r"(default(?:_\d+)?\.aspx(?:\?[^\"'<]*)?)[\"'<]", unescape(body.decode()))


def ids_at(root: Any, path: str) -> list[int]:
    return [int(href.rpartition("/")[2].removesuffix(".aspx")) for href in root.xpath(path)]


class TestPages:
    @pytest.mark.parametrize("article_id", ALL_IDS)
    def test_expected_article_agrees_with_page(self, article_id: int) -> None:
        root, expected = page(SMALL, article_id), SMALL.expected(article_id, "http://127.0.0.1:1")
        assert list(expected) == FIELDS
        assert root.xpath("string(head/meta/@id)") == str(expected["id"]) == str(article_id)
        assert root.get("class") == expected["section_id"]
        for field, path in PRINTED.items():
            printed = squash(str(root.xpath(f"string(/html/body/div/{path})")))
            assert printed == str(expected[field] if expected[field] is not None else "")
        links = root.xpath("/html/body/span/a")
        trail = [{"name": a.text, "url": urljoin(str(expected["url"]), a.get("href"))} for a in links]
        assert (trail[::-1], links[0].text) == (expected["breadcrumbs"], expected["section"])
        text = str(expected["body_text"])
        assert body_words(root) == "".join(text.split())
        assert text == "\n\n".join(squash(line) for line in text.split("\n\n"))
        assert "<span" not in str(expected["body_html"])

    def test_expected_files_are_on_page(self) -> None:
        for one in SMALL.ids():
            served, expected = article(SMALL, one).body.decode(), SMALL.expected(one, "http://host")
            for thing in (*expected["images"], *expected["attachments"]):  # type: ignore[misc]
                assert thing["url"].removeprefix("http://host") in served

    def test_page_names_neighbours_newest_and_hottest(self) -> None:
        ids = SMALL.ids()
        by_views = sorted(ids, key=lambda one: (SMALL.record(one).views, one), reverse=True)[:10]
        for before, one, after in zip([None, *ids], ids, [*ids[1:], None], strict=False):
            root, expected = page(SMALL, one), SMALL.expected(one)
            assert (expected["previous_id"], expected["next_id"]) == (before, after)
            assert ids_at(root, "/html/body/a[@id='perv']/@href") == [before][: bool(before)]
            assert ids_at(root, "/html/body/a[@id='next']/@href") == [after][: bool(after)]
            assert ids_at(root, "//ul[@id='new']/li/a/@href") == ids[:-11:-1]
            assert ids_at(root, "//ul[@id='hot']/li/a/@href") == by_views

    def test_reposts_differ_in_markup_only(self) -> None:
        reposts = [SMALL.record(one) for one in ALL_IDS if SMALL.record(one).original_id]
        assert len(reposts) > 2
        for record in reposts:
            original = record.original_id or 0
            assert SMALL.expected(record.id)["content_hash"] == SMALL.expected(original)["content_hash"]
            assert page(SMALL, record.id).findtext("body/div/p") != page(SMALL, original).findtext("body/div/p")

    def test_every_feature_of_the_real_pages_occurs(self) -> None:
        site = make_site()
        pages = [article(site, one).body.decode() for one in site.ids()]
        for feature in (
            "<form>", "<section>", "&nbsp;</span>", "&#39;宋体&#39;", "font-weight:bold", "font-style:italic", "<table",
            "<td colspan", "<ul", "<ol", "<h2 style", "<blockquote>", "mailto:", "javascript:", "<br /><br />",
            "<!--[if gte", "<o:p>", "<font", "&ldquo;", "\u200b", "alt=\"C:\\fakepath", "微信图片", "data:image",
            ".pdf\"", "<script", "<h2 />", "<h3 />", "<h5 />", '<a href="" />', "</h2>\n", ">Annex", 'site="103"',
            "<h1>\n", "<b />", "、",
        ):  # fmt: skip
            assert any(feature in text for text in pages), feature


class TestLists:
    @pytest.mark.parametrize("pager", PAGERS)
    @pytest.mark.parametrize("shape", LIST_SHAPES)
    def test_lists_name_every_article(self, shape: str, pager: str) -> None:
        site = make_site(list_shape=shape, pager=pager)
        found: dict[str, list[int]] = {}
        queue = ["default.aspx"]
        while queue and len(found) < (15 if pager.startswith("endless") else 100):
            name = queue.pop(0)
            if name not in found:
                response = get(site, f"/103002/{name}")
                assert response.status == 200, name
                found[name] = article_ids(response.body)
                queue += page_links(response.body)
        assert {one for ids in found.values() for one in ids} == set(site.ids())
        first = found["default.aspx"]
        assert first == site.ids()[::-1][: 200 if pager == "none" else 20]

    @pytest.mark.parametrize("pager", ["underscore", "query", "loop", "window"])
    def test_page_after_last_is_not_found(self, pager: str) -> None:
        name = "default_11.aspx" if pager in ("underscore", "window") else "default.aspx?page=11&type=0"
        assert get(make_site(pager=pager), f"/103002/{name}").status == 404

    @pytest.mark.parametrize(("option", "path"), [("parent", "/103/default.aspx"), ("home", "/")])
    def test_portals_link_sections_and_articles(self, option: str, path: str) -> None:
        body = get(make_site(), path).body
        assert article_ids(body) == make_site().ids()[:-11:-1]
        assert b"../103002/default.aspx" in body
        bare = get(make_site(**{option: "bare"}), path).body
        assert (article_ids(bare), b"../103002/default.aspx" in bare) == ([], True)
        assert get(make_site(**{option: "missing"}), path).status == 404


class TestAnswers:
    def test_validators_of_a_changed_page_do_not_match(self) -> None:
        site = make_site()
        one = site.ids()[0]
        headers = dict(article(site, one).headers)
        conditions = ({"if_none_match": headers["ETag"]}, {"if_modified_since": headers["Last-Modified"]})
        assert [article(site, one, **given).status for given in conditions] == [304, 304]
        site.edit(one, paragraph="More.")
        assert [article(site, one, **given).status for given in conditions] == [200, 200]
        assert dict(article(make_site(validators=False), one).headers).keys() == {"Content-Type"}

    def test_removed_article_is_not_found_or_named(self) -> None:
        site = make_site()
        before, one, after = site.ids()[-3:]
        site.remove(one)
        assert get(site, f"/103002/{one}.aspx").status == 404
        assert one not in {*article_ids(article(site, before).body), *article_ids(article(site, after).body)}
        assert one not in article_ids(get(site, "/103002/default.aspx").body)
        assert site.expected(before)["next_id"] == after
        site.restore(one)
        assert site.expected(before)["next_id"] == one

    def test_moved_article_has_another_address(self) -> None:
        site = make_site()
        one = site.ids()[-2]
        site.move(one, "101000")
        assert get(site, f"/103002/{one}.aspx").status == 404
        assert get(site, f"/101000/{one}.aspx").status == 200
        assert one not in site.ids()
        assert site.expected(one)["section"] == "Local News"

    def test_edits_reposts_and_new_articles_show(self) -> None:
        site = make_site()
        one, last = site.ids()[0], site.ids()[-1]
        before = site.expected(one)
        site.edit(one, title_suffix=" (corrected)", paragraph="  A last \n word & more. ")
        after = site.expected(one)
        assert after["title"] == f"{before['title']} (corrected)"
        assert after["body_text"] == f"{before['body_text']}\n\nA last word & more."
        repost, (new,) = site.repost(one), site.publish()
        assert site.record(repost).original_id == one
        assert site.expected(repost)["content_hash"] == after["content_hash"] != before["content_hash"]
        assert site.ids()[-3:] == [last, repost, new]
        assert {repost, new} <= set(article_ids(article(site, last).body))
        assert site.touch_views(one, 100_000) == site.expected(one)["views"]

    @pytest.mark.parametrize("status", ["200", "412", "521"])
    def test_challenge_precedes_everything_until_its_cookie(self, status: str) -> None:
        site = make_site(challenge=status, challenge_lasts=2)
        first = get(site, "/robots.txt", user_agent="one")
        assert (first.status, b"document.cookie" in first.body) == (int(status), True)
        number = int(first.body.decode().split("number = ")[1].split(",")[0])
        cookie = f"other=1; {COOKIE}={number}.{compute_answer(number)}"
        assert str(compute_answer(number)) not in challenge_page(number)
        assert b"cookie" in get(site, "/robots.txt", user_agent="two", cookie=cookie).body
        passed = [get(site, "/robots.txt", user_agent="one", cookie=cookie).body for _ in range(3)]
        assert [body.startswith(b"User-agent") for body in passed] == [True, True, False]

    @pytest.mark.parametrize("option", ["pager", "list_shape", "home", "list_fault", "faults"])
    def test_unknown_word_is_refused(self, option: str) -> None:
        with pytest.raises(ValueError, match=option):
            SiteOptions(**{option: {1: "x"} if option == "faults" else "x"})


class TestFaults:
    def test_fault_is_of_one_page(self) -> None:
        first, one = make_site().ids()[:2]
        site = make_site(faults={one: "not-found"})
        assert (article(site, one).status, article(site, first)) == (404, article(make_site(), first))
        assert one not in [expected["id"] for expected in site.expected_articles()]

    def test_faults_end_after_their_times(self) -> None:
        site = make_site(fault_times=1, list_fault="empty")
        assert [len(get(site, "/103002/default.aspx").body) > 0 for _ in range(2)] == [False, True]
        site = make_site(outage=Outage("server-error", 1, 2))
        assert [get(site, "/").status for _ in range(4)] == [200, 500, 500, 200]


class TestServer:
    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with Server(make_site()) as running:
            yield running

    def test_one_connection_serves_many_requests(self, server: Server) -> None:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        one = server.site.ids()[0]
        for method, target, body in (("POST", "/", b"x" * 100_000), ("HEAD", f"/103002/{one}.aspx", b""),
                                     ("GET", f"/103002/{one}.aspx", b""), ("GET", "/no?x=1", b"")):  # fmt: skip
            client.request(method, target, body=body, headers={"User-Agent": "test"})
            sock, answer = client.sock, client.getresponse()
            expected = get(server.site, target, method)
            assert (answer.status, answer.read()) == (expected.status, b"" if method == "HEAD" else expected.body)
            assert client.sock is sock
        client.close()
        assert [(r.method, r.path, r.status) for r in server.requests[2:]] == [
            ("GET", f"/103002/{one}.aspx", 200), ("GET", "/no?x=1", 404),
        ]  # fmt: skip
        assert server.requests[0].headers["user-agent"] == "test"

    def test_deliver_takes_over(self) -> None:
        def cut(connection: Connection, request: Request, _response: Response) -> bool:
            connection.transport.write(b"HTTP/1.1 200 OK\r\n\r\nshort")
            connection.transport.close()
            return request.target == "/x"

        with Server(make_site(latency=0.2), deliver=cut) as server, socket.socket() as client:
            started = time.monotonic()
            client.connect(("127.0.0.1", server.port))
            client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
            assert b"".join(iter(lambda: client.recv(65536), b"")).endswith(b"short")
            assert time.monotonic() - started >= 0.2

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_command_serves_until_stopped(self, number: signal.Signals) -> None:
        words = "--port 0 --articles 5 --pager loop --fault 4003=empty --no-list-empty --robots a\\nb"
        command = [sys.executable, "-W", "error", "-m", "tests.mocksite", *words.split()]
        process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/robots.txt", timeout=10) as answer:
            assert answer.read() == b"a\nb"
        process.send_signal(number)
        assert process.communicate(timeout=10) == ("", "")
        assert process.returncode == 0
