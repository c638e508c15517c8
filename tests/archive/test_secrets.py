"""A password in ARCHIVE_URL is told to nobody but the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.tables import runs
from tests.mocksite import Server, build_site

from ..crawling import crawl, scrapy
from ..postgres import Postgres


def test_a_crawl_keeps_it_from_logs_records_and_files(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as url, Server(build_site(seed=3, articles=5)) as server:
        monkeypatch.setenv("SASSSPIDER_ARCHIVE_URL", url.replace("@", ":canary@"))
        run = crawl(tmp_path, server.url, settings={"LOG_LEVEL": "DEBUG"})
        status = scrapy(tmp_path, "status")
        assert (run.code, status.code) == (0, 0), run.stderr
        with Archive.open(url) as archive:
            recorded = repr(archive.read.rows(runs.select()))
    assert "canary" not in run.stdout + run.stderr + status.stdout + status.stderr
    assert "canary" not in recorded
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 2
    assert [path for path in written if b"canary" in path.read_bytes()] == []


def test_nor_does_a_crawl_that_can_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SASSSPIDER_ARCHIVE_URL", "postgresql+psycopg://me:canary@127.0.0.1:1/x")
    run = crawl(tmp_path, "http://127.0.0.1:1", settings={"LOG_LEVEL": "DEBUG", "ARCHIVE_PATIENCE": "0"})
    assert run.code == 1
    assert "127.0.0.1" in run.stderr
    assert "canary" not in run.stdout + run.stderr
