"""What the fleet does: its nodes, what runs, waits and failed, and what is due next."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from croniter import croniter
from sqlalchemy import text

from sassspider.archive.archive import Archive
from sassspider.archive.engine import translate_errors
from sassspider.fleet.node import STALLED
from sassspider.fleet.plan import Crawl

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
