"""Crawls that nodes run: planned once, one at a time of each site, taken over when a node is gone."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ..postgres import Postgres, wait_for
from .conftest import Fleet

SLOW = 0.15  # seconds of latency: a crawl takes some seconds


def list_processes(node: subprocess.Popen[str]) -> list[int]:
    """Return a node's process and those that it started."""
    shown = subprocess.run(["ps", "-o", "pid=", "--ppid", str(node.pid)], capture_output=True, text=True, check=False)
    return [node.pid, *map(int, shown.stdout.split())]


def wait_for_requests(fleet: Fleet, count: int = 6) -> None:
    wait_for(lambda: len(fleet.servers[0].requests) >= count)


def check_pages_once(fleet: Fleet, again: int = 0) -> None:
    """No server was asked for an article twice, but for so many that were under way when a crawl was killed."""
    for server in fleet.servers:
        asked = Counter(one.path for one in server.requests if one.status == 200 and "default" not in one.path)
        assert sum(count - 1 for count in asked.values()) <= again, asked


@pytest.mark.parametrize("fleet", [(3, 0.0)], indirect=True)
def test_nodes_crawl_every_site_once(fleet: Fleet) -> None:
    assert "3 of 3 crawls" in fleet.run("fleet", "plan", "--now").stdout
    assert "0 of 3 crawls" in fleet.run("fleet", "plan", "--now").stdout
    assert [row["name"].rpartition("/")[2] for row in fleet.status()["waiting"]] == ["update"] * 3
    fleet.start()
    fleet.start()
    fleet.wait_until_done()
    fleet.check_complete()
    check_pages_once(fleet)
    assert [run["outcome"] for run in fleet.runs()] == ["complete"] * 3
    status = fleet.status()
    assert [len(status[kind]) for kind in ("nodes", "running", "waiting", "failed", "due")] == [2, 0, 0, 0, 3]


def test_sections_of_a_site_never_overlap(fleet: Fleet) -> None:
    fleet.write_sites(["103002", "101000", "104000"])
    fleet.run("fleet", "plan", "--now")
    fleet.start()
    fleet.start()
    fleet.wait_until_done()
    times = sorted((run["started_at"], run["ended_at"]) for run in fleet.runs())
    assert len(times) == 3
    assert all(ended <= started for (_, ended), (started, _) in pairwise(times))


@pytest.mark.parametrize("fleet", [(1, SLOW)], indirect=True)
@pytest.mark.parametrize("kill", [list_processes, lambda node: [node.pid]], ids=["node and crawl", "node alone"])
def test_killed_node_is_replaced(fleet: Fleet, kill: Callable[[subprocess.Popen[str]], list[int]]) -> None:
    fleet.run("fleet", "plan", "--now")
    first = fleet.start()
    wait_for_requests(fleet)
    processes = list_processes(first)
    for process in kill(first):
        os.kill(process, signal.SIGKILL)
    first.wait()
    fleet.start()
    fleet.wait_until_done()
    wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in processes[1:]))
    fleet.check_complete()
    check_pages_once(fleet, again=8)


@pytest.mark.parametrize("fleet", [(1, SLOW)], indirect=True)
def test_ended_node_hands_its_crawl_on(fleet: Fleet) -> None:
    fleet.run("fleet", "plan", "--now")
    first = fleet.start()
    wait_for_requests(fleet)
    first.terminate()
    assert first.wait(30) == 0, fleet.log()
    assert [row["name"] for row in fleet.status()["waiting"]], fleet.log()
    fleet.start()
    fleet.wait_until_done()
    fleet.check_complete()
    check_pages_once(fleet)
    assert "Traceback" not in fleet.log()
    assert [run["outcome"].partition(";")[0] for run in fleet.runs()] == ["interrupted", "complete"]


@pytest.mark.parametrize("fleet", [(1, SLOW)], indirect=True)
def test_suspended_node_loses_nothing(fleet: Fleet) -> None:
    fleet.run("fleet", "plan", "--now")
    first = fleet.start()
    wait_for_requests(fleet)
    suspended = list_processes(first)
    for process in suspended:
        os.kill(process, signal.SIGSTOP)
    fleet.start()
    wait_for(lambda: "is being crawled by" in fleet.log(1))
    for process in suspended:
        os.kill(process, signal.SIGCONT)
    fleet.wait_until_done()
    fleet.check_complete()
    check_pages_once(fleet)


@pytest.mark.parametrize("fleet", [(1, SLOW)], indirect=True)
def test_database_away_loses_nothing(fleet: Fleet, postgres: Postgres) -> None:
    fleet.run("fleet", "plan", "--now")
    fleet.start()
    wait_for_requests(fleet)
    with postgres.stopped():
        pass
    fleet.start()
    fleet.wait_until_done()
    fleet.check_complete()
    check_pages_once(fleet, again=8)


def test_silent_database_ends_node(fleet: Fleet, postgres: Postgres) -> None:
    node = fleet.start()
    wait_for(lambda: fleet.query("SELECT to_regclass('fleet_nodes')") == [("fleet_nodes",)])
    wait_for(lambda: fleet.query("SELECT * FROM fleet_nodes"))
    postgres.suspend()
    try:
        assert node.wait(30) == 1
    finally:
        postgres.suspend(signal.SIGCONT)
    assert "The database did not answer for" in fleet.log()


def test_failed_crawl_is_told_and_not_repeated(fleet: Fleet) -> None:
    fleet.write_sites(["999999"])
    fleet.run("fleet", "plan", "--now")
    fleet.start()
    fleet.wait_until_done()
    failed = fleet.status()["failed"]
    assert [(row["exit_code"], row["reason"].partition(";")[0]) for row in failed] == [(1, "failed")]
    assert len(fleet.query("SELECT * FROM fleet_jobs")) == 1
    shown = fleet.run("fleet", "status").stdout
    assert "ended badly at the last time: 1" in shown


def test_due_crawls_are_planned_once(fleet: Fleet) -> None:
    fleet.write_sites(update="* * * * *")
    assert "1 of 1 crawls" in fleet.run("fleet", "plan").stdout
    fleet.write_sites(update="0 0 29 2 *")
    assert "0 of 1 crawls" in fleet.run("fleet", "plan").stdout


def test_reparse_and_export_by_ranges(fleet: Fleet) -> None:
    fleet.run("fleet", "plan", "--now")
    fleet.start()
    fleet.wait_until_done()
    fleet.query("UPDATE articles SET language = 'xx' RETURNING 1")
    assert fleet.run("reparse", "--fleet").stdout.startswith("1 of 1 ranges")
    fleet.run("export", "--fleet", "-o", "parts", "--format", "csv")
    fleet.wait_until_done()
    assert fleet.query("SELECT count(*) FROM articles WHERE language = 'xx'") == [(0,)]
    [part] = (fleet.folder / "parts").iterdir()
    assert len(part.read_text(encoding="utf-8").splitlines()) > 1
    assert part.name.endswith(".csv")
