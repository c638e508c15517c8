"""Crawls as Scrapyd's jobs: whole, recorded, stopped with care, and none the worse for a power cut."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import COMMENTARY, Server, Site, build_site

from ..crawling import FAST, Run, crawl, environment
from .daemon import Daemon, run_scrapy, wait_until
from .gate import Gate

ARTICLES = 60
HALF = 30  # requests answered before a crawl is held midway


@dataclass(frozen=True)
class Corpus:
    """Where jobs put what they make, and what is there."""

    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        own = {name: f"{self.folder}/{name}" for name in ("QUARANTINE_DIR", "RUNS_DIR")}
        paths = {"ARCHIVE_URL": f"sqlite:///{self.folder}/x.db", "EXPORT_PATH": f"{self.folder}/%(name)s.jsonl"}
        return {**FAST, "KEEP_DUPLICATES": "1", **own, **paths}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if not (self.folder / "x.db").exists():
            return []
        with closing(sqlite3.connect(self.folder / "x.db")) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone():
                return []
            return connection.execute(query).fetchall()

    def archived(self) -> set[int]:
        return {row[0] for row in self.rows("SELECT id FROM articles")}

    def outcomes(self) -> dict[str, str | None]:
        """How the run of each job ended."""
        return dict(self.rows("SELECT job, outcome FROM runs"))

    def assert_whole(self, site: Site, url: str) -> None:
        """Every article once, as the site has it, in the archive and in the export."""
        lines = (self.folder / "commentary.jsonl").read_text(encoding="utf-8").splitlines()
        found = {one["id"]: one for one in map(json.loads, lines)}
        assert len(found) == len(lines)
        assert self.archived() == set(found) == set(site.ids(COMMENTARY))
        for expected in site.expected_articles(base_url=url):
            one = found[int(str(expected["id"]))]
            original = {"duplicate_of": site.record(one["id"]).original_id}  # the truth has the site's side only
            assert {name: one[name] for name in expected} == {**expected, **original}
        assert self.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty one."""
    return Corpus(tmp_path / "corpus")


def status(daemon: Daemon, corpus: Corpus, *options: str, folder: Path) -> Run:
    settings = ["-s", f"ARCHIVE_URL={corpus.settings['ARCHIVE_URL']}"]
    return run_scrapy(
        folder, environment(**daemon.credentials), "status", *settings, "--scrapyd", daemon.api.url, *options
    )


def assert_not_asked(held: set[int], server: Server) -> None:
    paths = {request.path for request in server.requests}
    assert [one for one in held if f"/103002/{one}.aspx" in paths] == []


def test_a_scheduled_crawl_is_whole_and_its_outcome_is_found(deployed: Daemon, corpus: Corpus, tmp_path: Path) -> None:
    site = build_site(seed=5, articles=30)
    with Server(site) as server:
        in_order = {**corpus.settings, "CONCURRENT_REQUESTS": "1"}  # as by default: the newest are asked for first
        few = deployed.schedule({"site": server.url, "limit": "4", "mode": "update"}, in_order)
        deployed.finish(few)
        assert corpus.archived() == set(site.ids(COMMENTARY)[-4:])
        whole = deployed.schedule({"site": server.url}, corpus.settings)
        deployed.finish(whole)
        corpus.assert_whole(site, server.url)
    nowhere = {**corpus.settings, "RETRY_TIMES": "0"}
    failed = deployed.schedule({"site": "http://127.0.0.1:1"}, nowhere)
    never = deployed.schedule({"site": server.url, "limit": "many"}, corpus.settings)
    deployed.finish(never)
    assert "the site was given up" in deployed.log_of(failed)
    assert "ERROR" not in deployed.log_of(whole)
    report = json.loads(status(deployed, corpus, "--json", folder=tmp_path).stdout)
    by_id = {job["id"]: job for job in report["jobs"]}
    assert {job["state"] for job in by_id.values()} == {"finished"}
    assert [by_id[one]["outcome"].split(";")[0].split(":")[0] for one in (few, whole, failed, never)] == [
        "complete",
        "complete",
        "failed",
        "no record",
    ]
    shown = status(deployed, corpus, folder=tmp_path)
    assert shown.code == 0, shown.stderr
    line = next(line for line in shown.stdout.splitlines() if failed in line)
    assert line.split()[:4] == [failed, "commentary", "finished", "failed;"]


