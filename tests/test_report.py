"""What a person reads at the end of a run."""

from __future__ import annotations

from sassspider.outcome import ExitStatus, count_work
from sassspider.report import FailedPage, RunReport, render


def make_report(**changes: object) -> RunReport:
    own = {
        "run_id": 7, "site": "en.sass.cn", "section_id": "103002", "spider": "commentary", "mode": "update",
        "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:01:00Z", "seconds": 60.0,
        "outcome": ExitStatus(0, ()), "counts": {**count_work({}), "new": 3, "requests": 5},
    }  # fmt: skip
    return RunReport(**{**own, **changes})  # type: ignore[arg-type]


def test_good_run_names_results() -> None:
    text = render(make_report(outputs=["data/commentary.jsonl"], coverage={"subtitle": 0.125}))
    for words in ("complete (exit code 0)", "3 new", "5 requests", "60.0 s", "subtitle 12%", "data/commentary.jsonl"):
        assert words in text
    assert "do next" not in text


def test_bad_run_names_reasons_and_advice() -> None:
    damaged = [FailedPage("http://en.sass.cn/103002/1.aspx", "title is missing")]
    outcome = ExitStatus(3, ("1 damaged pages, see QUARANTINE_DIR",))
    text = render(make_report(outcome=outcome, damaged=damaged, missing_ids=[5, 6]))
    for words in (
        "unhealthy (exit code 3)",
        "/103002/1.aspx: title is missing",
        "missing    5",
        "QUARANTINE_DIR",
        "run again",
    ):
        assert words in text


def test_long_list_of_ids_is_cut() -> None:
    text = render(make_report(missing_ids=list(range(100, 200))))
    line = next(line for line in text.splitlines() if "missing" in line)
    assert line.startswith("  missing    100, 101, 102")
    assert line.endswith(" more")
    assert len(line) <= 80


def test_changed_and_removed_articles_are_named() -> None:
    text = render(make_report(changed_ids=[5], removed_ids=[7, 8]))
    assert "  changed    5\n  removed    7, 8" in text


def test_interrupted_run_has_no_missing_articles() -> None:
    text = render(make_report(outcome=ExitStatus(130, ("run it again",)), missing_ids=[5, 6]))
    assert "still to fetch: 2" in text
    assert "missing" not in text


def test_failed_run_names_the_doctor() -> None:
    assert "scrapy doctor" in render(make_report(outcome=ExitStatus(1, ("the archive could not be written",))))
