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

_QUERIES = {
    "nodes": """
        SELECT name, fleet_nodes.jobs, started_at, last_heartbeat,
               last_heartbeat < now() - make_interval(secs => :stalled) AS is_silent,
               (SELECT count(*) FROM procrastinate_jobs AS running
                WHERE running.worker_id = fleet_nodes.worker_id AND status = 'doing') AS running
        FROM fleet_nodes JOIN procrastinate_workers ON procrastinate_workers.id = worker_id
        ORDER BY name
    """,
    "running": """
        SELECT COALESCE(queueing_lock, task_name) AS name, fleet_nodes.name AS node, max(at) AS started_at
        FROM procrastinate_jobs AS doing JOIN procrastinate_events AS events ON events.job_id = doing.id
        LEFT JOIN fleet_nodes USING (worker_id)
        WHERE status = 'doing' AND type = 'started' GROUP BY doing.id, fleet_nodes.name ORDER BY started_at
    """,
    "waiting": """
        SELECT COALESCE(queueing_lock, task_name) AS name, lock AS site, max(at) AS since
        FROM procrastinate_jobs LEFT JOIN procrastinate_events AS events ON events.job_id = procrastinate_jobs.id
        WHERE status = 'todo' GROUP BY procrastinate_jobs.id ORDER BY priority DESC, procrastinate_jobs.id
    """,
    # The last time that each was run, if it did not end well. Its run record says why; without one, its last line.
    "failed": """
        SELECT last.name, node, last.ended_at, exit_code, COALESCE(outcome, message) AS reason
        FROM (SELECT DISTINCT ON (name) * FROM fleet_jobs WHERE ended_at IS NOT NULL ORDER BY name, id DESC) AS last
        LEFT JOIN runs ON job = 'fleet-' || job_id AND outcome IS NOT NULL
        WHERE exit_code NOT IN (0, 4) ORDER BY last.name, runs.id
    """,
}


def read_status(archive: Archive, crawls: Iterable[Crawl] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return rows by kind: nodes, running, waiting, failed, and due (of the planned ``crawls``, soonest first).

    Times are ISO 8601 in UTC. Raises ArchiveError.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    with translate_errors(archive.engine), archive.engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('fleet_jobs')")).scalar() is None:
            found = {kind: [] for kind in _QUERIES}
        else:
            for kind, query in _QUERIES.items():
                given = {"stalled": STALLED} if kind == "nodes" else {}
                rows = connection.execute(text(query), given).mappings()
                found[kind] = [{name: _as_iso(value) for name, value in row.items()} for row in rows]
    now = time.time()
    due = [(croniter(crawl.schedule, now).get_next(float), crawl.name) for crawl in crawls]
    found["due"] = [{"name": name, "at": _as_iso(datetime.fromtimestamp(at, UTC))} for at, name in sorted(due)]
    return found


def _as_iso(value: Any) -> Any:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
