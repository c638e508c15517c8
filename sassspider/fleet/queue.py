"""The queue: procrastinate in the archive's PostgreSQL, and two tables of ours for what it does not record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from croniter import croniter
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.schema import SchemaManager
from psycopg.errors import UndefinedColumn, UndefinedFunction, UndefinedTable
from sqlalchemy import text
from sqlalchemy.engine import make_url

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import POSTGRESQL, translate_errors
from sassspider.fleet.plan import Crawl

TASK = "scrapy"  # the only kind of job: a node runs scrapy with its words
STALLED = 20.0  # seconds without a heartbeat, after which a node's jobs are taken over, and it ends
MAKE_UP = 24 * 60 * 60  # seconds: what was due while no node ran is made up for that long
ARCHIVE_PRIORITY = -1  # work on the archive alone waits for crawls
_POOL_TIMEOUT = 30  # seconds that a query waits for a database that is away
# One row for each node that runs, and one for each time that a job was run. A job that succeeded leaves no other row.
_TABLES = """
CREATE TABLE fleet_nodes (
    worker_id BIGINT PRIMARY KEY, name TEXT NOT NULL, jobs INT NOT NULL, started_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE fleet_jobs (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY, job_id BIGINT NOT NULL, name TEXT NOT NULL, node TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), ended_at TIMESTAMPTZ, exit_code INT, message TEXT
);
CREATE INDEX fleet_jobs_by_name ON fleet_jobs (name, id);
CREATE INDEX fleet_jobs_by_job ON fleet_jobs (job_id);
"""
_OUTDATED = " (its tables are of another version of procrastinate: see docs/scale.md, Upgrade procrastinate)"
_LOCK = "SELECT pg_advisory_xact_lock(7126110)"  # nodes that start together make the tables once

# A job that is being done by a node which is silent for too long, or gone, waits: another node takes it over.
_JOBS = """
    WITH nodes AS (
        SELECT worker_id, name, fleet_nodes.jobs, started_at, last_heartbeat,
               last_heartbeat < now() - make_interval(secs => :stalled) AS silent
        FROM fleet_nodes JOIN procrastinate_workers ON procrastinate_workers.id = worker_id
    ), jobs AS (
        SELECT id, COALESCE(queueing_lock, task_name) AS name, lock, priority, nodes.name AS node, worker_id,
               status = 'doing' AND silent IS NOT DISTINCT FROM false AS is_running,
               (SELECT max(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id) AS since
        FROM procrastinate_jobs LEFT JOIN nodes USING (worker_id) WHERE status IN ('todo', 'doing')
    )
"""
_QUERIES = {
    "nodes": """
        SELECT name, jobs, started_at, last_heartbeat, silent,
               (SELECT count(*) FROM jobs WHERE jobs.worker_id = nodes.worker_id AND is_running) AS running
        FROM nodes ORDER BY name
    """,
    "running": "SELECT name, node, since AS started_at FROM jobs WHERE is_running ORDER BY since",
    "waiting": "SELECT name, lock AS site, since FROM jobs WHERE NOT is_running ORDER BY priority DESC, id",
    # The last time that each was run, if it did not end well. Its run record says why; without one, its last line.
    "failed": """
        SELECT DISTINCT ON (last.name) last.name, node, last.ended_at, exit_code, COALESCE(outcome, message) AS reason
        FROM (SELECT DISTINCT ON (name) * FROM fleet_jobs WHERE ended_at IS NOT NULL ORDER BY name, id DESC) AS last
        LEFT JOIN procrastinate_jobs ON procrastinate_jobs.id = job_id
        LEFT JOIN runs ON job = 'fleet-' || job_id AND outcome IS NOT NULL
        WHERE COALESCE(status, 'failed') = 'failed' AND (exit_code NOT IN (0, 4) OR status = 'failed')
        ORDER BY last.name, runs.id DESC
    """,
}


def make_app(url: str) -> App:
    """Return procrastinate's app on the database of ``ARCHIVE_URL``, in which its tables are made if they are missing.

    Raises ArchiveError, also unless it is PostgreSQL.
    """
    address = _address(url)
    _make_tables(url)
    connector = PsycopgConnector(
        conninfo=address,
        min_size=1,
        max_size=4,
        timeout=_POOL_TIMEOUT,
        kwargs={**POSTGRESQL, "application_name": "sassspider fleet"},
    )
    return App(connector=connector, periodic_defaults={"max_delay": MAKE_UP})


def _make_tables(url: str) -> None:
    schemas = {"procrastinate_jobs": SchemaManager.get_schema(), "fleet_jobs": _TABLES}
    with Archive.open(url) as archive, translate_errors(archive.engine), archive.engine.begin() as connection:
        connection.execute(text(_LOCK))
        for table, statements in schemas.items():
            if connection.execute(text("SELECT to_regclass(:table)"), {"table": table}).scalar() is None:
                # Without parameters "%" stands for itself.
                connection.exec_driver_sql(statements, execution_options={"no_parameters": True})


def check_url(url: str) -> None:
    """Raise ArchiveError unless ``url`` names a PostgreSQL database."""
    if not url.startswith("postgresql"):
        raise ArchiveError("a fleet needs PostgreSQL: set ARCHIVE_URL to postgresql+psycopg://user@host/database")


def _address(url: str) -> str:
    """Return what libpq calls a connection URI."""
    check_url(url)
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@asynccontextmanager
async def opened(app: App) -> AsyncIterator[None]:
    """Connect the app to its database; raise ArchiveError if that fails, or fails later."""
    try:
        async with app.open_async():
            yield
    except ConnectorException as error:
        cause = error.__cause__ or error
        advice = _OUTDATED if isinstance(cause, (UndefinedFunction, UndefinedTable, UndefinedColumn)) else ""
        raise ArchiveError(f"the queue's database failed: {cause}{advice}") from error


def schedule(app: App, crawls: Iterable[Crawl]) -> None:
    """Register crawls as periodic tasks: each worker of the app puts them into the queue when they are due."""
    for crawl in crawls:
        options: Any = {"lock": crawl.site, "queueing_lock": crawl.name, "task_kwargs": {"words": crawl.words}}
        app.periodic_registry.register_task(app.tasks[TASK], crawl.schedule, crawl.name, options)


async def plan_due(app: App) -> int:
    """Put the scheduled crawls that are due into the queue; return how many of them were not in it before."""
    before = {job.id for job in await app.job_manager.list_jobs_async()}
    deferrer = PeriodicDeferrer(app.periodic_registry, MAKE_UP)
    await deferrer.defer_jobs(deferrer.get_previous_tasks(at=time.time()))
    return len({job.id for job in await app.job_manager.list_jobs_async()} - before)


async def defer(app: App, name: str, words: Sequence[str], lock: str | None = None, priority: int = 0) -> bool:
    """Put a job into the queue; return False if one of this name waits in it already."""
    job = app.configure_task(TASK, lock=lock, queueing_lock=name, priority=priority)
    try:
        await job.defer_async(words=list(words))
    except AlreadyEnqueued:
        return False
    return True


def defer_ranges(
    url: str, ids: Mapping[str, Sequence[int]], size: int, write_words: Callable[[str, str], list[str]]
) -> tuple[int, int]:
    """Put a job for each range of ``size`` ids into the queue; return how many there are, and how many are new in it.

    ``write_words`` returns the words of the job of a site and a range (``1-2000``). Raises ArchiveError.
    """
    app = make_app(url)
    jobs = [write_words(*one) for one in list_ranges(ids, size)]

    async def put() -> int:
        async with opened(app):
            return sum([await defer(app, " ".join(words), words, priority=ARCHIVE_PRIORITY) for words in jobs])

    return len(jobs), asyncio.run(put())


def list_ranges(ids: Mapping[str, Sequence[int]], size: int) -> Iterator[tuple[str, str]]:
    """Yield site and range of each job, for sorted ``ids`` by site."""
    for site, own in ids.items():
        for start in range(0, len(own), size):
            part = own[start : start + size]
            yield site, f"{part[0]}-{part[-1]}"


def read_status(archive: Archive, crawls: Iterable[Crawl] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return rows by kind: nodes, running, waiting, failed, and due (of the planned ``crawls``, soonest first).

    Times are ISO 8601 in UTC. Raises ArchiveError.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    with translate_errors(archive.engine), archive.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ")  # all as of one instant
        if connection.execute(text("SELECT to_regclass('fleet_jobs')")).scalar() is None:
            found = {kind: [] for kind in _QUERIES}
        else:
            for kind, query in _QUERIES.items():
                rows = connection.execute(text(_JOBS + query), {"stalled": STALLED}).mappings()
                found[kind] = [{name: _as_iso(value) for name, value in row.items()} for row in rows]
    now = time.time()
    due = [(croniter(crawl.schedule, now).get_next(float), crawl.name) for crawl in crawls]
    found["due"] = [{"name": name, "at": _as_iso(datetime.fromtimestamp(at, UTC))} for at, name in sorted(due)]
    return found


def _as_iso(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
