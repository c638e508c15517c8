"""Each way in which a crawl can fail to do its work, really caused, ends with 1 and says so."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from ..crawling import Run, crawl

BROKEN = """
class Pipeline:
    def process_item(self, item):
        raise RuntimeError("the pipeline broke")

class Middleware:
    async def process_spider_output(self, response, result):
        async for one in result:
            if hasattr(one, "title"):
                raise RuntimeError("the callback broke")
            yield one
"""


def run_with(folder: Path, *options: str, **settings: str) -> Run:
    hook = folder / "hook"
    hook.mkdir()
    (hook / "broken.py").write_text(BROKEN)
    with Server(build_site(seed=3, articles=12)) as server:
        return crawl(folder, server.url, *options, settings=settings, hook=hook)


def reasons(run: Run) -> str:
    (path,) = (run.folder / "data/runs").iterdir()
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["outcome"]["code"] == run.code
    return "; ".join(report["outcome"]["reasons"])


def test_complete_and_healthy_is_0(tmp_path: Path) -> None:
    run = run_with(tmp_path)
    assert (run.code, reasons(run)) == (0, "")


def test_the_report_is_in_a_file_and_the_same_in_the_archive(tmp_path: Path) -> None:
    run_with(tmp_path)
    (path,) = (tmp_path / "data/runs").iterdir()
    with closing(sqlite3.connect(tmp_path / "data/sassspider.db")) as connection:
        ((stored,),) = connection.execute("SELECT report FROM runs").fetchall()
    assert json.loads(stored) == json.loads(path.read_text(encoding="utf-8"))


def test_an_error_in_a_pipeline_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, ITEM_PIPELINES=json.dumps({"broken.Pipeline": 1}))
    assert run.code == 1
    assert "errors in the pipelines: 12" in reasons(run)


def test_an_error_in_a_callback_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, SPIDER_MIDDLEWARES=json.dumps({"broken.Middleware": 1}))
    assert run.code == 1
    assert "errors in the spider: 12" in reasons(run)


def test_an_unwritable_feed_is_1(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, "-O", "taken/x.csv")
    assert run.code == 1
    assert len(run.stderr.splitlines()) == 1


def test_a_feed_that_breaks_on_the_way_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, FEEDS=json.dumps({"taken/%(name)s.csv": {"format": "csv"}, "taken": {"format": "csv"}}))
    assert run.code == 1
    assert "feeds that could not be written: 1" in reasons(run)


def test_an_unwritable_export_is_1_and_the_archive_has_the_work(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, EXPORT_PATH="taken/x.jsonl")
    assert run.code == 1
    assert "EXPORT_PATH could not be written" in reasons(run)
    assert "Traceback" not in run.stderr
    assert "12 new" in run.stderr


def test_an_unusable_archive_is_1_before_any_request(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, ARCHIVE_URL="sqlite:///taken/x.db")
    assert run.code == 1
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("setting", ["RUNS_DIR", "QUARANTINE_DIR"])
def test_a_report_that_can_not_be_written_fails_nothing(tmp_path: Path, setting: str) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, **{setting: "taken/x"})
    assert run.code == 0
    assert "Traceback" not in run.stderr