def hold_midway(daemon: Daemon, corpus: Corpus, server: Server, gate: Gate) -> str:
    """Schedule a crawl, and wait until it is held with part of its work done; return its job id."""
    job = daemon.schedule({"site": server.url}, corpus.settings)
    wait_until(lambda: bool(gate.held) and len(corpus.archived()) > HALF // 2, "the crawl is midway")
    return job


def test_a_cancelled_crawl_stops_with_care_and_goes_on_next_time(deployed: Daemon, corpus: Corpus) -> None:
    site, gate = build_site(seed=6, articles=ARTICLES), Gate(HALF)
    with Server(site, deliver=gate.deliver) as server:
        first = hold_midway(deployed, corpus, server, gate)
        deployed.api.post("cancel", project="sassspider", job=first)
        wait_until(lambda: "shutting down" in deployed.log_of(first), "the crawl hears of it")
        gate.open()
        deployed.finish(first)
        held = corpus.archived()
        assert len(held) < ARTICLES
        assert (corpus.outcomes()[first] or "").startswith("interrupted; ")
        server.requests.clear()
        second = deployed.schedule({"site": server.url}, corpus.settings)
        deployed.finish(second)
        corpus.assert_whole(site, server.url)
        assert_not_asked(held, server)
    assert corpus.outcomes()[second] == "complete"


def test_a_killed_job_is_told_from_a_finished_one(deployed: Daemon, corpus: Corpus, tmp_path: Path) -> None:
    site, gate = build_site(seed=7, articles=ARTICLES), Gate(HALF)
    with Server(site, deliver=gate.deliver) as server:
        job = hold_midway(deployed, corpus, server, gate)
        [line] = [one for one in status(deployed, corpus, folder=tmp_path).stdout.splitlines() if job in one]
        assert line.split()[1:] == ["commentary", "running", "at", "work"]
        [running] = deployed.api.get("listjobs", project="sassspider")["running"]
        os.kill(running["pid"], signal.SIGKILL)
        deployed.finish(job)
    [line] = [one for one in status(deployed, corpus, folder=tmp_path).stdout.splitlines() if job in one]
    assert line.split()[1:4] == ["commentary", "finished", "killed:"]


@pytest.mark.parametrize("jobs", [True, False], ids=["with its job", "alone"])
def test_after_a_kill_of_scrapyd_the_waiting_job_makes_the_corpus_whole(
    deployed: Daemon, corpus: Corpus, jobs: bool
) -> None:
    site, gate = build_site(seed=8, articles=ARTICLES), Gate(HALF)
    with Server(site, deliver=gate.deliver) as server:
        hold_midway(deployed, corpus, server, gate)
        waiting = deployed.schedule({"site": server.url}, corpus.settings)
        assert deployed.jobs("pending") == [waiting]
        deployed.kill(jobs)
        held = corpus.archived()
        server.requests.clear()
        deployed.start()
        wait_until(lambda: waiting in corpus.outcomes(), "the waiting job begins")
        gate.open()
        deployed.finish(waiting)
        wait_until(lambda: jobs or None not in corpus.outcomes().values(), "the job that lost its Scrapyd ends")
        corpus.assert_whole(site, server.url)
        assert_not_asked(held, server)
    ended = [outcome for outcome in corpus.outcomes().values() if outcome]
    assert ended == ["complete"] * (1 if jobs else 2)


def test_a_job_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_JOB", "nightly-7")
    with Server(build_site(seed=9, articles=3)) as server:
        run = crawl(tmp_path, server.url, settings=(corpus := Corpus(tmp_path)).settings)
    assert run.code == 0, run.stderr
    assert corpus.outcomes() == {"nightly-7": "complete"}


def test_an_unreachable_scrapyd_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = run_scrapy(tmp_path, environment(), "status", "--scrapyd", "http://user:secret@127.0.0.1:1")
    assert (done.code, len(done.stderr.splitlines())) == (1, 1)
    assert "Scrapyd at http://127.0.0.1:1 can't be reached" in done.stderr
    assert "secret" not in done.stderr
