"""``scrapy status``: numbers that are those of the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import OTHER, Typed, World
from .tampering import database


def test_json_has_numbers_of_each_section(world: World) -> None:
    run = world.run("status", "--json")
    sections = {one["section_id"]: one for one in json.loads(run.stdout)["sections"]}
    assert (run.code, run.stderr) == (0, "")
    assert sorted(sections) == sorted(["103002", OTHER])
    whole, some = sections["103002"], sections[OTHER]
    assert whole["site"] == some["site"] == world.key
    assert whole["articles"] == len(world.before)
    assert whole["newest"] == max(one["date_published"] for one in world.before.values())
    assert whole["removed"] == 1
    assert whole["duplicates"] == len(world.reposts)
    assert whole["revisions"] == len(world.before) + 2
    assert whole["missing_ids"] == []
    assert some["articles"] == 1
    assert len(some["missing_ids"]) > 5
    assert whole["completed_at"] > "20"
    assert some["completed_at"] is None


def test_runs_are_newest_first(world: World, typed: Typed) -> None:
    found = json.loads(typed(world.folder, "status", "--json", "--site", world.url).stdout)["sections"]
    runs = next(one for one in found if one["section_id"] == "103002")["runs"]
    assert [run["mode"] for run in runs] == ["update", "refresh", "update"]
    assert [run["counts"]["new"] for run in runs] == [0, 0, len(world.before)]
    assert [run["counts"]["changed"] for run in runs] == [0, 2, 0]
    assert [run["counts"]["removed"] for run in runs] == [0, 1, 0]
    assert {run["outcome"] for run in runs} == {"complete"}
    assert all(run["seconds"] >= 0 for run in runs)


def test_tables_fit_80_columns(world: World, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = typed(world.folder, "status").stdout
    assert max(map(len, text.splitlines())) <= 80
    _, _, section = text.partition(f"{world.key}, section 103002\n")
    shown = dict(line.split()[:2] for line in section.splitlines()[:5])
    counts = [len(world.before), len(world.reposts), 1, len(world.before) + 2, 0]
    assert shown == dict(
        zip(("articles", "re-posts", "removed", "revisions", "missing"), map(str, counts), strict=True)
    )
    other = text.partition(f"{world.key}, section {OTHER}\n")[2]
    missing = next(line for line in other.splitlines() if line.strip().startswith("missing"))
    assert missing.count(",") == 5
    assert missing.rstrip().endswith("…")
    assert "never" in other


def test_reasons_of_last_run_are_shown(world: World, typed: Typed, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    with database(folder) as connection:
        connection.execute("UPDATE runs SET outcome = 'unhealthy; 2 damaged pages'")
    text = typed(folder, "status").stdout
    assert " unhealthy" in text
    assert "last run: 2 damaged pages" in text


def test_killed_run_is_not_ended(world: World, typed: Typed, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    with database(folder) as connection:
        connection.execute("UPDATE runs SET ended_at = NULL, outcome = NULL, counts = NULL")
    assert "not ended" in typed(folder, "status").stdout


def test_unknown_site_is_one_line(world: World, typed: Typed) -> None:
    unknown = typed(world.folder, "status", "--site", "http://other.example")
    assert (unknown.code, unknown.stdout) == (1, "")
    assert unknown.stderr == "scrapy status: the archive knows nothing of other.example\n"
    wrong = typed(world.folder, "status", "--site", "ftp://other.example")
    assert wrong.code == 2
    assert len(wrong.stderr.splitlines()) == 1
