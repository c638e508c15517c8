"""What a crawl of a failing site gave, held against the truth."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.crawling import Run
from tests.crawling import crawl as crawl_in_a_process
from tests.in_process import crawl
from tests.mocksite import Server

HERE = Path(__file__).parent
MOST_MEMORY = 200 * 1024 * 1024
SETTINGS = {
    "KEEP_DUPLICATES": "1",
    "DOWNLOAD_TIMEOUT": "2",
    "HEALTH_ENABLED": "0",  # a site that fails is not healthy, and what it costs is counted here
}


@dataclass(frozen=True)
class Row:
    """One line of the table in docs/reliability.md; the three counts are of articles when the site is up again."""

    fault: str
    met: str
    lost: int
    twice: int
    wrong: int


def visit(folder: Path, server: Server, settings: dict[str, str] | None = None, **given: str) -> Run:
    """Crawl in this process; no error may be a traceback."""
    run = crawl(folder, server.url, settings={**SETTINGS, **(settings or {})}, **given)
    assert "Traceback" not in run.stderr, run.stderr
    return run


def measured_visit(folder: Path, server: Server, settings: dict[str, str] | None = None, **given: str) -> Run:
    """Crawl in a process of its own, and check that its memory stays small."""
    note = folder / "peak"
    os.environ["PEAK_FILE"] = str(note)
    try:
        chosen = {**SETTINGS, **(settings or {})}
        run = crawl_in_a_process(folder, server.url, settings=chosen, hook=HERE / "peak", **given)
    finally:
        del os.environ["PEAK_FILE"]
    peak = int(note.read_text(encoding="ascii"))
    assert peak < MOST_MEMORY, f"the crawl took {peak >> 20} MiB"
    assert "Traceback" not in run.stderr, run.stderr
    return run


def report(run: Run) -> dict[str, Any]:
    """The JSON report of the last run in a folder."""
    path = max((run.folder / "data/runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def compare(
    run: Run, server: Server, only: Iterable[int] | None = None, site: str | None = None
) -> tuple[int, int, int]:
    """How many articles are lost, stand twice, or are wrong in the export; ``only`` of these ids.

    ``site`` is the address that was crawled, if not the server's own.
    """
    lines = run.lines()
    truth = {article["id"]: article for article in server.site.expected_articles(base_url=site or server.url)}
    wanted = set(truth if only is None else only)
    times = Counter(line["id"] for line in lines if only is None or line["id"] in wanted)
    wrong = [line["id"] for line in lines if line["id"] in wanted and _differs(line, truth.get(line["id"], {}))]
    return len(wanted - times.keys()), sum(1 for count in times.values() if count > 1), len(wrong)


def _differs(line: dict[str, Any], truth: dict[str, object]) -> bool:
    return any(line[name] != value for name, value in truth.items() if name not in ("fetched_at", "duplicate_of"))


def note(row: Row) -> None:
    """Check a row, and keep it for the table if someone makes it."""
    folder = os.environ.get("CHAOS_RESULTS")
    if folder:
        name = "".join(letter if letter.isalnum() else "-" for letter in row.fault)
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, f"{name}.json").write_text(json.dumps(asdict(row)), encoding="utf-8")
    assert (row.lost, row.twice, row.wrong) == (0, 0, 0), row
