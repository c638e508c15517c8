"""Nodes in processes of their own, on a real PostgreSQL, and small sites for them to crawl."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.tables import runs
from tests.mocksite import COMMENTARY, Server, build_site

from ..archive.factories import read_rows
from ..crawling import FAST, TIMEOUT, Run, environment
from ..in_process import command
from ..postgres import Postgres, wait_for

NEVER = "0 0 29 2 *"  # the 29th of February, and not made up for


@dataclass
class Fleet:
    """A database, the sites and the file that names them, and nodes."""

    folder: Path
    url: str
    servers: list[Server] = field(default_factory=list)
    nodes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def write_sites(self, *sections: Sequence[str], update: str = NEVER, **settings: str) -> None:
        """Write the file: ``sections`` of each site, by default the commentary, and a delay of its own."""
        chosen = ", ".join(f'{name} = "{value}"' for name, value in {**FAST, **settings}.items())
        pairs = zip(self.servers, sections or [[COMMENTARY]] * len(self.servers), strict=True)
        tables = [
            f'[[site]]\nurl = "{server.url}"\nsections = {json.dumps(list(own))}\n'
            f'update = "{update}"\ndelay = {number / 100}\nsettings = {{ {chosen} }}\n'
            for number, (server, own) in enumerate(pairs)
        ]
        (self.folder / "sites.toml").write_text("\n".join(tables), encoding="utf-8")

    def scrapy(self, *words: str) -> Run:
        """Run a command in this process."""
        run = command(self.folder, *words, f"-sARCHIVE_URL={self.url}")
        assert run.code == 0, run.stderr
        return run

    def start(self, jobs: int = 2, **variables: str) -> subprocess.Popen[bytes]:
        """Start a node."""
        command = [sys.executable, "-m", "tests.fleet.quick_node", f"--jobs={jobs}"]
        with (self.folder / f"node{len(self.nodes)}.log").open("wb") as log:
            env = environment(SASSSPIDER_ARCHIVE_URL=self.url, **variables)
            self.nodes.append(
                subprocess.Popen(command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True)
            )
        return self.nodes[-1]

    def log(self, number: int = -1) -> str:
        number %= len(self.nodes)
        return (self.folder / f"node{number}.log").read_text(encoding="utf-8")

    def status(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = json.loads(self.scrapy("fleet", "status", "--json").stdout)
        return found

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def query(self, query: str) -> list[Any]:
        with self.connect() as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def wait_until_done(self) -> None:
        """Wait until no job waits or runs."""
        busy = "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        wait_for(lambda: not self.query(busy), TIMEOUT, 0.1)

    def runs(self) -> list[Any]:
        with Archive.open(self.url) as archive:
            return list(read_rows(archive, runs))

    def check_complete(self, *sections: str, again: int = 0) -> None:
        """Every article is archived; all but ``again`` were requested once."""
        asked: Counter[str] = Counter()
        with Archive.open(self.url) as archive:
            for server, section in zip(self.servers, sections or [COMMENTARY] * len(self.servers), strict=True):
                key = server.url.partition("://")[2]
                found = [one.id for one in archive.read.articles(Selection(key, section, duplicates=True))]
                assert found == server.site.ids(section)
                asked.update(f"{key}{one.path}" for one in server.requests if re.match(rf"/{section}/\d", one.path))
        repeated = {path: count for path, count in asked.items() if count > 1}
        assert sum(repeated.values()) - len(repeated) <= again, repeated

    def stop(self) -> None:
        for node in self.nodes:
            if node.poll() is None:
                os.killpg(node.pid, signal.SIGKILL)
            node.wait()


def list_processes(node: subprocess.Popen[bytes]) -> list[int]:
    """Return a node's process and those that it started."""
    shown = subprocess.run(["ps", "-o", "pid=", "--ppid", str(node.pid)], capture_output=True, text=True, check=False)
    return [node.pid, *map(int, shown.stdout.split())]


def kill(*processes: int, number: int = signal.SIGKILL) -> None:
    for process in processes:
        os.kill(process, number)


@pytest.fixture
def fleet(
    postgres: Postgres,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Fleet]:
    """A fleet with as many sites, articles and seconds of latency as the test's parameter says."""
    sites, articles, latency = getattr(request, "param", (1, 12, 0.0))
    with postgres.database() as url, ExitStack() as stack:
        made = Fleet(tmp_path, url)
        for seed in range(sites):
            made.servers.append(stack.enter_context(Server(build_site(seed=seed, articles=articles, latency=latency))))
        made.write_sites()
        stack.callback(made.stop)
        yield made
