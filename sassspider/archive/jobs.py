"""Finds the runs that Scrapyd's jobs made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from sassspider.archive.archive import Archive
from sassspider.archive.records import Run
from sassspider.archive.status import RUN_COLUMNS
from sassspider.archive.tables import runs

_CHUNK = 500  # a database takes only so many values in a question


def read_job_runs(archive: Archive, jobs: Sequence[str]) -> list[Run]:
    """The runs made by these jobs; raises ArchiveError."""
    found: list[Run] = []
    for first in range(0, len(jobs), _CHUNK):
        query = select(*RUN_COLUMNS).where(runs.c.job.in_(jobs[first : first + _CHUNK]))
        found += [Run(**row) for row in archive.read.rows(query)]
    return found
