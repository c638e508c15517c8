"""``scrapy status``: numbers that are those of the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.media import save_file
from sassspider.archive.section import SectionWriter
from sassspider.media import MediaFile

from ..crawled import OTHER, CrawledSite
from ..in_process import command
from .tampering import database


def test_json_has_numbers_of_each_section(crawled: CrawledSite) -> None:
    run = command(crawled.folder, "status", "--json")
    sections = {one["section_id"]: one for one in json.loads(run.stdout)["sections"]}
    assert (run.code, run.stderr) == (0, "")
    assert sorted(sections) == sorted(["103002", OTHER])
    whole, some = sections["103002"], sections[OTHER]
    runs = whole.pop("runs")
    assert whole.pop("completed_at") > "20"
    assert whole == {
        "site": crawled.key,
        "section_id": "103002",
        "articles": len(crawled.before),
        "newest": max(one["date_published"] for one in crawled.before.values()),
        "removed": 1,
        "duplicates": len(crawled.reposts),
        "revisions": len(crawled.before) + 2,
        "missing_ids": [],
    }
    assert (some["articles"], some["completed_at"]) == (1, None)
    assert len(some["missing_ids"]) > 5
    assert [run["mode"] for run in runs] == ["update", "refresh", "update"]
    assert [run["counts"]["new"] for run in runs] == [0, 0, len(crawled.before)]
    assert [run["counts"]["changed"] for run in runs] == [0, 2, 0]
    assert [run["counts"]["removed"] for run in runs] == [0, 1, 0]
    assert {run["outcome"] for run in runs} == {"complete"}
    assert all(run["seconds"] >= 0 for run in runs)


def test_tables_fit_80_columns(crawled: CrawledSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = command(crawled.folder, "status", "--site", "").stdout
    assert max(map(len, text.splitlines())) <= 80
    _, _, section = text.partition(f"{crawled.key}, section 103002\n")
    shown = [line.split()[:2] for line in section.splitlines()[:5]]
    counts = [len(crawled.before), len(crawled.reposts), 1, len(crawled.before) + 2, 0]
    names = ("articles", "re-posts", "removed", "revisions", "missing")
    assert shown == [[name, str(count)] for name, count in zip(names, counts, strict=True)]
    other = text.partition(f"{crawled.key}, section {OTHER}\n")[2]
    missing = next(line for line in other.splitlines() if line.strip().startswith("missing"))
    assert missing.count(",") == 5
    assert missing.rstrip().endswith("… and 2 more")
    assert "never" in other


def test_narrow_terminal_breaks_no_word(crawled: CrawledSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = command(crawled.folder, "status").stdout
    assert {"last", "update", "refresh", "seconds", "complete"} <= {*text.split()}


def test_files_are_counted(crawled: CrawledSite, folder: Path) -> None:
    articles = [*crawled.before.values(), *crawled.after.values()]
    named = sorted({one["url"] for article in articles for one in (*article["images"], *article["attachments"])})
    with Archive.open(f"sqlite:///{folder}/data/sassspider.db") as archive:
        before = command(folder, "status").stdout
        kept = MediaFile(url=named[0], path="a.png", bytes=2_000_000)
        files = (kept, MediaFile(url=named[1], status="failed"), MediaFile(url=named[2], status="not found"))
        for file in files:
            save_file(archive, crawled.key, file)
        run = SectionWriter(archive.engine, crawled.key, "")
        run.begin_run("media", "update", "2026-03-04T05:06:07Z")
        run.end_run("unhealthy; 2 files failed", {"ended_at": "2026-03-04T05:06:09Z", "counts": {"kept": 1}})
    (found,) = json.loads(command(folder, "status", "--json", "--site", crawled.key).stdout)["media"]
    assert (found["site"], found["kept"], found["bytes"]) == (crawled.key, 1, 2_000_000)
    assert found["failed"] == {"failed": 1, "not found": 1}
    assert found["missing"] == len(named) - 3
    assert (found["last_run"]["outcome"], found["last_run"]["counts"]) == ("unhealthy; 2 files failed", {"kept": 1})
    shown = command(folder, "status").stdout.partition("pictures and files\n")[2].split()
    assert shown[:11] == ["kept", "1", "2.0", "MB", "not", "kept", "2", "1", "failed,", "1", "not"]
    assert shown[-5:] == ["last", "run", "2026-03-04", "05:06,", "unhealthy"]
    assert "never: scrapy crawl media" in before


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("outcome = 'unhealthy; 2 damaged pages'", "last run: 2 damaged pages"),
        ("ended_at = NULL, outcome = NULL, counts = NULL", "not ended"),
    ],
)
def test_outcome_of_last_run_is_shown(folder: Path, values: str, says: str) -> None:
    with database(folder) as connection:
        connection.execute(f"UPDATE runs SET {values}")
    assert says in command(folder, "status").stdout
