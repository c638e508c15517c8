"""Each way in which a crawl can fail to do its work, really caused, ends with 1 and says so."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.mocksite import COMMENTARY, Server, build_site

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


def test_complete_crawl_is_0(tmp_path: Path) -> None:
    run = run_with(tmp_path)
    assert (run.code, reasons(run)) == (0, "")


def test_report_file_equals_record(tmp_path: Path) -> None:
    run_with(tmp_path)
    (path,) = (tmp_path / "data/runs").iterdir()
    with closing(sqlite3.connect(tmp_path / "data/sassspider.db")) as connection:
        ((stored,),) = connection.execute("SELECT report FROM runs").fetchall()
    assert json.loads(stored) == json.loads(path.read_text(encoding="utf-8"))


def test_report_has_changed_and_removed_ids(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=12)
    changed, removed = site.ids(COMMENTARY)[3], site.ids(COMMENTARY)[6]
    with Server(site) as server:
        crawl(tmp_path, server.url)
        site.edit(changed, title_suffix=" (updated)")
        site.remove(removed)
        run = crawl(tmp_path, server.url, mode="refresh")
    path = max((tmp_path / "data/runs").iterdir(), key=lambda one: int(one.stem.rpartition("-")[2]))
    report = json.loads(path.read_text(encoding="utf-8"))
    assert (report["changed_ids"], report["removed_ids"], report["missing_ids"]) == ([changed], [removed], [])
    assert f"  changed    {changed}" in run.stderr
    assert f"  removed    {removed}" in run.stderr


def test_pipeline_error_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, ITEM_PIPELINES=json.dumps({"broken.Pipeline": 1}))
    assert run.code == 1
    assert "12 errors in the pipelines" in reasons(run)


def test_callback_error_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, SPIDER_MIDDLEWARES=json.dumps({"broken.Middleware": 1}))
    assert run.code == 1
    assert "12 errors in the spider" in reasons(run)


def test_unwritable_feed_is_1(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, "-O", "taken/x.csv")
    assert run.code == 1
    assert len(run.stderr.splitlines()) == 1


def test_feed_broken_midway_is_1(tmp_path: Path) -> None:
    run = run_with(tmp_path, FEEDS=json.dumps({"taken/%(name)s.csv": {"format": "csv"}, "taken": {"format": "csv"}}))
    assert run.code == 1
    assert "1 feeds could not be written" in reasons(run)


def test_unwritable_export_is_1(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, EXPORT_PATH="taken/x.jsonl")
    assert run.code == 1
    assert "EXPORT_PATH could not be written" in reasons(run)
    assert "Traceback" not in run.stderr
    assert "12 new" in run.stderr


def test_unusable_archive_is_1(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, ARCHIVE_URL="sqlite:///taken/x.db")
    assert run.code == 1
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("setting", ["RUNS_DIR", "QUARANTINE_DIR"])
def test_unwritable_report_fails_nothing(tmp_path: Path, setting: str) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    run = run_with(tmp_path, **{setting: "taken/x"})
    assert run.code == 0
    assert "Traceback" not in run.stderr
