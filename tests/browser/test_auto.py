"""A site behind a challenge: Chromium passes it, plain HTTP goes on, and the items are the same to the byte."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from socket import SOCK_DGRAM, socket

import pytest

from tests.mocksite import Connection, Request, Response, Server, Site, SiteOptions

from ..crawling import Run, crawl
from .conftest import ONE_AT_A_TIME, Ground, read_items

pytestmark = pytest.mark.usefixtures("chromium")


def count_chromium(ground: Ground) -> int:
    return sum("sec-fetch-mode" in request.headers for request in ground.server.requests)


def test_a_crawl_that_meets_no_challenge_does_not_know_of_a_browser(plain: Run) -> None:
    modules = (plain.folder / "imported").read_text().split()
    assert "sassspider.browser.handler" in modules
    assert [name for name in modules if "playwright" in name] == []


def test_status_200_costs_three_requests_more_and_changes_nothing(ground: Ground, plain: Run, tmp_path: Path) -> None:
    ground.behave(challenge="200")
    run = ground.crawl(tmp_path)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert ground.asked()[:5] == ["/robots.txt"] * 4 + ["/103002/default.aspx"]  # challenge, shown, passed, and again
    assert len(ground.asked()) == len(set(ground.asked())) + 3
    assert count_chromium(ground) == 2
    assert f"site       {len(ground.asked())} requests," in run.stderr
    assert {request.headers["user-agent"] for request in ground.server.requests} == {
        ground.server.requests[0].headers["user-agent"]
    }
    assert run.stderr.count("Chromium passed the challenge of") == 1
    assert "Traceback" not in run.stderr


def test_a_challenge_that_comes_back_is_passed_again(ground: Ground, plain: Run, tmp_path: Path) -> None:
    ground.behave(challenge="412", challenge_lasts=6)
    run = ground.crawl(tmp_path)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    challenges = Counter(request.status for request in ground.server.requests)[412]
    assert challenges == 2 * run.stderr.count("Chromium passed the challenge of") > 2


def ask_for_all(url: str) -> str:
    """Markup that asks a site for whatever a page can ask for."""
    return (
        f"<img src='{url}/i.png'><script src='{url}/s.js'></script><iframe src='{url}/f.html'></iframe>"
        f"<link rel=stylesheet href='{url}/s.css'><link rel=preconnect href='{url}'>"
        f"<script>new WebSocket('{url}/w'.replace('http', 'ws')); fetch('{url}/x', {{mode: 'no-cors'}});"
        f"window.open('{url}/o'); navigator.sendBeacon('{url}/b');</script>"
        f'<script type=speculationrules>{{"prefetch": [{{"source": "list", "urls": ["{url}/p"]}}]}}</script>'
        f"<script>new SharedWorker('{url}/h.js')</script><script>fetchLater('{url}/l', {{activateAfter: 0}})</script>"
        f"<script>new Worker(URL.createObjectURL(new Blob([`new WebSocket('ws{url[4:]}/v')`])))</script>"
        f"<script src='/leads?{url}/r'></script>"
    )


TALK = """<script>
const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]});
peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
</script>"""


def test_521_with_others_hosts_and_what_robots_forbids(ground: Ground, plain: Run, tmp_path: Path) -> None:
    """The challenge's page asks for images, scripts and frames: of another host, and of this one against its robots."""
    forbidden = sorted(plain.articles())[2]
    robots = f"User-agent: *\nDisallow: /103002/{forbidden}.aspx\nDisallow: /tracker\n"
    ground.behave(challenge="521", challenge_lasts=6, robots=robots)
    with Server(Site(ground.corpus, SiteOptions())) as other, socket(type=SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.setblocking(False)
        by_name = other.url.replace("127.0.0.1", "localhost")
        markup = "".join(map(ask_for_all, (other.url, by_name, f"{ground.server.url}/tracker"))).encode()
        markup += (TALK % heard.getsockname()[1]).encode()

        def add_markup(connection: Connection, request: Request, response: Response) -> bool:
            if request.target.startswith("/leads?"):
                connection.send(request, Response(302, (("Location", request.target.partition("?")[2]),), b""))
                return True
            if response.status != 521 or not request.target.startswith("/103002/"):  # by then robots.txt is known
                return False
            slow = response.body.replace(b"}, 200);", b"}, 800);")  # time for all that
            assert slow != response.body
            connection.send(request, response._replace(body=slow.replace(b"</body>", markup + b"</body>")))
            return True

        ground.server.deliver = add_markup
        try:
            run = ground.crawl(tmp_path)
        finally:
            ground.server.deliver = None
        assert [request.path for request in other.requests] == []
        with pytest.raises(BlockingIOError):
            heard.recv(1)
    assert "Traceback" not in run.stderr
    assert run.stderr.count("Chromium passed the challenge of") > 1
    assert sorted(run.articles()) == [one for one in sorted(plain.articles()) if one != forbidden]
    asked = ground.asked()
    assert f"/103002/{forbidden}.aspx" not in asked
    assert [path for path in asked if path.startswith("/tracker")] == []
    assert [path for path in asked if path.endswith((".png", ".css", "/b", "/o"))] == []
    assert [path for path in asked if path.startswith("/leads?")]  # which led nowhere


def test_a_cookie_that_is_asked_for_without_a_script(ground: Ground, plain: Run, tmp_path: Path) -> None:
    def ask_for_cookie(connection: Connection, request: Request, _response: Response) -> bool:
        if "seen=1" in request.headers.get("cookie", ""):
            return False
        connection.send(request, Response(302, (("Location", request.target), ("Set-Cookie", "seen=1; path=/")), b""))
        return True

    ground.behave()
    ground.server.deliver = ask_for_cookie
    try:
        run = ground.crawl(tmp_path)
    finally:
        ground.server.deliver = None
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert run.stderr.count("Chromium passed the challenge of") == 1
    assert count_chromium(ground) == 2


def test_the_browser_keeps_the_delay(ground: Ground, tmp_path: Path) -> None:
    ground.behave(challenge="200")
    # Longer than the patience, which is with the site, not with us.
    run = ground.crawl(tmp_path, "-a", "limit=1", DOWNLOAD_DELAY="1.2", DOWNLOAD_DELAY_JITTER="0", BROWSER_PATIENCE="2")
    assert len(run.articles()) == 1, run.stderr
    at = [request.at for request in ground.server.requests]
    assert min(later - earlier for earlier, later in pairwise(at)) > 1.1


def test_a_challenge_that_is_never_passed_is_told_and_not_tried_for_ever(ground: Ground, tmp_path: Path) -> None:
    """Its cookie counts for one request, which is the browser's own."""
    ground.behave(challenge="412", challenge_lasts=1)
    run = ground.crawl(tmp_path)
    assert run.code == 1
    assert "a JavaScript challenge (HTTP status 412), also after Chromium passed it" in run.stderr
    assert "pages behind a challenge that was not passed" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(ground.asked()) < 20


def test_a_host_is_reached_at_the_address_that_the_crawl_knows(ground: Ground, plain: Run, tmp_path: Path) -> None:
    """Chromium looks nothing up itself: what the crawl's resolver refuses, it can't reach either."""
    ground.behave(challenge="200")
    run = crawl(tmp_path, ground.server.url.replace("127.0.0.1", "localhost"), settings=ONE_AT_A_TIME)
    assert run.code == 0, run.stderr
    assert sorted(run.articles()) == sorted(plain.articles())
