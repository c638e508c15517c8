"""Nodes in processes of their own, on a real PostgreSQL, and small sites for them to crawl."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.tables import runs
from tests.mocksite import Server, SiteOptions, build_site

from ..archive.conftest import postgres  # noqa: F401 - a fixture
from ..archive.factories import read_rows
from ..crawling import FAST, TIMEOUT, Run, environment
from ..missing import import_or_skip
from ..postgres import Postgres, wait_for

import_or_skip("procrastinate")
ARTICLES = 12
FASTER = {**FAST, "ROBOTSTXT_OBEY": "0"}


@dataclass
class Fleet:
    """A database, the sites and the file that names them, and nodes."""

    folder: Path
    url: str
    servers: list[Server] = field(default_factory=list)
    nodes: list[subprocess.Popen[str]] = field(default_factory=list)

    def write_sites(self, sections: Sequence[str] = ("103002",), update: str = "0 0 1 1 *", **settings: str) -> None:
        chosen = json.dumps({**FASTER, **settings}).replace('":', '" =')
        tables = [
            f'[[site]]\nurl = "{server.url}"\nsections = {json.dumps(list(sections))}\n'
            f'update = "{update}"\ndelay = 0\nsettings = {chosen}\n'
            for server in self.servers
        ]
        (self.folder / "sites.toml").write_text("\n".join(tables), encoding="utf-8")

    def run(self, *command: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *command],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr, self.folder)

    @property
    def environment(self) -> dict[str, str]:
        return environment(SASSSPIDER_ARCHIVE_URL=self.url)

    def start(self, jobs: int = 2) -> subprocess.Popen[str]:
        number = len(self.nodes)
        with (self.folder / f"node{number}.log").open("w") as log:
            command = [sys.executable, "-m", "tests.fleet.quick_node", f"--jobs={jobs}"]
            options: dict[str, Any] = {"stdout": log, "stderr": log, "text": True, "start_new_session": True}
            node = subprocess.Popen(command, cwd=self.folder, env=self.environment, **options)
        self.nodes.append(node)
        return node

    def log(self, number: int = 0) -> str:
        return (self.folder / f"node{number}.log").read_text(encoding="utf-8")

    def status(self) -> dict[str, list[dict[str, Any]]]:
        shown = self.run("fleet", "status", "--json")
        assert shown.code == 0, shown.stderr
        found: dict[str, list[dict[str, Any]]] = json.loads(shown.stdout)
        return found

    def wait_until_done(self) -> None:
        """Wait until no job waits or runs."""
        wait_for(lambda: not self.jobs("todo", "doing"), TIMEOUT, 0.1)

    def jobs(self, *states: str) -> list[Any]:
        columns = "id, queueing_lock, status::text, args"
        query = f"SELECT {columns} FROM procrastinate_jobs WHERE status::text = ANY(%s) ORDER BY id"
        return self.query(query, list(states))

    def query(self, query: str, *values: Any) -> list[Any]:
        import psycopg

        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def runs(self) -> list[Any]:
        with Archive.open(self.url) as archive:
            return list(read_rows(archive, runs))

    def check_complete(self, section: str = "103002") -> None:
        """Every article of every site is archived, and no server was asked for one twice."""
        with Archive.open(self.url) as archive:
            for server in self.servers:
                key = server.url.partition("://")[2]
                found = [one.id for one in archive.read.articles(Selection(key, section, duplicates=True))]
                assert found == server.site.ids(section)

    def stop(self) -> None:
        for node in self.nodes:
            if node.poll() is None:
                os.kill(node.pid, signal.SIGCONT)
                node.terminate()
        for node in self.nodes:
            try:
                node.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                node.kill()
                node.wait()


@pytest.fixture
def fleet(postgres: Postgres, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Fleet]:  # noqa: F811
    """A fleet with as many sites as the test's parameter says, by default one."""
    count, latency = getattr(request, "param", (1, 0.0))
    with postgres.database() as url, ExitStack() as stack:
        sites = [
            build_site(seed=seed, articles=ARTICLES, options=SiteOptions(latency=latency))
            for seed in range(1, count + 1)
        ]
        made = Fleet(tmp_path, url, [stack.enter_context(Server(site)) for site in sites])
        made.write_sites()
        stack.callback(made.stop)
        yield made
