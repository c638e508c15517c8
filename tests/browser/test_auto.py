"""BROWSER=auto: Chromium passes a challenge, plain HTTP goes on, and the items are the same to the byte."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from itertools import pairwise
from pathlib import Path
from socket import SOCK_DGRAM, socket

import pytest

from tests.mocksite import Connection, Request, Response, Server, Site, challenge_page

from ..crawling import Run
from ..postgres import wait_for
from .conftest import MockSite, find_children, find_living, read_items

pytestmark = pytest.mark.usefixtures("chromium")
PASSED = "Chromium passed the challenge of"
BROWSER_PROCESS = b"--remote-debugging-pipe"


def test_no_challenge_starts_no_browser(site: MockSite, tmp_path: Path) -> None:
    site.behave(latency=0.1)
    with site.start_crawl(tmp_path) as process:
        wait_for(lambda: len(site.paths()) >= 5)
        assert find_children(process.pid) == set()
        assert process.wait(60) == 0
    assert "playwright" not in (tmp_path / "log").read_text().partition("Spider opened")[2]


@pytest.mark.parametrize(("status", "lasts"), [("200", 0), ("412", 6), ("521", 3)])
def test_challenge_is_passed_each_time(status: str, lasts: int, site: MockSite, plain: Run, tmp_path: Path) -> None:
    site.behave(challenge=status, challenge_lasts=lasts)
    run = site.crawl(tmp_path)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert "Traceback" not in run.stderr
    times = run.stderr.count(PASSED)
    assert times == 1 if lasts == 0 else times > 1
    assert len(site.paths()) == len(set(site.paths())) + 3 * times  # the challenge, Chromium's two, and again
    assert f"site       {len(site.paths())} requests," in run.stderr
    assert len({request.headers["user-agent"] for request in site.server.requests}) == 1


def test_cookie_redirect_is_passed(site: MockSite, plain: Run, tmp_path: Path) -> None:
    def ask_for_cookie(connection: Connection, request: Request, _response: Response) -> bool:
        if "seen=1" in request.headers.get("cookie", ""):
            return False
        connection.send(request, Response(302, (("Location", request.target), ("Set-Cookie", "seen=1; path=/")), b""))
        return True

    site.behave(ask_for_cookie)
    run = site.crawl(tmp_path)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert run.stderr.count(PASSED) == 1


def load_all(url: str) -> str:
    """Return markup that loads whatever a page can load."""
    socket_url = url.replace("http", "ws")
    return (
        f"<img src='{url}/image'><link rel=stylesheet href='{url}/style'><script src='{url}/script'></script>"
        f"<iframe src='{url}/frame'></iframe><script src='/leads?{url}/redirect'></script>"
        f"<script>fetch('{url}/fetch', {{mode: 'no-cors'}}); navigator.sendBeacon('{url}/beacon');"
        f"new WebSocket('{socket_url}/socket');"
        f"new Worker(URL.createObjectURL(new Blob([`fetch('{url}/worker', {{mode: 'no-cors'}})`])))</script>"
    )


TALK = """<script>
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]});
peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
</script>"""
UNBLOCKED = {"PLAYWRIGHT_LAUNCH_OPTIONS": json.dumps({"proxy": None}), "PLAYWRIGHT_ABORT_REQUEST": ""}
LOADED = {"/image", "/style", "/script", "/frame", "/redirect", "/fetch", "/beacon", "/socket", "/worker"}


@pytest.mark.parametrize(("settings", "loaded"), [({}, set()), (UNBLOCKED, LOADED)], ids=["blocked", "unblocked"])
def test_pages_reach_site_only(
    settings: dict[str, str], loaded: set[str], site: MockSite, plain: Run, tmp_path: Path
) -> None:
    with Server(Site(site.corpus)) as other, socket(type=SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        markup = load_all(other.url) + load_all(other.url.replace("127.0.0.1", "localhost"))
        markup += TALK % udp.getsockname()[1]

        def add_markup(connection: Connection, request: Request, response: Response) -> bool:
            if request.target.startswith("/leads?"):
                connection.send(request, Response(302, (("Location", request.target.partition("?")[2]),), b""))
            elif response.status == 521:
                slow = response.body.replace(b"}, 200);", b"}, 1000);")  # time to load all
                connection.send(request, response._replace(body=slow.replace(b"</body>", markup.encode() + b"</body>")))
            return request.target.startswith("/leads?") or response.status == 521

        site.behave(add_markup, challenge="521")
        run = site.crawl(tmp_path, **settings)
        assert run.code == 0, run.stderr
        assert read_items(run) == read_items(plain)
        assert {request.path for request in other.requests} & LOADED == loaded
        assert "Traceback" not in run.stderr
        if not settings:
            assert other.requests == []
            with pytest.raises(BlockingIOError):
                udp.recv(1)
            assert {path for path in site.paths() if path.endswith(("image", "style"))} == set()


def test_delay_follows_a_challenge(site: MockSite, tmp_path: Path) -> None:
    site.behave(challenge="200")
    run = site.crawl(tmp_path, "-a", "limit=1", DOWNLOAD_DELAY="0.6", RANDOMIZE_DOWNLOAD_DELAY="0")
    assert len(run.articles()) == 1, run.stderr
    at = [request.at for request in site.server.requests]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    del gaps[1]  # until the challenge's script loads the page again
    assert min(gaps) > 0.5


def test_lasting_challenge_ends_run(site: MockSite, tmp_path: Path) -> None:
    site.behave(challenge="412", challenge_lasts=1)  # its cookie counts for Chromium's own request only
    run = site.crawl(tmp_path)
    assert run.code == 1
    assert "a JavaScript challenge (HTTP status 412), also after Chromium passed it 3 times" in run.stderr
    assert "pages behind a challenge that was not passed" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(site.paths()) < 20


def stay(connection: Connection, request: Request, _response: Response) -> bool:
    """Answer with a challenge whose script does nothing."""
    body = challenge_page(1009).replace("location.reload();", "if (0) location.reload();").encode()
    connection.send(request, Response(412, (("Content-Type", "text/html"),), body))
    return True


def test_challenge_timeout_is_told(site: MockSite, tmp_path: Path) -> None:
    site.behave(stay)
    run = site.crawl(tmp_path, DOWNLOAD_TIMEOUT="3")
    assert run.code == 1
    assert "that Chromium did not pass within DOWNLOAD_TIMEOUT" in run.stderr
    assert "Traceback" not in run.stderr


def test_chromium_killed_during_a_challenge(site: MockSite, profiles: Path, tmp_path: Path) -> None:
    site.behave(stay)
    with site.start_crawl(tmp_path) as process:
        wait_for(lambda: len(site.paths()) >= 2)
        time.sleep(1)  # until the page is shown
        os.kill(min(find_children(process.pid, BROWSER_PROCESS)), signal.SIGKILL)
        assert process.wait(60) == 1
    log = (tmp_path / "log").read_text()
    assert "a JavaScript challenge that was not passed: Chromium crashed or was ended" in log
    assert "Traceback" not in log
    for left in profiles.glob("playwright*"):  # the crawl may end before Playwright has removed it
        shutil.rmtree(left)


def test_killed_crawl_leaves_no_chromium(site: MockSite, profiles: Path, tmp_path: Path) -> None:
    site.behave(stay)
    with site.start_crawl(tmp_path) as process:
        wait_for(lambda: len(site.paths()) >= 2)
        started = find_children(process.pid)
        assert started
        process.kill()
        process.wait()
        wait_for(lambda: not find_living(started))
        wait_for(lambda: not list(profiles.glob("*playwright*")))
