"""``scrapy export``: real files, read as their readers read them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sassspider.arguments import NAMES
from sassspider.clock import today
from sassspider.exporters import plain
from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import COMMENTARY

from ..crawled import OTHER, CrawledSite
from ..crawling import environment, one_line, run_command
from ..in_process import command
from .tampering import database


def read_export(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Export to stdout; return the articles."""
    run = command(folder, "export", *arguments, "-o", "-")
    assert run.code == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_export_has_every_field(crawled: CrawledSite) -> None:
    run = command(crawled.folder, "export", "--section", COMMENTARY, "-o", "-")
    removed = crawled.before[crawled.removed] | {"date_removed": today().isoformat()}
    expected = {**crawled.before, **crawled.after, crawled.removed: removed}
    assert run.stdout == (crawled.folder / "data/commentary.jsonl").read_text(encoding="utf-8")
    found = {line["id"]: line for line in map(json.loads, run.stdout.splitlines())}
    assert list(found) == sorted(crawled.originals)
    assert all(tuple(line) == ARTICLE_FIELDS for line in found.values())
    assert found == {one: {**found[one], **expected[one]} for one in crawled.originals}
    assert run.stderr == f"{len(found)} articles written to standard output\n"


def test_options_narrow_and_widen_the_export(crawled: CrawledSite) -> None:
    export = partial(read_export, crawled.folder)
    days = sorted(crawled.before[one]["date_published"] for one in crawled.originals)
    since, until = days[8], days[20]
    found = export("--section", COMMENTARY, "--since", since, "--until", until)
    assert sorted(one["date_published"] for one in found) == [day for day in days if since <= day <= until]
    assert {one["section_id"] for one in export("--section", OTHER)} == {OTHER}
    assert len(export()) == len(days) + 1
    current = export("--section", COMMENTARY, "--current")
    assert {one["id"] for one in current} == crawled.originals - {crawled.removed}
    every = export("--section", COMMENTARY, "--duplicates")
    assert [one["id"] for one in every] == sorted(crawled.before)
    assert {one["id"] for one in every if one["date_removed"]} == {crawled.removed}
    assert {one["id"] for one in every if one["duplicate_of"]} == crawled.reposts


def test_export_has_every_revision(crawled: CrawledSite) -> None:
    found = read_export(crawled.folder, "--section", COMMENTARY, "--revisions")
    assert len(found) == len(crawled.originals) + 2
    for article_id in (crawled.reworded, crawled.retitled):
        first, second = (one for one in found if one["id"] == article_id)
        assert {name: first[name] for name in first if name in crawled.before[article_id]} == crawled.before[article_id]
        assert {name: second[name] for name in second if name in crawled.after[article_id]} == crawled.after[article_id]
        assert first["fetched_at"] < second["fetched_at"]


