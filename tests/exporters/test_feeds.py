"""Feeds: a file is replaced by a complete feed only, and what could not be written is never passed over in silence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from sassspider import settings as project
from sassspider.arguments import ArgumentError
from sassspider.exporters.feeds import check_feeds
from tests.mocksite import Server, SiteOptions, build_site

from ..archive.factories import limit_files
from ..crawling import FAST, Run, crawl, environment

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
    assert f"{feeds} feeds could not be written" in run.stderr


def read_ids(path: Path) -> list[int]:
    return sorted(json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines())


def test_site_that_is_down_leaves_the_feed(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=ARTICLES)) as server:
        url = server.url
        assert crawl(tmp_path, url, "-O", "x.jsonl").code == 0
    before = read_ids(tmp_path / "x.jsonl")
    for emit, archive in (("all", "data/sassspider.db"), ("new", "other.db")):
        settings = {"ARCHIVE_URL": f"sqlite:///{archive}", "EXPORT_PATH": ""}
        run = crawl(tmp_path, url, "-O", "x.jsonl", settings=settings, emit=emit)
        assert run.code == 1
        assert read_ids(tmp_path / "x.jsonl") == before


def test_interruption_leaves_a_feed_of_new_articles(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("old\n")
    with Server(build_site(seed=3, articles=60, options=SiteOptions(latency=0.05))) as server:
        given = [f"-s{name}={value}" for name, value in FAST.items()]
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "commentary",
            f"-asite={server.url}",
            "-aemit=new",
            "-Ox.jsonl",
        ]
        process = subprocess.Popen(
            [*command, "-Ox.jsonl", *given], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, encoding="utf-8"
        )
        while len(server.requests) < 10:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        stderr = process.communicate()[1]
    assert process.returncode == 130, stderr
    assert path.read_text() == "old\n"
    assert "Feed x.jsonl is not complete (shutdown): the file is as it was; scrapy export" in stderr
    assert not list(tmp_path.glob(".x.jsonl*"))


def test_unencodable_item_fails_the_feed(server: Server, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("old")
    run = crawl(tmp_path, server.url, "-O", "x.csv", "-O", "x.parquet", settings={"FEED_EXPORT_ENCODING": "latin-1"})
    check_failed(run, "Feed x.csv could not be written, and the file is as it was: FEED_EXPORT_ENCODING=latin-1 has no")
    assert (tmp_path / "x.csv").read_text() == "old"
    assert (tmp_path / "x.parquet").exists()


def test_bad_feed_costs_no_other(server: Server, tmp_path: Path) -> None:
    feeds = {name: {"format": "csv", "overwrite": True} for name in ("/dev/full", "%(name)s/x/y.csv", "good.csv")}
    run = crawl(tmp_path, server.url, settings={"FEEDS": json.dumps(feeds)})
    check_failed(run, "could not be written, and the file is as it was", feeds=2)
    assert len(run.rows("good.csv")) == WITHOUT_REPOSTS


def test_full_disk_fails_the_feed(server: Server, tmp_path: Path) -> None:
    crawl(tmp_path, server.url)
    (tmp_path / "x.jsonl").write_text("old")
    command = [*limit_files(150), sys.executable, "-m", "scrapy", "crawl", "commentary", f"-asite={server.url}"]
    given = [f"-s{name}={value}" for name, value in FAST.items()]
    done = subprocess.run(
        [*command, *given, "-O", "x.jsonl"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    run = Run(done.returncode, done.stdout, done.stderr, tmp_path)
    check_failed(run, "Feed x.jsonl could not be written, and the file is as it was: File too large")
    assert (tmp_path / "x.jsonl").read_text() == "old"


def test_unwritable_batch_fails_the_feed(server: Server, tmp_path: Path) -> None:
    (tmp_path / "b2.jsonl").mkdir()
    feeds = {"b%(batch_id)d.jsonl": {"format": "jsonl", "batch_item_count": 5}}
    run = crawl(tmp_path, server.url, settings={"FEEDS": json.dumps(feeds)})
    check_failed(run, "Feed b2.jsonl could not be written")
    assert len(read_ids(tmp_path / "b1.jsonl")) == 5


@pytest.mark.parametrize("reader", ["head -1", "cat > /dev/full"])
def test_reader_that_leaves_fails_the_feed(server: Server, tmp_path: Path, reader: str) -> None:
    given = " ".join(f"-s{name}={value}" for name, value in FAST.items())
    command = f"{sys.executable} -m scrapy crawl commentary -asite={server.url} {given} -o -:jsonl"
    pipe = f"{command} > /dev/full" if "full" in reader else f"{command} | {reader}"
    done = subprocess.run(
        ["bash", "-c", f"{pipe}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    run = Run(done.returncode, done.stdout, done.stderr, tmp_path)
    check_failed(run, "Feed stdout: could not be written")
    assert "BrokenPipe" not in done.stderr


def test_feed_uri_is_a_feed_too(server: Server, tmp_path: Path) -> None:
    run = crawl(tmp_path, server.url, settings={"FEED_URI": "x.jsonl", "FEED_FORMAT": "jsonl"})
    assert run.code == 0, run.stderr
    assert len(read_ids(tmp_path / "x.jsonl")) == WITHOUT_REPOSTS
    run = crawl(tmp_path, server.url, settings={"FEED_URI": "/dev/full", "FEED_FORMAT": "jsonl"})
    check_failed(run, "Feed /dev/full could not be written")


def test_feed_without_news(server: Server, tmp_path: Path) -> None:
    crawl(tmp_path, server.url, "-O", "x.jsonl")
    run = crawl(tmp_path, server.url, "-O", "y.jsonl", settings={"FEED_STORE_EMPTY": "False"}, emit="new")
    assert run.code == 0, run.stderr
    assert not (tmp_path / "y.jsonl").exists()
    assert crawl(tmp_path, server.url, "-O", "x.jsonl", emit="new").code == 0
    assert (tmp_path / "x.jsonl").read_bytes() == b""


def test_any_character_in_a_path(server: Server, tmp_path: Path) -> None:
    name = "100%#a?b [c].jsonl"
    run = crawl(tmp_path, server.url, "-O", name, settings={"EXPORT_PATH": "50%#?-%(name)s.jsonl"})
    assert run.code == 0, run.stderr
    assert read_ids(tmp_path / name) == read_ids(tmp_path / "50%#?-commentary.jsonl")
    assert len(read_ids(tmp_path / name)) == WITHOUT_REPOSTS


@pytest.mark.parametrize(
    ("uri", "options", "says"),
    [
        ("s3://bucket/x.csv", {}, "s3 needs boto3, which is not installed"),
        ("gs://bucket/x.csv", {}, "gs needs google.cloud.storage, which is not installed"),
        ("gopher://host/x.csv", {}, "there is no scheme 'gopher'"),
        ("%(nmae)s.csv", {}, r"nothing fills %\(nmae\)s"),
        ("x.csv", {"format": "yaml"}, "'yaml' is no format"),
        ("x.csv", {"batch_item_count": 5}, "a batch needs a name of its own"),
        ("full.csv", {}, "it has content already; to replace it, type -O full.csv"),
    ],
)
def test_wrong_feed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, options: dict[str, object], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full.csv").write_text("content")
    given = Settings()
    given.setmodule(project)
    given.set("FEEDS", {uri: {"format": "csv", **options}}, "cmdline")
    with pytest.raises(ArgumentError, match=says):
        check_feeds(given, {"name"})
    assert [path.name for path in tmp_path.iterdir()] == ["full.csv"]


def test_wrong_feed_is_one_line_before_any_request(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("content")
    for options, code, says in (
        (["-o", "x.csv"], 2, "type -O x.csv"),
        (["-O", "s3://bucket/x.csv"], 2, "boto3"),
        (["-O", "none/none/x.csv"], 1, "No such file or directory"),
    ):
        run = crawl(tmp_path, "http://127.0.0.1:1", *options)
        assert (run.code, len(run.stderr.splitlines())) == (code, 1), run.stderr
        assert says in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
