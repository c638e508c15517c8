"""Crawls as Scrapyd's jobs: from the zipped egg, recorded with the job's id, stopped with care."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import COMMENTARY, Server, SiteOptions, build_site

from .. import in_process
from ..crawling import FAST
from ..postgres import wait_for
from .conftest import Daemon


def read(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query; none before the archive has tables."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/x.db?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def outcomes(folder: Path) -> dict[str, str]:
    """Return how the run of each job ended."""
    return {job: outcome.partition(";")[0] for job, outcome in read(folder, "SELECT job, outcome FROM runs")}


def test_jobs_are_recorded(daemon: Daemon, tmp_path: Path) -> None:
    paths = {"ARCHIVE_URL": f"sqlite:///{tmp_path}/x.db", "EXPORT_PATH": f"{tmp_path}/%(name)s.jsonl"}
    settings = {**FAST, **paths, "RUNS_DIR": "", "CONCURRENT_REQUESTS": "1"}
    site = build_site(seed=5, articles=40)
    with Server(build_site(seed=5, articles=40, options=SiteOptions(latency=0.3))) as slow, Server(site) as server:
        cancelled = daemon.schedule({"site": slow.url, "mode": "update"}, settings)
        whole = daemon.schedule({"site": server.url}, settings)
        wait_for(lambda: read(tmp_path, "SELECT id FROM articles"))
        daemon.post("cancel", project="sassspider", job=cancelled)
        assert "ERROR" not in daemon.finish(whole)
        daemon.finish(cancelled)
    found = read(tmp_path, f"SELECT id FROM articles WHERE site = '{server.url[7:]}' ORDER BY id")
    assert [row[0] for row in found] == site.ids(COMMENTARY)
    assert outcomes(tmp_path) == {whole: "complete", cancelled: "interrupted"}


def test_environment_names_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_JOB", "nightly-7")
    with Server(build_site(seed=9, articles=3)) as server:
        in_process.crawl(tmp_path, server.url, settings={"ARCHIVE_URL": f"sqlite:///{tmp_path}/x.db"})
    assert outcomes(tmp_path) == {"nightly-7": "complete"}
