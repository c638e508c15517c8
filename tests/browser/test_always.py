"""Every page by Chromium, as the bytes that the server sent: with XSLT and without."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.mocksite import Connection, Request, Response

from ..crawling import FAST, Run, environment
from ..postgres import wait_for
from .conftest import ONE_AT_A_TIME, Ground, read_items
from .processes import find_children, find_living, is_browser, is_renderer

pytestmark = pytest.mark.usefixtures("chromium")
ALWAYS = {"BROWSER": "always"}
NO_XSLT = {"PLAYWRIGHT_LAUNCH_OPTIONS": json.dumps({"args": ["--disable-features=XSLT"]})}
LARGEST = 200_000


def read_pages(run: Run) -> dict[str, tuple[bytes, str, str]]:
    """Every archived page as it came, with its validators."""
    with closing(sqlite3.connect(run.folder / "data/sassspider.db")) as connection:
        rows = connection.execute("SELECT url, body, etag, last_modified FROM pages").fetchall()
    return {url: (zlib.decompress(body), etag, modified) for url, body, etag, modified in rows}


def read_quarantine(run: Run) -> list[bytes]:
    files = (run.folder / "data/quarantine").rglob("*")
    return sorted(path.read_bytes() for path in files if path.is_file() and path.suffix != ".json")


@contextmanager
def browser_crawl(folder: Path, ground: Ground, mode: str) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl under way, as a session of its own; it and the log are ended with the block."""
    settings = {**FAST, **ONE_AT_A_TIME, "BROWSER": mode}
    options = [f"-asite={ground.server.url}", *(f"-s{name}={value}" for name, value in settings.items())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "commentary", *options],
            cwd=folder, env=environment(), stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_the_items_and_the_archived_bytes_are_those_of_plain_http(ground: Ground, plain: Run, tmp_path: Path) -> None:
    """Chromium is killed on the way: another takes its place. Then a refresh, which finds that nothing changed."""
    ground.behave(latency=0.05)
    with browser_crawl(tmp_path, ground, "always") as process:
        wait_for(lambda: len(ground.asked()) >= 5)
        (browser,) = filter(is_browser, find_children(process.pid))
        os.kill(browser, signal.SIGKILL)
        code = process.wait(60)
    run = Run(code, "", (tmp_path / "log").read_text(encoding="utf-8"), tmp_path)
    assert code == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert read_items(run) == read_items(plain)
    assert read_pages(run) == read_pages(plain)
    assert all(request.headers["sec-fetch-dest"] == "empty" for request in ground.server.requests)
    ground.behave()
    again = ground.crawl(tmp_path, "-a", "mode=refresh", **ALWAYS)
    assert again.code == 0, again.stderr
    assert read_items(again) == read_items(plain)
    articles = [request.status for request in ground.server.requests if request.path[8:-5].isdigit()]
    assert articles == [304] * len(plain.articles())


def test_without_xslt_and_behind_a_challenge_they_are_the_same(ground: Ground, plain: Run, tmp_path: Path) -> None:
    ground.behave(challenge="412", challenge_lasts=7)
    run = ground.crawl(tmp_path, **ALWAYS, **NO_XSLT)
    assert run.code == 0, run.stderr
    assert read_items(run) == read_items(plain)
    assert read_pages(run) == read_pages(plain)
    assert run.stderr.count("Chromium passed the challenge of") > 1