def test_failed_export_keeps_old_file(crawled: CrawledSite, tmp_path: Path) -> None:
    path, link = tmp_path / "a.csv", tmp_path / "link.csv"
    path.write_text("old")
    failed = command(crawled.folder, "export", "--site", "http://other.example", "-o", str(path))
    one_line(failed, 1, f"--site {crawled.key} or all")
    unencodable = command(crawled.folder, "export", "-o", str(path), "-s", "FEED_EXPORT_ENCODING=latin-1")
    one_line(unencodable, 1, "FEED_EXPORT_ENCODING=latin-1 has no")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]
    link.symlink_to(path)
    assert command(crawled.folder, "export", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8").startswith('"id","url",')


def test_reader_that_leaves_is_no_message(crawled: CrawledSite) -> None:
    command = [sys.executable, "-m", "scrapy", "export", "--site", crawled.url, "--format", "csv", "-o", "-"]
    with subprocess.Popen(
        command, cwd=crawled.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert next(csv.reader(io.StringIO(first.decode()))) == list(ARTICLE_FIELDS)
    assert said == b""


@pytest.mark.parametrize(("words", "code"), [("status", 0), ("export -o -", 2)])
def test_closed_stdout_is_no_traceback(crawled: CrawledSite, words: str, code: int) -> None:
    run = run_command(crawled.folder, ["sh", "-c", f"exec {sys.executable} -m scrapy {words} >&-"])
    assert (run.code, run.stderr.count("\n")) == (code, bool(code))


@pytest.mark.parametrize("words", ["export -o x.csv", "history 1", "reparse", "status"])
def test_missing_archive_is_not_made(tmp_path: Path, words: str) -> None:
    one_line(command(tmp_path, *words.split()), 1, "there is no archive at data/sassspider.db")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sassspider.db").touch()
    one_line(command(tmp_path, *words.split()), 1, "holds no archive")
    with database(tmp_path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


@pytest.mark.parametrize(
    "name", ["changes", "crawl", "deploy", "doctor", "export", "fleet", "history", "publish", "reparse", "status"]
)
def test_help_is_whole_at_any_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for width in range(60, 121, 20):
        monkeypatch.setenv("COLUMNS", str(width))
        run = command(tmp_path, name, "--help")
        assert run.code == 0
        assert max(map(len, run.stdout.splitlines())) <= width
        headings = re.findall(r"^(.+)\n(?:=+|-+)$", run.stdout, re.MULTILINE)
        assert [one for one in headings if one != "Positional Arguments"] == ["Usage", "Options", "Global Options"]
        assert len(re.findall(rf"^  scrapy {name}\b.*$", run.stdout, re.MULTILINE)) >= 3
        assert "Exit code" in run.stdout
        assert "(default: INFO)" in " ".join(run.stdout.split())


def test_help_has_every_spider_argument(tmp_path: Path) -> None:
    lines = command(tmp_path, "crawl", "--help").stdout.splitlines()
    assert [name for name in NAMES if not any(line.startswith(f"  -a {name}=") for line in lines)] == []


def test_only_site_is_the_default(crawled: CrawledSite, folder: Path) -> None:
    whole = command(folder, "export", "-o", "-").stdout
    for site in (crawled.key, crawled.url, "all"):
        assert command(folder, "export", "-o", "-", "--site", site).stdout == whole
    with database(folder) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE articles SET site = 'en.sass.cn' WHERE section_id = ?", (OTHER,))
    one_line(command(folder, "export", "-o", "-"), 2, f"several sites: say --site {crawled.key} or en.sass.cn or all")
    for one in (("history", "7", "--site", "all"), ("publish", "-o", "site")):  # of one site
        one_line(command(folder, *one), 2, f"several sites: say --site {crawled.key} or en.sass.cn (see")
    assert len(command(folder, "export", "-o", "-", "--site", "en.sass.cn").stdout.splitlines()) == 1


KILLED = """
import os, signal, sys
from scrapy.cmdline import execute
from sassspider.exporters import folders, plain
{exporter}.finish_exporting = lambda self: os.kill(os.getpid(), signal.SIGKILL)
execute(["scrapy", "export", *sys.argv[1:]])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_terminated_export_leaves_no_file(
    crawled: CrawledSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr(f"{plain.__name__}.JsonLinesExporter.finish_exporting", lambda _: os.kill(os.getpid(), number))
    one_line(command(crawled.folder, "export", "-o", str(tmp_path / "x.jsonl")), 130, "interrupted")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "option", "exporter"),
    [("x.jsonl", "", "plain.JsonLinesExporter"), ("x", "--format=markdown", "folders.MarkdownExporter")],
)
def test_export_cleans_up_after_killed_one(
    crawled: CrawledSite, tmp_path: Path, output: str, option: str, exporter: str
) -> None:
    options = ["-o", str(tmp_path / output), *option.split()]
    killed = [sys.executable, "-c", KILLED.format(exporter=exporter), *options]
    assert run_command(crawled.folder, killed).code == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(f".{output}.")
    assert command(crawled.folder, "export", *options).code == 0
    assert list(tmp_path.iterdir()) == [tmp_path / output]
