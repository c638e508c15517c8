"""What became of Scrapyd's jobs."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.archive.records import Run
from sassspider.scrapyd.jobs import Job, State, describe_jobs, judge_jobs, parse_jobs


def make_run(number: int, job: str | None, outcome: str | None) -> Run:
    return Run(number, "en.sass.cn", "103002", "commentary", "update", "2026-01-01", None, outcome, None, job)


def test_jobs_come_in_the_order_in_which_they_are_done() -> None:
    answer: dict[str, Any] = {
        "status": "ok",
        "finished": [{"id": "b", "spider": "section", "start_time": "2026-01-02"},
                     {"id": "a", "spider": "section", "start_time": "2026-01-01"}],
        "running": [{"id": "c", "spider": "commentary", "start_time": "2026-01-03"}],
        "pending": [{"id": "d", "spider": "commentary"}],
    }  # fmt: skip
    assert [(job.id, job.state) for job in parse_jobs(answer)] == [
        ("d", "pending"),
        ("c", "running"),
        ("a", "finished"),
        ("b", "finished"),
    ]
    assert parse_jobs({"status": "ok"}) == []


@pytest.mark.parametrize(
    ("state", "runs", "says"),
    [
        ("pending", [], "waits"),
        ("running", [], "starting"),
        ("running", [make_run(1, "a", None)], "at work"),
        ("running", [make_run(1, "a", "complete")], "complete"),
        ("finished", [make_run(1, "a", "complete")], "complete"),
        ("finished", [make_run(1, "a", "failed; no way in")], "failed; no way in"),
        ("finished", [make_run(1, "a", None)], "killed"),
        ("finished", [], "no record"),
        ("finished", [make_run(1, "b", "complete"), make_run(2, None, "complete")], "no record"),
        ("finished", [make_run(2, "a", "failed"), make_run(1, "a", "complete")], "failed"),
    ],
)
def test_what_is_finished_for_scrapyd_is_judged_by_the_record(state: State, runs: list[Run], says: str) -> None:
    [judged] = judge_jobs([Job("a", "commentary", state)], runs)
    assert judged.outcome.startswith(says)
    assert judged.run_id == max((run.id for run in runs if run.job == "a"), default=None)


def test_the_table_has_a_line_a_job() -> None:
    judged = judge_jobs([Job("a1", "commentary", "finished")], [make_run(3, "a1", "failed; why")])
    heading, line = describe_jobs(judged)
    assert line.split("  ")[-1] == "failed; why"
    assert heading.index("by our record") == line.index("failed")
    assert list(describe_jobs([])) == ["Scrapyd knows of no job."]
