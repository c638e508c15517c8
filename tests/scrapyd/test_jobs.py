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

from ..crawling import FAST, crawl, environment
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


def outcomes(daemon: Daemon, corpus: Corpus, folder: Path) -> dict[str, str | None]:
    """Return the outcome of each job that ``scrapy status`` knows."""
    settings = ["-s", f"ARCHIVE_URL={corpus.settings['ARCHIVE_URL']}"]
    shown = run_scrapy(folder, environment(**daemon.credentials), "status", "--json", *settings)
    assert shown.code == 0, shown.stderr
    runs = [run for section in json.loads(shown.stdout)["sections"] for run in section["runs"]]
    return {run["job"]: run["outcome"] and run["outcome"].partition(";")[0] for run in runs}


def assert_not_asked(held: set[int], server: Server) -> None:
    paths = {request.path for request in server.requests}
    assert [one for one in held if f"/103002/{one}.aspx" in paths] == []


def test_scheduled_crawl_is_whole(deployed: Daemon, corpus: Corpus, tmp_path: Path) -> None:
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
    assert "the site stayed unavailable" in deployed.log_of(failed)
    assert "ERROR" not in deployed.log_of(whole)
    assert outcomes(deployed, corpus, tmp_path) == {few: "complete", whole: "complete", failed: "failed"}


def hold_midway(daemon: Daemon, corpus: Corpus, server: Server, gate: Gate) -> str:
    """Schedule a crawl, and wait until it is held with part of its work done; return its job id."""
    job = daemon.schedule({"site": server.url}, corpus.settings)
    wait_until(lambda: bool(gate.held) and len(corpus.archived()) > HALF // 2, "the crawl is midway")
    return job


def test_cancelled_crawl_is_resumed(deployed: Daemon, corpus: Corpus) -> None:
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


def test_killed_job_is_not_ended(deployed: Daemon, corpus: Corpus, tmp_path: Path) -> None:
    site, gate = build_site(seed=7, articles=ARTICLES), Gate(HALF)
    with Server(site, deliver=gate.deliver) as server:
        job = hold_midway(deployed, corpus, server, gate)
        [running] = deployed.api.get("listjobs", project="sassspider")["running"]
        os.kill(running["pid"], signal.SIGKILL)
        deployed.finish(job)
    assert outcomes(deployed, corpus, tmp_path) == {job: None}


@pytest.mark.parametrize("jobs", [True, False], ids=["with its job", "alone"])
def test_waiting_job_survives_killed_scrapyd(deployed: Daemon, corpus: Corpus, jobs: bool) -> None:
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


def test_environment_names_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_JOB", "nightly-7")
    with Server(build_site(seed=9, articles=3)) as server:
        run = crawl(tmp_path, server.url, settings=(corpus := Corpus(tmp_path)).settings)
    assert run.code == 0, run.stderr
    assert corpus.outcomes() == {"nightly-7": "complete"}
