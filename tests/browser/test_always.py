"""BROWSER=always: Chromium fetches every page, as the bytes that the server sent."""

from __future__ import annotations

import gzip
import os
import signal
import zlib
from pathlib import Path

import pytest

from tests.mocksite import Request, Response

from ..crawling import Run, query
from ..postgres import wait_for
from .conftest import MockSite, find_children, find_living, read_items

pytestmark = pytest.mark.usefixtures("chromium")
BROWSER_PROCESS, PAGE_PROCESS = b"--remote-debugging-pipe", b"--type=renderer"
MAX_SIZE = 200_000


def read_pages(run: Run) -> dict[str, tuple[bytes, str, str]]:
    """Return every archived page's bytes and validators."""
    rows = query(run.folder, "SELECT url, body, etag, last_modified FROM pages")
    return {url: (zlib.decompress(body), etag, modified) for url, body, etag, modified in rows}


def newest_items(run: Run, count: int) -> str:
    """Return the last lines of the corpus."""
    return "".join(read_items(run).splitlines(keepends=True)[-count:])


def deliver_oddly(request: Request, response: Response) -> Response | None:
    """Redirect the list, and an article to another host; send a large article, and all others compressed."""
    if request.target == "/103002/default.aspx":
        moved = (("Location", "/103002/default.aspx?moved=1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
        return Response(302, moved, b"")
    if request.target == "/103002/4003.aspx":
        return Response(301, (("Location", "http://localhost:9/103002/4003.aspx"),), b"")
    if request.target == "/103002/4007.aspx":
        return response._replace(body=response.body + b" " * MAX_SIZE)
    if dict(response.headers).get("Content-Type") == "text/xml":
        packed = (*response.headers, ("Content-Encoding", "gzip"))
        return response._replace(headers=packed, body=gzip.compress(response.body, mtime=0))
    return None


def test_faults_as_by_plain_http(site: MockSite, plain: Run, tmp_path: Path) -> None:
    ids = sorted(plain.articles())
    faults = {ids[3]: "control-character", ids[4]: "gone", ids[5]: "server-error", ids[6]: "html-error-page"}
    runs, requests = [], []
    for mode in ("never", "always"):
        robots = f"User-agent: *\nDisallow: /103002/{ids[7]}.aspx\n"
        site.behave(deliver_oddly, faults=faults, robots=robots, bom=True)
        runs.append(site.crawl(tmp_path / mode, BROWSER=mode, DOWNLOAD_MAXSIZE=str(MAX_SIZE)))
        requests.append([(request.path, request.status) for request in site.server.requests])
    by_http, by_browser = runs
    assert (by_browser.code, by_http.code) == (3, 3), by_browser.stderr
    # Retried: fetch() tells no redirect elsewhere from a fault.
    assert requests[1].pop(-3) == ("/103002/4003.aspx", 200)
    assert requests[1] == requests[0]
    assert read_items(by_browser) == read_items(by_http)
    assert read_pages(by_browser) == read_pages(by_http)
    assert "DOWNLOAD_MAXSIZE" in by_browser.stderr
    assert "Chromium: net::ERR_" in by_browser.stderr


def test_redirect_to_another_article_fails(site: MockSite, plain: Run, tmp_path: Path) -> None:
    first, second = sorted(plain.articles())[:2]
    moved = Response(302, (("Location", f"/103002/{second}.aspx"),), b"")
    site.behave(lambda request, _: moved if request.target == f"/103002/{first}.aspx" else None)
    run = site.crawl(tmp_path, BROWSER="always")
    assert (run.code, first in run.articles()) == (3, False)
    assert f"/103002/{first}.aspx could not be fetched: the site redirected to " in run.stderr


def test_challenge_is_passed(site: MockSite, plain: Run, tmp_path: Path) -> None:
    """And a refresh sends conditional requests, with the delay between two of them."""
    site.behave(challenge=412, challenge_lasts=4)
    run = site.crawl(tmp_path, "limit=2", BROWSER="always")
    assert run.code == 0, run.stderr
    assert run.stderr.count("Chromium passed the challenge of") > 1
    assert read_items(run) == newest_items(plain, 2)
    assert read_pages(run).items() <= read_pages(plain).items()
    assert all("sec-fetch-mode" in request.headers for request in site.server.requests)
    site.behave()
    delay = {"DOWNLOAD_DELAY": "0.3", "DOWNLOAD_DELAY_JITTER": "0", "AUTOTHROTTLE_ENABLED": "1"}
    delay |= {"AUTOTHROTTLE_START_DELAY": "0.3", "AUTOTHROTTLE_DEBUG": "1"}
    again = site.crawl(tmp_path, "mode=refresh", "limit=2", BROWSER="always", **delay)
    assert again.code == 0, again.stderr
    assert "| latency:" in again.stderr
    articles = [request for request in site.server.requests if request.path[8:-5].isdigit()]
    assert [request.status for request in articles] == [304, 304]
    at = [request.at for request in site.server.requests]
    assert at[-1] - at[0] > (len(at) - 2) * 0.3  # the first came late: Chromium had to start a page for it


def test_killed_chromium_is_replaced(
    site: MockSite, plain: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill the processes of its pages during the third request, and the browser during a later one."""
    monkeypatch.setattr("sassspider.chromium.START_TIMEOUT", 10)  # for a page whose process was just killed
    victims = {3: PAGE_PROCESS, 6: BROWSER_PROCESS}

    def kill(_request: Request, response: Response) -> Response | None:
        if victim := victims.pop(len(site.server.requests), b""):
            found = sorted(find_children(os.getpid(), victim))
            for pid in found[:1] if victim == BROWSER_PROCESS else found:
                os.kill(pid, signal.SIGKILL)
        return response._replace(delivery="stall") if victim else None

    site.behave(kill)
    run = site.crawl(tmp_path, "limit=4", BROWSER="always", RETRY_TIMES="3", DOWNLOAD_TIMEOUT="10")
    assert (run.code, victims) == (0, {}), run.stderr
    assert read_items(run) == newest_items(plain, 4)


def test_page_that_does_not_start_is_left(
    site: MockSite, plain: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Suspend the processes of Chromium's pages, one of which it keeps for the next page."""
    monkeypatch.setattr("sassspider.chromium.START_TIMEOUT", 2)
    monkeypatch.setattr("sassspider.chromium.CLOSE_TIMEOUT", 1)

    def suspend(_request: Request, _response: Response) -> None:
        if len(site.server.requests) == 3:
            for pid in find_children(os.getpid(), PAGE_PROCESS):
                os.kill(pid, signal.SIGSTOP)

    site.behave(suspend)
    run = site.crawl(tmp_path, "limit=2", BROWSER="always", RETRY_TIMES="3", DOWNLOAD_TIMEOUT="2")
    assert run.code == 0, run.stderr
    assert read_items(run) == newest_items(plain, 2)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_ended_crawl_leaves_no_chromium(
    site: MockSite, profiles: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    site.behave(latency=0.1)
    with site.start_crawl(tmp_path, BROWSER="always") as process:
        wait_for(lambda: len(site.paths()) >= 3)
        started = find_children(process.pid)
        assert started
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        assert process.wait(60) == code
        wait_for(lambda: not find_living(started))
        wait_for(lambda: not list(profiles.glob("*playwright*")))
    assert "Traceback" not in (tmp_path / "log").read_text()
