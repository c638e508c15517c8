"""Crawls that nodes run: planned once, one at a time of each site, taken over when a node is gone."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.mocksite import COMMENTARY

from ..crawled import OTHER
from ..crawling import TIMEOUT
from ..in_process import command
from ..postgres import Postgres, wait_for
from .conftest import Fleet, kill, list_processes

MISSING = "999999"
CONCURRENT = 2
LONG = {"CONCURRENT_REQUESTS": str(CONCURRENT), "CONCURRENT_REQUESTS_PER_DOMAIN": str(CONCURRENT)}


@pytest.mark.parametrize("fleet", [(2, 12, 0.0)], indirect=True)
def test_nodes_run_every_job_once(fleet: Fleet) -> None:
    fleet.write_sites([COMMENTARY, MISSING], [OTHER])
    assert fleet.scrapy("fleet", "plan", "--now").stdout == "3 of 3 crawls were put into the queue.\n"
    assert fleet.scrapy("fleet", "plan", "--now").stdout == "0 of 3 crawls were put into the queue.\n"
    assert len(fleet.status()["waiting"]) == 3
    fleet.start()
    fleet.start()
    fleet.wait_until_done()
    fleet.check_complete(COMMENTARY, OTHER)
    check_one_at_a_time(fleet)
    check_status(fleet)


def check_one_at_a_time(fleet: Fleet) -> None:
    key = fleet.servers[0].url.partition("://")[2]
    (_, ended), (started, _) = sorted(
        (run["started_at"], run["ended_at"]) for run in fleet.runs() if run["site"] == key
    )
    assert ended <= started


def check_status(fleet: Fleet) -> None:
    """A failed crawl is shown with its reason, and was run once."""
    status = fleet.status()
    assert {kind: len(rows) for kind, rows in status.items()} == {
        "nodes": 2,
        "running": 0,
        "waiting": 0,
        "failed": 1,
        "due": 3,
    }
    failed = status["failed"][0]
    assert f"/{MISSING}/" in failed["name"]
    assert (failed["exit_code"], failed["reason"].partition(";")[0]) == (1, "failed")
    assert fleet.query("SELECT count(*) FROM fleet_jobs") == [(3,)]
    assert "ended badly at the last time: 1" in fleet.scrapy("fleet", "status").stdout


@pytest.mark.parametrize("fleet", [(1, 50, 0.15)], indirect=True)
def test_gone_nodes_are_replaced(fleet: Fleet) -> None:
    fleet.write_sites(**LONG)
    fleet.scrapy("fleet", "plan", "--now")
    start_and_wait(fleet).terminate()
    assert fleet.nodes[0].wait(TIMEOUT) == 0
    assert "Traceback" not in fleet.log()
    assert [run["outcome"].partition(";")[0] for run in fleet.runs()] == ["interrupted"]
    killed, *commands = list_processes(start_and_wait(fleet))
    kill(killed)  # alone: its command ends with it
    fleet.nodes[-1].wait()
    suspended = list_processes(start_and_wait(fleet))
    kill(*suspended, number=signal.SIGSTOP)
    fleet.start()
    wait_for(lambda: "is being crawled by" in fleet.log(), TIMEOUT)
    kill(*suspended, number=signal.SIGCONT)
    assert fleet.nodes[-2].wait(TIMEOUT) == 1
    fleet.wait_until_done()
    wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in commands))
    fleet.check_complete(again=2 * CONCURRENT)


def start_and_wait(fleet: Fleet) -> subprocess.Popen[bytes]:
    """Start a node and wait until it has crawled some pages."""
    before = len(fleet.servers[0].requests)
    node = fleet.start()
    wait_for(lambda: len(fleet.servers[0].requests) >= before + 8, TIMEOUT)
    return node


@pytest.mark.parametrize("fleet", [(1, 20, 0.15)], indirect=True)
def test_database_away_loses_nothing(fleet: Fleet, postgres: Postgres) -> None:
    fleet.write_sites(**LONG)
    fleet.scrapy("fleet", "plan", "--now")
    start_and_wait(fleet)
    with postgres.stopped():
        pass
    last = fleet.start()
    fleet.wait_until_done()
    fleet.check_complete(again=CONCURRENT)
    wait_for(lambda: "Starting worker" in fleet.log(), TIMEOUT)
    postgres.suspend()
    try:
        assert last.wait(TIMEOUT) == 1
    finally:
        postgres.suspend(signal.SIGCONT)
    assert "No answer of the database for" in fleet.log()


def test_due_crawls_are_planned_once(fleet: Fleet) -> None:
    for update, planned in [("* * * * *", 1), ("0 0 29 2 *", 0)]:
        fleet.write_sites(update=update)
        assert fleet.scrapy("fleet", "plan").stdout == f"{planned} of 1 crawls were put into the queue.\n"
    fleet.query("DROP FUNCTION procrastinate_defer_jobs_v1")
    run = command(fleet.folder, "fleet", "plan", "--now", f"-sARCHIVE_URL={fleet.url}")
    assert (run.code, len(run.stderr.splitlines())) == (1, 1)
    assert "its tables are of another version of procrastinate" in run.stderr


def test_waiting_crawl_replaces_stalled_one(fleet: Fleet) -> None:
    """A crawl that is due again while it runs waits; then its node is gone."""
    fleet.scrapy("fleet", "plan", "--now")
    fleet.query("UPDATE procrastinate_jobs SET status = 'doing'")
    fleet.scrapy("fleet", "plan", "--now")
    names = [row["name"] for row in fleet.status()["waiting"]]
    assert names == [f"{fleet.servers[0].url.partition('://')[2]}/{COMMENTARY}/update"] * 2
    node = fleet.start(IDLE="1")
    fleet.wait_until_done()
    assert node.poll() is None
    assert fleet.query("SELECT name, exit_code FROM fleet_jobs") == [(names[0], 0)]
