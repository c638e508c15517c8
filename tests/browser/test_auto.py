"""BROWSER=auto: Chromium passes a challenge, plain HTTP goes on, and the items are the same to the byte."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path
from socket import SOCK_DGRAM, socket

import pytest

from tests.mocksite import Request, Response, Server, build_site, challenge_page

from ..crawling import Run
from ..mocksite.challenge import compute_answer
from ..postgres import wait_for
from .conftest import MockSite, find_children, read_items

pytestmark = pytest.mark.usefixtures("chromium")
PASSED = "Chromium passed the challenge of"
BROWSER_PROCESS = b"--remote-debugging-pipe"


def test_no_challenge_starts_no_browser(site: MockSite, tmp_path: Path) -> None:
    started: set[int] = set()

    def look(_request: Request, _response: Response) -> None:
        started.update(find_children(os.getpid(), b"playwright"))

    site.behave(look)
    run = site.crawl(tmp_path, "limit=2")
    assert (len(run.articles()), started) == (2, set())
    assert "playwright" not in run.stderr.partition("Spider opened")[2]


def test_challenges_of_each_kind_are_passed(site: MockSite, plain: Run, tmp_path: Path) -> None:
    """Pages with the status 200, 412 and 521, and a redirect to the same address that sets a cookie."""
    kinds: set[int] = set()

    def vary(request: Request, response: Response) -> Response | None:
        if response.status != 412:
            return None
        number = int(re.findall(rb"number = (\d+)", response.body)[0])
        status = (200, 412, 521, 302)[(number - 1009) // 34 % 4]  # of two pages: the crawl's, and Chromium's
        cookie = ("Set-Cookie", f"challenge={number}.{compute_answer(number)}; path=/")
        headers = (("Location", request.target), cookie) if status == 302 else response.headers
        kinds.add(status)
        return response._replace(status=status, headers=headers)

    site.behave(vary, challenge=412, challenge_lasts=4)
    run = site.crawl(tmp_path)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert kinds == {200, 412, 521, 302}
    times = run.stderr.count(PASSED)
    assert len(site.paths()) == len(set(site.paths())) + 3 * times  # the challenge, Chromium's two, and again
    assert f"site       {len(site.paths())} requests," in run.stderr
    assert len({request.headers["user-agent"] for request in site.server.requests}) == 1


# Whatever a page can load.
LOAD = """<img src='{url}/image'><link rel=stylesheet href='{url}/style'><script src='{url}/script'></script>
<iframe src='{url}/frame'></iframe><script src='/leads?{url}/redirect'></script>
<script>fetch('{url}/fetch', {mode: 'no-cors'}); navigator.sendBeacon('{url}/beacon');
new WebSocket('{url}/socket'.replace('http', 'ws'));
new Worker(URL.createObjectURL(new Blob([`fetch('{url}/worker', {mode: 'no-cors'})`])))</script>"""
TALK = """<script>
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]});
peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
</script>"""
UNBLOCKED = {"PLAYWRIGHT_LAUNCH_OPTIONS": json.dumps({"proxy": None}), "PLAYWRIGHT_ABORT_REQUEST": ""}
LOADED = {"/image", "/style", "/script", "/frame", "/redirect", "/fetch", "/beacon", "/socket", "/worker"}


@pytest.mark.parametrize(("settings", "loaded"), [({}, set()), (UNBLOCKED, LOADED)], ids=["blocked", "unblocked"])
def test_pages_reach_site_only(settings: dict[str, str], loaded: set[str], site: MockSite, tmp_path: Path) -> None:
    with Server(build_site(articles=8)) as other, socket(type=SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        urls = other.url, other.url.replace("127.0.0.1", "localhost")
        markup = "".join(LOAD.replace("{url}", url) for url in urls) + TALK % udp.getsockname()[1]

        def add_markup(request: Request, response: Response) -> Response | None:
            if request.target.startswith("/leads?"):
                return Response(302, (("Location", request.target.partition("?")[2]),), b"")
            if request.target == "/loaded":
                wait_for(lambda: loaded <= {one.path for one in other.requests})
                return Response(200, (), b"")
            if response.status != 521:
                return None
            body = response.body.replace(b"location.reload()", b"fetch('/loaded').then(() => location.reload())")
            body = body.replace(b"}, 50);", b"}, 1000);")  # time for what is blocked
            return response._replace(body=body.replace(b"</body>", markup.encode() + b"</body>"))

        site.behave(add_markup, challenge=521)
        run = site.crawl(tmp_path, "limit=2", **settings)
        assert (len(run.articles()), run.stderr.count(PASSED)) == (2, 1), run.stderr
        assert {request.path for request in other.requests} & LOADED == loaded
        if not settings:
            assert other.requests == []
            with pytest.raises(BlockingIOError):
                udp.recv(1)
            assert {path for path in site.paths() if path.endswith(("image", "style"))} == set()


def test_delay_follows_a_challenge(site: MockSite, tmp_path: Path) -> None:
    site.behave(challenge=200)
    run = site.crawl(tmp_path, "limit=1", DOWNLOAD_DELAY="0.3", DOWNLOAD_DELAY_JITTER="0")
    assert len(run.articles()) == 1, run.stderr
    # The challenge's script loads the page a second time; then come robots.txt, the list and the article.
    *_, loaded, _, _, article = (request.at for request in site.server.requests)
    assert article - loaded > 2.5 * 0.3


def test_lasting_challenge_ends_run(site: MockSite, tmp_path: Path) -> None:
    site.behave(challenge=412, challenge_lasts=1)  # its cookie counts for Chromium's own request only
    run = site.crawl(tmp_path)
    assert run.code == 1
    assert "a JavaScript challenge (HTTP status 412), also after Chromium passed it 3 times" in run.stderr
    assert "pages behind a challenge that was not passed" in run.stderr
    assert len(site.paths()) < 20


def stay(_request: Request, _response: Response) -> Response:
    """Answer with a challenge whose script tells that it runs, and does nothing else."""
    body = challenge_page(1009).replace("location.reload();", "fetch('/shown', () => location.reload());").encode()
    return Response(412, (("Content-Type", "text/html"),), body)


def test_challenge_timeout_is_told(site: MockSite, tmp_path: Path) -> None:
    site.behave(stay)
    run = site.crawl(tmp_path, DOWNLOAD_TIMEOUT="1")
    assert run.code == 1
    assert "that Chromium did not pass within DOWNLOAD_TIMEOUT" in run.stderr


def test_chromium_killed_during_a_challenge(site: MockSite, profiles: Path, tmp_path: Path) -> None:
    def kill(request: Request, response: Response) -> Response:
        if request.target == "/shown":
            os.kill(min(find_children(os.getpid(), BROWSER_PROCESS)), signal.SIGKILL)
            return response._replace(delivery="stall")
        return stay(request, response)

    site.behave(kill)
    run = site.crawl(tmp_path)
    assert run.code == 1
    assert "a JavaScript challenge that was not passed: Chromium crashed or was ended" in run.stderr
    for left in profiles.glob("playwright*"):  # the crawl may end before Playwright has removed it
        shutil.rmtree(left)
