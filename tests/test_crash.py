"""Crawls killed at random moments: nothing lost, nothing twice, nothing committed fetched again.

A few points are enough for every day; ``make crash-test`` sets CRASH_ARTICLES and CRASH_POINTS for the whole test.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.mocksite import COMMENTARY, Server, Site, build_site

from .crawling import FAST, crawl, environment

ARTICLES = int(os.environ.get("CRASH_ARTICLES", "200"))
POINTS = int(os.environ.get("CRASH_POINTS", "2"))
DEADLINE = 120
KEEP = {"KEEP_DUPLICATES": "1"}


def kill_after(folder: Path, server: Server, requests: int, linger: float) -> None:
    """Start a crawl, let the site answer so many requests, and kill it ``linger`` seconds later."""
    arguments = ["crawl", "commentary", f"-asite={server.url}", "-sKEEP_DUPLICATES=1"]
    settings = [f"-s{name}={value}" for name, value in FAST.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", *arguments, *settings],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + DEADLINE
    try:
        while len(server.requests) < requests and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(linger)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def committed(folder: Path) -> set[int]:
    path = folder / "data/sassspider.db"
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone():
            return set()
        return {row[0] for row in connection.execute("SELECT id FROM articles")}


def asked(server: Server) -> set[str]:
    paths = {request.path for request in server.requests}
    server.requests.clear()
    return paths


def assert_nothing_is_asked_again(held: set[int], paths: set[str]) -> None:
    assert [one for one in held if f"/103002/{one}.aspx" in paths] == []


def assert_whole(folder: Path, site: Site, server: Server) -> None:
    run = crawl(folder, server.url, settings=KEEP)
    assert run.code == 0, run.stderr
    found = run.articles()
    assert sorted(found) == list(site.ids(COMMENTARY))
    for expected in site.expected_articles(base_url=server.url):
        one = found[int(str(expected["id"]))]
        assert {name: one[name] for name in expected if name != "duplicate_of"} == {
            name: value for name, value in expected.items() if name != "duplicate_of"
        }
    with closing(sqlite3.connect(folder / "data/sassspider.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("point", range(POINTS))
def test_killed_once(tmp_path: Path, point: int) -> None:
    chance = random.Random(point)
    site = build_site(seed=11, articles=ARTICLES)
    with Server(site) as server:
        kill_after(tmp_path, server, chance.randrange(1, ARTICLES + 2), chance.random() * 0.05)
        held = committed(tmp_path)
        server.requests.clear()
        assert_whole(tmp_path, site, server)
        assert_nothing_is_asked_again(held, asked(server))


def test_killed_five_times_in_a_row(tmp_path: Path) -> None:
    chance = random.Random(99)
    site = build_site(seed=12, articles=ARTICLES)
    with Server(site) as server:
        for _ in range(5):
            held = committed(tmp_path)
            kill_after(tmp_path, server, chance.randrange(1, ARTICLES // 4), chance.random() * 0.05)
            assert held <= committed(tmp_path)
            assert_nothing_is_asked_again(held, asked(server))
        held = committed(tmp_path)
        assert_whole(tmp_path, site, server)
        assert_nothing_is_asked_again(held, asked(server))
