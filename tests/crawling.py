"""Runs the real commands as a user does: a process of its own, in a folder of its own, over real HTTP.

Where no command line, signal, terminal or memory is at stake, tests/in_process.py crawls faster.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mocksite import Server

PROJECT = Path(__file__).resolve().parent.parent
# Courtesy is for the real site; these tests crawl the embedded one.
FAST = {
    "AUTOTHROTTLE_ENABLED": "0",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS": "8",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "RETRY_TIMES": "1",
    "RETRY_BACKOFF": "0.01",
    "RETRY_BACKOFF_MAX": "0.05",
    "RETRY_GIVE_UP_AFTER": "15",  # the site is not given up on a slow machine
    "HEALTH_MAX_AGE_DAYS": "0",  # the mock site's dates stand still
}
GIVE_UP = {"RETRY_GIVE_UP_AFTER": "1"}  # for a site that is down
TIMEOUT = 120


@dataclass(frozen=True)
class Run:
    """A finished command and the folder of its files; a crawl in process has the reasons of its code and its stats."""

    code: int
    stdout: str
    stderr: str
    folder: Path
    reasons: tuple[str, ...] = ()
    stats: Mapping[str, Any] = field(default_factory=dict)

    def lines(self, name: str = "data/commentary.jsonl") -> list[dict[str, Any]]:
        path = self.folder / name
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def articles(self, name: str = "data/commentary.jsonl") -> dict[int, dict[str, Any]]:
        lines = self.lines(name)
        articles = {line["id"]: line for line in lines}
        assert len(articles) == len(lines), "an article stands twice in the file"
        return articles

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def query(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows that a folder's archive gives for a query."""
    with closing(sqlite3.connect(folder / "data/sassspider.db")) as connection:
        return connection.execute(sql, values).fetchall()


def check_articles(run: Run, expected: Mapping[int, Mapping[str, Any]], *volatile: str) -> None:
    """The export has these articles, and all fields but these; ``duplicate_of`` depends on the order of requests."""
    found = run.articles()
    assert sorted(found) == sorted(expected)
    left_out = dict.fromkeys(("duplicate_of", *volatile))
    for article_id, article in expected.items():
        assert found[article_id] | left_out == found[article_id] | article | left_out


def one_line(run: Run, code: int, says: str) -> None:
    """A command ended with this code, and printed one line that says why."""
    assert (run.code, run.stdout) == (code, ""), run.stderr
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1


def environment(**extra: str) -> dict[str, str]:
    return {
        **os.environ,
        "SCRAPY_SETTINGS_MODULE": "sassspider.settings",
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        **extra,
    }


def run_command(folder: Path, command: Sequence[str | Path], **variables: str) -> Run:
    """Run a command in a folder, with these variables in its environment."""
    own = environment(**variables)
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    return Run(done.returncode, done.stdout, done.stderr, folder)


def scrapy(folder: Path, *arguments: str, hook: Path | None = None, **variables: str) -> Run:
    """Run ``scrapy …`` in ``folder``; ``hook`` is a folder with a ``sitecustomize.py`` that watches it."""
    own = {"PYTHONPATH": f"{hook}{os.pathsep}{PROJECT}"} if hook else {}
    return run_command(folder, [sys.executable, "-m", "scrapy", *arguments], **{**own, **variables})


def crawl(
    folder: Path,
    site: str,
    *options: str,
    spider: str = "commentary",
    settings: dict[str, str] | None = None,
    hook: Path | None = None,
    **given: str,
) -> Run:
    """Run ``scrapy crawl`` on ``site``; ``given`` are the spider's arguments."""
    command = crawl_command(site, *options, spider=spider, settings=settings, **given)
    return scrapy(folder, *command[3:], hook=hook)


def crawl_command(
    site: str, *options: str, spider: str = "commentary", settings: dict[str, str] | None = None, **given: str
) -> list[str]:
    """Return the command that crawls a site, to be run in another way."""
    arguments = [f"-a{name}={value}" for name, value in {"site": site, **given}.items()]
    chosen = [f"-s{name}={value}" for name, value in {**FAST, **(settings or {})}.items()]
    return [sys.executable, "-m", "scrapy", "crawl", spider, *arguments, *chosen, *options]


def interrupt(
    folder: Path, server: Server, number: signal.Signals, requests: int, *options: str, pause: float = 0.0, **how: Any
) -> Run:
    """Run ``scrapy crawl``, and send it a signal ``pause`` seconds after the site got ``requests`` requests."""
    command = crawl_command(server.url, *options, **how)
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        while len(server.requests) < requests and process.poll() is None:
            time.sleep(0.002)
        time.sleep(pause)
        process.send_signal(number)
        stderr = process.communicate(timeout=TIMEOUT)[1]
    return Run(process.returncode, "", stderr, folder)


def limit_files(kilobytes: int) -> list[str]:
    """Return a command that runs another in which no file can grow beyond this size, as on a full disk."""
    return ["bash", "-c", f'ulimit -f {kilobytes} && exec "$0" "$@"']
