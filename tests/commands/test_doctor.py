"""``scrapy doctor`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import Server, build_site

from ..crawling import Run, scrapy


def doctor(folder: Path, *options: str) -> Run:
    return scrapy(folder, "doctor", "-sDOWNLOAD_DELAY=0", *options)


def test_a_healthy_machine_and_site_is_one_screen_and_nothing_is_written(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=12)) as server:
        run = doctor(tmp_path, "--site", server.url)
    lines = run.stdout.splitlines()
    assert (run.code, run.stderr) == (0, "")
    assert lines[-1].startswith("A crawl can run")
    assert len(lines) < 50
    assert max(map(len, lines)) <= 120
    assert [line.split()[1] for line in lines if line.split()[1] in ARTICLE_FIELDS] == list(ARTICLE_FIELDS)
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_can_not_be_reached_is_a_failure(tmp_path: Path) -> None:
    run = doctor(tmp_path, "--site", "http://127.0.0.1:1")
    assert run.code == 1
    assert "fail  site      http://127.0.0.1:1/robots.txt can't be reached" in run.stdout
    assert run.stderr == ""


def test_offline_asks_no_site(tmp_path: Path) -> None:
    run = doctor(tmp_path, "--site", "http://127.0.0.1:1", "--offline")
    assert (run.code, run.stderr) == (0, "")
    assert "site" not in [line.split()[1] for line in run.stdout.splitlines()]


def test_a_broken_archive_is_a_failure_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    run = doctor(tmp_path, "--offline", "-sARCHIVE_URL=oracle://x")
    assert run.code == 1
    assert "fail  archive" in run.stdout
    assert "ok    disk" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize("wrong", [("--site", "ftp://x"), ("extra",), ("--ofline",)])
def test_wrong_usage_is_one_line_and_code_2(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    run = doctor(tmp_path, *wrong)
    assert run.code == 2
    assert len(run.stderr.splitlines()) == 1
