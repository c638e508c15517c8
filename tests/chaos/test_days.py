"""Days on which the site fails, comes back, moves, removes and edits at random: the archive is what it showed.

The suite plays 30 days of one seed, ``make chaos`` 60 of twenty. DAYS_SEEDS sets how many.
"""

from __future__ import annotations

import os
import re
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime, time, tzinfo
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sassspider.archive.archive import Archive
from tests.chaos.days import SECTIONS, Day, History, Run
from tests.chaos.judge import ArchivedRow, Crawled, Judge, day_of, mark_originals
from tests.chaos.results import IS_WHOLE, Row, add_row, compare, visit
from tests.mocksite import COMMENTARY, Server

SEEDS = int(os.environ.get("DAYS_SEEDS", "20" if IS_WHOLE else "1"))
SETTINGS = {
    "RETRY_GIVE_UP_AFTER": "0.5",
    "RETRY_BACKOFF_MAX": "0.02",
    "RETRY_AFTER_MAX": "0.5",  # less than a page asks for that is unavailable
    "DOWNLOAD_TIMEOUT": "30",  # no page is slow: on a slow machine none is to be requested twice
}
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


class Clock(datetime):
    """The time of the simulated day."""

    current: ClassVar[datetime]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return cls.current


def read_rows(folder: Path) -> dict[int, ArchivedRow]:
    """Return the archive's articles by id."""
    path = folder / "data/sassspider.db"
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT id, section_id, title, date_removed FROM articles").fetchall()
    return {one: ArchivedRow(*columns) for one, *columns in found}


def read_states(folder: Path, site: str, ids: Collection[int]) -> dict[int, set[str]]:
    """Return the titles on the stored pages of each article's revisions."""
    states: defaultdict[int, set[str]] = defaultdict(set)
    with Archive.open_existing(f"sqlite:///{folder}/data/sassspider.db") as archive:
        for revision in archive.read.revisions(site, list(ids)):
            title = TITLE.search(zlib.decompress(revision.body).decode())
            states[revision.article_id].add(" ".join(unescape(title[1]).split()) if title else "")
    return states


def crawl_day(folder: Path, server: Server, judge: Judge, day: Day, run: Run) -> Crawled:
    """Crawl one section on one day."""
    before, allowed = read_rows(folder), judge.count_allowed(day, run)
    server.requests.clear()
    given = {"mode": run.mode, **run.given}
    spider = "commentary"
    if run.section != COMMENTARY:
        spider, given = "section", {**given, "section": run.section}
    done = visit(folder, server, {**SETTINGS, **run.settings}, spider=spider, **given)
    reason = str(done.stats.get("finish_reason"))
    paths = [request.path for request in server.requests]
    return Crawled(day, run, reason, paths, allowed, before, read_rows(folder))


def find_differences(folder: Path, server: Server, judge: Judge) -> list[str]:
    """Compare the archive with the site at the end."""
    site = judge.history.site
    expected: list[dict[str, Any]] = []
    for section in SECTIONS:
        expected += site.expected_articles(server.url, section).values()
    mark_originals(expected)
    problems = []
    with Archive.open_existing(f"sqlite:///{folder}/data/sassspider.db") as archive:
        key = server.url.removeprefix("http://")
        for wanted in expected:
            article, _ = archive.read.current(key, [wanted["id"]])[wanted["id"]]
            for name, value in wanted.items():
                if (found := getattr(article, name, None)) != value:
                    problems.append(f"{wanted['id']} has {name} {found!r}, expected {value!r}"[:300])
    rows = read_rows(folder)
    for one, titles in judge.find_removed().items():
        if rows[one].date_removed is None or rows[one].title not in titles:
            problems.append(f"{one} is gone, last shown as {titles}; the archive has {rows[one]}")
    states = read_states(folder, key, rows)
    for one in rows:
        missing = sorted(judge.find_states(one) - states[one])
        problems += [f"{one} was shown as {title!r}, but has no such revision" for title in missing]
    return problems


@pytest.mark.parametrize("seed", range(SEEDS))
def test_days_at_random(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr("sassspider.clock.datetime", Clock)
    history = History(seed)
    judge = Judge(history)
    story = []
    with Server(history.site) as server:
        for day in history.days():
            Clock.current = datetime.combine(day_of(day.number), time(12), UTC)
            story += [f"day {day.number}: the site {event}" for event in day.events]
            for run in day.runs:
                crawled = crawl_day(tmp_path, server, judge, day, run)
                story.append(f"day {day.number}: crawl {crawled}")
                assert judge.find_problems(crawled) == [], "\n".join(story)
        assert find_differences(tmp_path, server, judge) == [], "\n".join(story)
        last = visit(tmp_path, server, SETTINGS)
        present = sorted(one for one, line in last.articles().items() if line["date_removed"] is None)
        assert present == history.site.ids()
        result = "the archive is what the site showed, and no run sent more requests than stated"
        add_row(Row("60 days of changes and faults at random", result, *compare(last, server)))
