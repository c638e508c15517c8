"""Crawls of a failing site, and their exports compared with what the site publishes."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests import in_process
from tests.crawling import Run, crawl
from tests.mocksite import Server
from tests.watch import make_watch, read_peak

T = TypeVar("T")
IS_WHOLE = bool(os.environ.get("CHAOS_RESULTS"))  # ``make chaos``, else the suite
SETTINGS = {
    "KEEP_DUPLICATES": "1",
    "DOWNLOAD_TIMEOUT": "2",
    "SPIDERMON_SPIDER_CLOSE_MONITORS": "",  # a site that fails is not healthy, and what it costs is counted here
}


@dataclass(frozen=True)
class Row:
    """A line of the table in docs/reliability.md; the three counts are of articles when the site is up again."""

    fault: str
    result: str
    lost: int
    twice: int
    wrong: int


def visit(folder: Path, server: Server, settings: dict[str, str] | None = None, **given: str) -> Run:
    """Crawl in this process."""
    return in_process.crawl(folder, server.url, settings={**SETTINGS, **(settings or {})}, **given)


def measure(folder: Path, server: Server, settings: dict[str, str] | None = None) -> tuple[Run, int]:
    """Crawl in a process of its own; return the run and the process's peak memory in bytes."""
    hook = make_watch(folder)
    run = crawl(folder, server.url, settings={**SETTINGS, **(settings or {})}, hook=hook)
    return run, read_peak(hook)


def report(run: Run) -> dict[str, Any]:
    """Return the JSON report of the last run in a folder."""
    path = max((run.folder / "data/runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def compare(
    run: Run, server: Server, only: Iterable[int] | None = None, site: str | None = None
) -> tuple[int, int, int]:
    """Return how many articles are lost, twice, or wrong in the export; ``only`` of these ids.

    ``site`` is the address that was crawled, if not the server's own.
    """
    lines = run.lines()
    expected = server.site.expected_articles(site or server.url)
    wanted = set(expected if only is None else only)
    times = Counter(line["id"] for line in lines if only is None or line["id"] in wanted)
    wrong = [line["id"] for line in lines if line["id"] in wanted and _differs(line, expected.get(line["id"], {}))]
    return len(wanted - times.keys()), sum(1 for count in times.values() if count > 1), len(wrong)


def _differs(line: dict[str, Any], expected: dict[str, object]) -> bool:
    return any(line[name] != value for name, value in expected.items() if name not in ("fetched_at", "duplicate_of"))


def add_row(row: Row) -> None:
    """Check a row, and write it to the folder CHAOS_RESULTS for tests.chaos.table."""
    folder = os.environ.get("CHAOS_RESULTS")
    if folder:
        name = "".join(letter if letter.isalnum() else "-" for letter in row.fault)
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, f"{name}.json").write_text(json.dumps(asdict(row)), encoding="utf-8")
    assert (row.lost, row.twice, row.wrong) == (0, 0, 0), row


def sample(cases: Sequence[T], step: int) -> Sequence[T]:
    """Return all cases in ``make chaos``, else one of every ``step``."""
    return cases if IS_WHOLE else cases[::step]
