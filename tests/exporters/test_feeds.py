"""Feeds: a file is replaced by a complete feed only, and what could not be written is never passed over in silence."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sassspider.exporters import name_feed
from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import Server, build_site

from ..crawling import Run, crawl_command, interrupt, limit_files, one_line, run_command
from ..in_process import command, crawl

ARTICLES, WITHOUT_REPOSTS = 12, 11


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(build_site(seed=3, articles=ARTICLES)) as server:
        yield server


def check_failed(run: Run, says: str, feeds: int = 1) -> None:
    """The run failed, one line says why, and counts the feeds."""
    assert run.code == 1, run.stderr
    assert "Traceback" not in run.stderr, run.stderr
    assert len([line for line in run.stderr.splitlines() if says in line]) == feeds, run.stderr
    assert f"{feeds} feeds could not be written" in f"{run.reasons}{run.stderr}"


def run_in_shell(folder: Path, server: Server, *before: str, after: str, feed: str = "jsonl") -> Run:
    """Run ``scrapy crawl commentary`` in a process of its own; its output may go to a pipe or a file."""
    command = [*before, *crawl_command(server.url, "-O", f"-:{feed}")]
    shell = ["bash", "-c", f'"$0" "$@" {after}; exit ${{PIPESTATUS[0]}}', *command]
    return run_command(folder, shell)


@pytest.mark.parametrize("emit", ["all", "new"])
def test_unreachable_site_keeps_the_feed(tmp_path: Path, emit: str) -> None:
    """The archive is empty, as on a new machine."""
    with Server(build_site(seed=3, articles=ARTICLES)) as server:
        in_order = {"CONCURRENT_REQUESTS": "1"}  # else a re-post may come before its original
        before = sorted(crawl(tmp_path, server.url, "-O", "x.jsonl", settings=in_order).articles("x.jsonl"))
    settings = {"ARCHIVE_URL": f"sqlite:///{tmp_path}/other.db", "EXPORT_PATH": "", "RETRY_GIVE_UP_AFTER": "0.1"}
    run = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=settings, emit=emit)
    assert run.code == 1
    assert sorted(run.articles("x.jsonl")) == before
    assert "x.jsonl is not complete (site_unavailable): the file is as it was; scrapy export" in run.stderr
    assert not list(tmp_path.glob(".x.jsonl*"))


def test_interrupted_crawl_keeps_the_feed(tmp_path: Path) -> None:
    """Some articles were written to the feed already."""
    path = tmp_path / "x.jsonl"
    path.write_text("old\n")
    with Server(build_site(seed=3, articles=60, latency=0.05)) as server:
        run = interrupt(tmp_path, server, signal.SIGINT, 10, "-Ox.jsonl", emit="new")
    assert run.code == 130, run.stderr
    assert path.read_text() == "old\n"
    assert "Feed x.jsonl is not complete (shutdown): the file is as it was; scrapy export" in run.stderr
    assert not list(tmp_path.glob(".x.jsonl*"))


def test_unencodable_item_fails_the_feed(server: Server, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("old")
    options = [part for name in ("x.csv", "x.jsonl", "x.parquet") for part in ("-O", name)]
    run = crawl(tmp_path, server.url, *options, settings={"FEED_EXPORT_ENCODING": "latin-1"})
    check_failed(run, "could not be written, and the file is as it was: FEED_EXPORT_ENCODING=latin-1 has no", feeds=2)
    assert (tmp_path / "x.csv").read_text() == "old"
    assert not (tmp_path / "x.jsonl").exists()
    assert (tmp_path / "x.parquet").exists()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("x.csv", "x.csv"),
        ("x.CSV", "x.CSV:csv"),
        ("x.csl.json", "x.csl.json:csl.json"),
        ("x:csl.json", "x:csl.json"),
        ("x.txt", "x.txt"),
    ],
)
def test_format_is_told_by_the_ending(given: str, named: str) -> None:
    assert name_feed(given) == named


def feeds(folder: Path, *names: str, **options: Any) -> dict[str, Any]:
    return {"FEEDS": {str(folder / name): {"format": "csv", "overwrite": True, **options} for name in names}}


def test_bad_feed_costs_no_other(server: Server, tmp_path: Path) -> None:
    run = crawl(tmp_path, server.url, settings=feeds(tmp_path, "/dev/full", "%(name)s/x/y.csv", "good.csv"))
    check_failed(run, "could not be written, and the file is as it was", feeds=2)
    assert len(run.rows("good.csv")) == WITHOUT_REPOSTS
    (report,) = (tmp_path / "data/runs").glob("*.json")
    outputs = json.loads(report.read_bytes())["outputs"]
    assert [Path(name).name for name in outputs] == ["sassspider.db", "commentary.jsonl", "good.csv"]


def test_unwritable_batch_fails_the_feed(server: Server, tmp_path: Path) -> None:
    (tmp_path / "b2.csv").mkdir()
    run = crawl(tmp_path, server.url, settings=feeds(tmp_path, "b%(batch_id)d.csv", batch_item_count=5))
    check_failed(run, "b2.csv could not be written")
    assert len(run.rows("b1.csv")) == 5


@pytest.mark.parametrize("feed", ["jsonl", "csv"])
def test_reader_that_leaves_fails_the_feed(server: Server, tmp_path: Path, feed: str) -> None:
    run = run_in_shell(tmp_path, server, after="| head -1", feed=feed)
    check_failed(run, "Feed stdout: could not be written")
    assert "BrokenPipe" not in run.stderr


def test_full_disk_fails_both_feeds(server: Server, tmp_path: Path) -> None:
    crawl(tmp_path, server.url)
    (tmp_path / "x.jsonl").write_text("old")
    run = run_in_shell(tmp_path, server, *limit_files(150), after="-O x.jsonl > /dev/full")
    check_failed(run, "could not be written, and the file is as it was", feeds=2)
    assert "Feed stdout: could not be written" in run.stderr
    assert "Feed x.jsonl could not be written, and the file is as it was: File too large" in run.stderr
    assert (tmp_path / "x.jsonl").read_text() == "old"


def test_pipes_get_the_whole_feed(server: Server, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = crawl_command(server.url, "-O", "pipe:jsonl", "-O", "/dev/stdout:csv")
    shell = 'set -o pipefail; cat pipe > x.jsonl & "$0" "$@" | cat > x.csv && wait'
    run = run_command(tmp_path, ["timeout", "60", "bash", "-c", shell, *command])
    assert run.code == 0, run.stderr
    assert len(run.articles("x.jsonl")) == len(run.rows("x.csv")) == WITHOUT_REPOSTS


def test_feed_without_news(server: Server, tmp_path: Path) -> None:
    crawl(tmp_path, server.url, "-O", "x.jsonl")
    run = crawl(tmp_path, server.url, "-O", "y.jsonl", settings={"FEED_STORE_EMPTY": "False"}, emit="new")
    assert run.code == 0, run.stderr
    assert not (tmp_path / "y.jsonl").exists()
    assert crawl(tmp_path, server.url, "-O", "x.jsonl", "-O", "x.csv", emit="new").code == 0
    assert (tmp_path / "x.jsonl").read_bytes() == b""
    header = (tmp_path / "x.csv").read_text(encoding="utf-8")
    assert header.splitlines() == [",".join(f'"{name}"' for name in ARTICLE_FIELDS)]


@pytest.mark.parametrize("keep", [True, False])
def test_repost_stands_once_in_a_feed(tmp_path: Path, keep: bool) -> None:
    """It comes before its original, as the newest article links to the one before it."""
    site = build_site(seed=3, articles=ARTICLES, list_fault="not-found", parent="missing", home="missing")
    original = site.ids()[2]
    repost = site.repost(original)
    settings = {"KEEP_DUPLICATES": str(keep), "CONCURRENT_REQUESTS": "1"}
    with Server(site) as server:
        start = f"{server.url}/103002/{site.ids()[-1]}.aspx"
        found = crawl(tmp_path, server.url, "-O", "x.jsonl", settings=settings, start=start).articles("x.jsonl")
    assert (found[repost]["duplicate_of"], original in found) == (None, keep)
    assert not keep or found[original]["duplicate_of"] == repost


def test_any_character_in_a_path(server: Server, tmp_path: Path) -> None:
    name = "100%#a?b [c].jsonl"
    # Of a group of re-posts a feed holds the one that came first.
    settings = {"EXPORT_PATH": "50%#?-%(name)s.jsonl", "CONCURRENT_REQUESTS": "1"}
    run = crawl(tmp_path, server.url, "-O", name, settings=settings)
    assert run.code == 0, run.stderr
    assert sorted(run.articles(name)) == sorted(run.articles("50%#?-commentary.jsonl"))
    assert len(run.lines(name)) == WITHOUT_REPOSTS


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["-o", "x.csv"], 2, "feed x.csv has content already; to replace it, type -O"),
        (["-O", "gopher://host/x.csv"], 2, "there is no scheme 'gopher'"),
        (["-O", "%(nmae)s.csv"], 2, "%(nmae)s is unknown"),
        (["-O", "none/none/x.csv"], 1, "No such file or directory"),
        (["-O", "s3://bucket/x.csv"], 2, "s3 needs boto3: pip install 'boto3'"),
        (["-O", "gs://bucket/x.csv"], 2, "pip install 'google-cloud-storage'"),
        (["-s", 'FEEDS={"y.csv": {"format": "odt"}}'], 2, "feed y.csv: there is no format 'odt'"),
        (["-O", "y.csv", "-O", "./y.csv"], 2, "feed ./y.csv: EXPORT_PATH or another feed writes to this file"),
        (["-O", "data/commentary.jsonl"], 2, "EXPORT_PATH or another feed writes to this file; name another"),
        (["-O", "y.csv", "-s", "FEED_EXPORT_FIELDS=id,titel"], 2, "feed y.csv: articles have no field 'titel'"),
        (["-s", "FEED_URI=x.csv"], 2, "feed x.csv has content already"),
        (["-s", "FEED_URI=gopher://host/x.csv"], 2, "there is no scheme 'gopher'"),
    ],
)
def test_wrong_feed_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, says: str
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setitem(sys.modules, "google", None)
    (tmp_path / "x.csv").write_text("content")
    run = command(tmp_path, "crawl", "commentary", *options)
    one_line(run, code, says)
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
