"""Crawls killed at random moments: nothing lost, nothing twice, nothing committed fetched again.

A few points are enough for every day; ``make crash-test`` sets CRASH_ARTICLES and CRASH_POINTS for the whole test.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from .crawling import check_articles, interrupt, query
from .in_process import crawl

ARTICLES = int(os.environ.get("CRASH_ARTICLES", "40"))
POINTS = int(os.environ.get("CRASH_POINTS", "1"))
KEEP = {"KEEP_DUPLICATES": "1"}


def committed(folder: Path) -> set[int]:
    has_archive = (folder / "data/sassspider.db").exists()
    return {one for (one,) in query(folder, "SELECT id FROM articles")} if has_archive else set()


def list_requested(server: Server) -> set[int]:
    return {int(path[8:-5]) for path in server.take_paths() if path[8:-5].isdigit()}


@pytest.mark.parametrize("point", range(POINTS))
def test_twice_killed_crawl_is_completed(tmp_path: Path, point: int) -> None:
    rng = random.Random(point)
    with Server(build_site(seed=11, articles=ARTICLES)) as server:
        for _ in range(2):
            held = committed(tmp_path)
            after, pause = rng.randrange(1, ARTICLES // 2), rng.random() * 0.05
            interrupt(tmp_path, server, signal.SIGKILL, after, pause=pause, settings=KEEP)
            assert held <= committed(tmp_path)
            assert not held & list_requested(server)
        held = committed(tmp_path)
        run = crawl(tmp_path, server.url, settings=KEEP)
        assert run.code == 0, run.stderr
        check_articles(run, server.site.expected_articles(server.url))
        assert not held & list_requested(server)
    assert query(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert query(tmp_path, "PRAGMA foreign_key_check") == []


def kept(folder: Path) -> set[str]:
    return {url for (url,) in query(folder, "SELECT url FROM media WHERE status = 'kept'")}


def test_killed_while_files_are_fetched(tmp_path: Path) -> None:
    """Each file is whole and stands there once; a run requests only what lacks a file."""
    rng = random.Random(1)
    with Server(build_site(seed=11, articles=ARTICLES)) as server:
        found = crawl(tmp_path, server.url).articles().values()
        wanted = {one["url"] for article in found for one in (*article["images"], *article["attachments"])}
        for _ in range(POINTS):
            held = kept(tmp_path)
            server.take_paths()
            requests = rng.randrange(2, 3 + len(wanted) // POINTS)
            interrupt(tmp_path, server, signal.SIGKILL, requests, pause=rng.random() * 0.05, spider="media")
            assert held <= kept(tmp_path)
            assert {server.url + path for path in server.take_paths()} & held == set()
            check_digests(tmp_path)
        held = kept(tmp_path)
        assert crawl(tmp_path, server.url, spider="media").code == 0
        assert {server.url + path for path in server.take_paths()} == wanted - held
    assert kept(tmp_path) == wanted
    assert len(check_digests(tmp_path)) == len(list((tmp_path / "data/media").iterdir())) == len(wanted)


def check_digests(folder: Path) -> list[Path]:
    """Return the files, each of which has the content that its name tells."""
    files = [one for one in (folder / "data/media").glob("*") if not one.name.startswith(".")]
    assert [one.stem for one in files] == [hashlib.sha256(one.read_bytes()).hexdigest() for one in files]
    return files
