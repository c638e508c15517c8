"""``scrapy fleet status`` while jobs begin, end and fail, and while a node is killed."""

from __future__ import annotations

import signal
from collections import Counter
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.fleet import queue

from ..crawling import TIMEOUT
from ..postgres import wait_for
from .conftest import NEVER, Fleet

SITES, JOBS = 12, 2
DONE = """
    SELECT count(DISTINCT job_id) FROM fleet_jobs
    WHERE exit_code = 0 AND job_id NOT IN (SELECT id FROM procrastinate_jobs)
"""


def test_status_is_right_throughout(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "STALLED", 2.0)
    sites = [f'[[site]]\nurl = "http://{n}.example"\nsections = ["1", "2"]\nupdate = "{NEVER}"' for n in range(SITES)]
    (fleet.folder / "sites.toml").write_text("\n".join(sites), encoding="utf-8")
    nodes = [fleet.start(JOBS, IDLE="1") for _ in range(2)]
    wait_for(lambda: all("Starting worker" in fleet.log(number) for number in range(2)), TIMEOUT)
    assert fleet.scrapy("fleet", "plan", "--now").stdout.startswith("24 of 24")
    watched = []

    def is_done() -> bool:
        watched.append(found := read_status(fleet, archive))
        if len(found["failed"]) > SITES // 2:
            nodes[0].kill()
        return not found["waiting"] and not found["running"]

    with Archive.open(fleet.url) as archive:
        wait_for(is_done, TIMEOUT)
    assert max(len(found["running"]) for found in watched) > JOBS
    failed = watched[-1]["failed"]
    assert sorted(row["name"] for row in failed) == sorted(f"{n}.example/2/update" for n in range(SITES))
    assert {(row["exit_code"], row["reason"]) for row in failed} == {(1, "the site did not answer")}
    assert nodes[0].wait(TIMEOUT) == -signal.SIGKILL


def read_status(fleet: Fleet, archive: Archive) -> dict[str, list[dict[str, Any]]]:
    """Read the status; check that each job is in one place, and in the right one."""
    ended_before = fleet.query(DONE)[0][0]
    found = queue.read_status(archive)
    ended_after = fleet.query(DONE)[0][0]
    names = [row["name"] for kind in ("waiting", "running", "failed") for row in found[kind]]
    assert len(set(names)) == len(names)
    assert ended_before <= 2 * SITES - len(names) <= ended_after
    sites = Counter(row["name"].partition("/")[0] for row in found["running"])
    assert not sites or max(sites.values()) == 1
    running = Counter(row["node"] for row in found["running"])
    nodes = {row["name"]: row for row in found["nodes"]}
    assert {name: row["running"] for name, row in nodes.items() if row["running"]} == running
    assert all(not nodes[name]["silent"] and count <= nodes[name]["jobs"] for name, count in running.items())
    return found
