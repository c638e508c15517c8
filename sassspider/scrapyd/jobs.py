"""What became of Scrapyd's jobs. Scrapyd calls finished whatever has ended; how it ended, the archive knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sassspider.archive.records import Run

State = Literal["pending", "running", "finished"]
_HEADINGS = ("job", "spider", "by Scrapyd", "by our record")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as Scrapyd tells it."""

    id: str
    spider: str
    state: State


@dataclass(frozen=True, slots=True)
class JudgedJob:
    """A job with the run that it made, None if there is no record of one, and how it stands in words."""

    id: str
    spider: str
    state: State
    outcome: str
    run_id: int | None


def parse_jobs(answer: Mapping[str, Any]) -> list[Job]:
    """The jobs in an answer of listjobs.json, those to come first and the latest of the ended last."""
    jobs: list[Job] = []
    for state in get_args(State):
        listed = sorted(answer.get(state, ()), key=lambda entry: str(entry.get("start_time", "")))
        jobs += [Job(str(entry["id"]), str(entry["spider"]), state) for entry in listed]
    return jobs


def judge_jobs(jobs: Iterable[Job], runs: Iterable[Run]) -> list[JudgedJob]:
    """Join jobs and runs; where a job id was given twice, the later run counts."""
    by_job = {run.job: run for run in sorted(runs, key=lambda run: run.id)}
    judged = []
    for job in jobs:
        run = by_job.get(job.id)
        run_id = None if run is None else run.id
        judged.append(JudgedJob(job.id, job.spider, job.state, _judge(job.state, run), run_id))
    return judged


def _judge(state: State, run: Run | None) -> str:
    """Word how a job stands."""
    if run is not None and run.outcome is not None:
        return run.outcome
    if state == "pending":
        return "waits for its turn"
    if state == "running":
        return "starting" if run is None else "at work"
    if run is None:
        return "no record: it could not begin (Scrapyd's log says why), or has another ARCHIVE_URL"
    return "killed: its record has no end; schedule it again, and it goes on from there"


def describe_jobs(jobs: Sequence[JudgedJob]) -> Iterator[str]:
    """Yield the lines of a table."""
    if not jobs:
        yield "Scrapyd knows of no job."
        return
    rows = [_HEADINGS, *((job.id, job.spider, job.state, job.outcome) for job in jobs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        yield "  ".join((*cells, row[-1]))
