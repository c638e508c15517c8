"""``scrapy status``: numbers that are those of the site."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import OTHER, Typed, World
from .tampering import database


def test_numbers_of_each_section(world: World) -> None:
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


def test_runs_are_told_newest_first(world: World, typed: Typed) -> None:
    found = json.loads(typed(world.folder, "status", "--json", "--site", world.url).stdout)["sections"]
    runs = next(one for one in found if one["section_id"] == "103002")["runs"]
    assert [run["mode"] for run in runs] == ["update", "refresh", "update"]
    assert [run["counts"]["new"] for run in runs] == [0, 0, len(world.before)]
    assert [run["counts"]["changed"] for run in runs] == [0, 2, 0]
    assert [run["counts"]["removed"] for run in runs] == [0, 1, 0]
    assert {run["outcome"] for run in runs} == {"complete"}
    assert all(run["seconds"] >= 0 for run in runs)


def test_the_same_for_people_in_lines_that_align(world: World, typed: Typed) -> None:
    lines = typed(world.folder, "status").stdout.splitlines()
    start = lines.index(f"{world.key}, section 103002")
    numbers = [line[14:21] for line in lines[start + 1 : start + 6]]
    counts = [len(world.before), len(world.reposts), 1, len(world.before) + 2, 0]
    assert [int(number) for number in numbers] == counts
    assert all(number == number.strip().rjust(7) for number in numbers)
    other = next(lines[at:] for at, line in enumerate(lines) if line == f"{world.key}, section {OTHER}")
    gaps = next(line for line in other if line.strip().startswith("missing"))
    assert gaps.count(",") == 5
    assert gaps.endswith("…")
    assert "never finished" in "\n".join(other[:8])


def test_a_run_that_was_killed_has_no_end(world: World, typed: Typed, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    with database(folder) as connection:
        connection.execute("UPDATE runs SET ended_at = NULL, outcome = NULL, counts = NULL")
    assert "not ended" in typed(folder, "status").stdout


def test_a_site_that_the_archive_does_not_know_is_one_line(world: World, typed: Typed) -> None:
    unknown = typed(world.folder, "status", "--site", "http://other.example")
    assert (unknown.code, unknown.stdout) == (1, "")
    assert unknown.stderr == "scrapy status: the archive knows nothing of other.example\n"
    wrong = typed(world.folder, "status", "--site", "ftp://other.example")
    assert wrong.code == 2
    assert len(wrong.stderr.splitlines()) == 1
