"""``scrapy changes``: what the site added, edited, removed and took back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sassspider.clock import today

from ..crawled import OTHER, CrawledSite
from ..in_process import command
from .tampering import database

TODAY = today().isoformat()


def read_changes(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    run = command(folder, "changes", "--json", *arguments)
    assert (run.code, run.stderr) == (0, "")
    changes: list[dict[str, Any]] = json.loads(run.stdout)["changes"]
    return changes


def test_json_has_every_change(crawled: CrawledSite) -> None:
    found = read_changes(crawled.folder)
    added = [one for one in found if one["change"] == "added"]
    assert {one["date"] for one in found} == {TODAY}
    assert {one["id"] for one in added if one["section_id"] != OTHER} == set(crawled.before)
    assert len(added) == len(crawled.before) + 1
    others = [one for one in found if one["change"] != "added"]
    assert [(one["change"], one["id"], one["title"], one["fields"]) for one in others] == [
        ("edited", crawled.reworded, crawled.after[crawled.reworded]["title"], ["body_text"]),
        ("edited", crawled.retitled, crawled.after[crawled.retitled]["title"], ["title"]),
        ("removed", crawled.removed, crawled.before[crawled.removed]["title"], []),
    ]


def test_table_is_short_and_by_day(crawled: CrawledSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with database(folder) as connection:
        connection.execute("UPDATE removals SET removed_on = '2026-01-02', returned_on = '2026-01-05'")
    run = command(folder, "changes", "--since", "2026-01-01")
    lines = [line.split() for line in run.stdout.splitlines()]
    assert [line[0] for line in lines if len(line) == 1] == ["2026-01-02", "2026-01-05", TODAY]
    assert lines[1][:2] == ["removed", str(crawled.removed)]
    assert lines[3][:2] == ["returned", str(crawled.removed)]
    assert sum(line[0] == "added" for line in lines) == 20
    assert f"… and {len(crawled.before) + 1 - 20} more added" in run.stdout
    assert "(body_text)" in run.stdout
    assert read_changes(folder, "--since", TODAY, "--section", OTHER)[0]["section_id"] == OTHER
    assert {one["change"] for one in read_changes(folder, "--since", TODAY)} == {"added", "edited"}


def test_nothing_new_is_one_line(crawled: CrawledSite) -> None:
    run = command(crawled.folder, "changes", "--since", "2999-01-01", "--site", "all")
    assert (run.code, run.stdout, run.stderr) == (0, "Nothing has changed since 2999-01-01.\n", "")
