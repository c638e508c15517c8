"""The report at the end of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sassspider.extensions.report import render
from sassspider.outcome import ExitStatus, count_work
from tests.mocksite import Server, build_site

from ..in_process import crawl

PAGE = {"url": "http://en.sass.cn/103002/1.aspx", "reason": "title is missing"}


def show(code: int = 0, reasons: tuple[str, ...] = (), **changes: Any) -> str:
    report: dict[str, Any] = {
        "run_id": 7, "site": "en.sass.cn", "spider": "commentary", "seconds": 60.0,
        "counts": {**count_work({}), "new": 3, "requests": 5}, "coverage": {}, "to_fetch": 0,
        **{name: [] for name in ("changed_ids", "removed_ids", "missing_ids", "damaged", "failed", "forbidden")},
        **{name: [] for name in ("outputs", "warnings")},
    }  # fmt: skip
    return "\n".join(render({**report, **changes}, ExitStatus(code, reasons)))


@pytest.mark.parametrize(
    ("code", "changes", "says"),
    [
        (0, {}, ["complete (exit code 0)", "3 new", "5 requests", "60.0 s"]),
        (0, {"outputs": ["x.jsonl"], "coverage": {"subtitle": 0.125}}, ["subtitle 12%", "outputs    x.jsonl"]),
        (3, {"damaged": [PAGE]}, ["unhealthy (exit code 3)", "damaged    http", "title is missing", "QUARANTINE_DIR"]),
        (3, {"missing_ids": [5, 6]}, ["missing    5, 6", "do next    run again"]),
        (0, {"forbidden": [PAGE]}, ["forbidden  http://en.sass.cn/103002/1.aspx"]),
        (0, {"changed_ids": [5], "removed_ids": [7, 8]}, ["  changed    5\n  removed    7, 8"]),
        (130, {"to_fetch": 2}, ["to fetch   2 articles"]),
        (1, {}, ["scrapy doctor"]),
        (3, {"failed": [PAGE] * 12}, ["… and 2 more"]),
    ],
)
def test_report_gives_reasons_and_advice(code: int, changes: dict[str, Any], says: list[str]) -> None:
    assert [words for words in says if words not in show(code, ("a reason",), **changes)] == []


def test_good_run_needs_nothing() -> None:
    assert "do next" not in show()
    assert "missing" not in show(130, missing_ids=[5])


def test_long_list_of_ids_is_cut() -> None:
    (line,) = [one for one in show(missing_ids=list(range(100, 200))).splitlines() if "  missing" in one]
    shown = line.partition(" … ")[0]
    assert line.startswith("  missing    100, 101, 102")
    assert line.endswith(f" … and {100 - shown.count(',')} more")
    assert len(line) <= 80


def test_finished_runs_have_nothing_to_fetch(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=4)) as server:
        for _ in range(2):  # the second requests the newest article for its links
            crawl(tmp_path, server.url)
    reports = [json.loads(one.read_bytes()) for one in (tmp_path / "data/runs").glob("*.json")]
    assert [one["to_fetch"] for one in reports] == [0, 0]