def deliver_oddly(connection: Connection, request: Request, response: Response) -> bool:
    """The list has moved, an article has moved to another host, one is very large, the others come packed."""
    kind = dict(response.headers).get("Content-Type")
    if request.target == "/103002/default.aspx":
        moved = (("Location", "/103002/default.aspx?moved=1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
        connection.send(request, Response(302, moved, b""))
    elif request.target == "/103002/4003.aspx":
        connection.send(request, Response(301, (("Location", "http://localhost:9/103002/4003.aspx"),), b""))
    elif request.target == "/103002/4007.aspx":
        connection.send(request, response._replace(body=response.body + b" " * LARGEST))
    elif kind == "text/xml":
        packed = (*response.headers, ("Content-Encoding", "gzip"))
        connection.send(request, response._replace(headers=packed, body=gzip.compress(response.body, mtime=0)))
    else:
        return False
    return True


def test_what_goes_wrong_goes_wrong_as_with_plain_http(ground: Ground, plain: Run, tmp_path: Path) -> None:
    ids = sorted(plain.articles())
    faults = {ids[3]: "control-character", ids[4]: "gone", ids[5]: "server-error", ids[6]: "html-error-page"}
    runs, asked = [], []
    for mode in ("never", "always"):
        ground.behave(faults=faults, robots=f"User-agent: *\nDisallow: /103002/{ids[7]}.aspx\n", bom=True)
        ground.server.deliver = deliver_oddly
        folder = tmp_path / mode
        folder.mkdir()
        try:
            runs.append(ground.crawl(folder, BROWSER=mode, DOWNLOAD_MAXSIZE=str(LARGEST)))
        finally:
            ground.server.deliver = None
        asked.append([(request.path, request.status) for request in ground.server.requests])
    by_http, by_browser = runs
    assert (by_browser.code, by_http.code) == (3, 3), by_browser.stderr
    assert asked[1] == asked[0]
    assert read_items(by_browser) == read_items(by_http)
    assert read_pages(by_browser) == read_pages(by_http)
    assert read_quarantine(by_browser) == read_quarantine(by_http) != []
    for run in runs:
        assert "larger than DOWNLOAD_MAXSIZE" in run.stderr
        assert "Traceback" not in run.stderr


def test_a_page_that_came_damaged_and_a_page_of_chromium_that_crashed(
    ground: Ground, plain: Run, tmp_path: Path
) -> None:
    """Chromium does not look at the checksum of what it unpacks. The pages that it shows are processes of their own."""
    spoiled = f"/103002/{min(plain.articles())}.aspx"
    times = 0

    def spoil(connection: Connection, request: Request, response: Response) -> bool:
        nonlocal times
        times += request.target == spoiled
        if request.target != spoiled or times > 1:
            return False
        packed = gzip.compress(response.body, compresslevel=0, mtime=0).replace(b" the ", b" thy ", 1)
        connection.send(request, Response(200, (*response.headers, ("Content-Encoding", "gzip")), packed))
        return True

    ground.behave(latency=0.05)
    ground.server.deliver = spoil
    try:
        with browser_crawl(tmp_path, ground, "always") as process:
            wait_for(lambda: len(ground.asked()) >= 5)
            for page in filter(is_renderer, find_children(process.pid)):
                os.kill(page, signal.SIGKILL)
            code = process.wait(60)
    finally:
        ground.server.deliver = None
    run = Run(code, "", (tmp_path / "log").read_text(encoding="utf-8"), tmp_path)
    assert code == 0, run.stderr
    assert "its compressed body is broken" in run.stderr
    assert "crashed" in run.stderr
    assert read_items(run) == read_items(plain)


def test_no_chromium_outlives_a_crawl_that_is_killed(ground: Ground, tmp_path: Path) -> None:
    """While the challenge is on its screen."""
    ground.behave(challenge="200", latency=0.1)
    with browser_crawl(tmp_path, ground, "auto") as process:
        wait_for(lambda: len(ground.asked()) >= 2)
        started = find_children(process.pid)
        assert any(map(is_browser, started))
        process.kill()
        process.wait()
        wait_for(lambda: not find_living(started))


def test_no_chromium_outlives_a_crawl_that_is_interrupted(ground: Ground, tmp_path: Path) -> None:
    """As Ctrl-C does it: the whole group gets the signal."""
    ground.behave(challenge="200", latency=0.1)
    with browser_crawl(tmp_path, ground, "always") as process:
        wait_for(lambda: len(ground.asked()) >= 6)
        started = find_children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
        wait_for(lambda: not find_living(started))
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
