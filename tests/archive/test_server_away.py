"""Crawls whose PostgreSQL server goes away on the way: for a moment, or for good."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mocksite import Connection, Request, Response, Server, build_site

from ..postgres import Postgres, wait_for
from .crawls import check_clear, check_complete, read_export
from .ground import Ground, limit_files

AWAY = "trying again"


class Gate:
    """Lets the site give so many answers; the others wait until it is opened."""

    def __init__(self, answers: int):
        self.answers = answers
        self.waiting = 0
        self.is_open = False

    def __call__(self, connection: Connection, request: Request, response: Response) -> bool:
        self.answers -= 1
        if self.is_open or self.answers >= 0:
            return False
        self.waiting += 1
        self._wait(connection, request, response)
        return True

    def _wait(self, connection: Connection, request: Request, response: Response) -> None:
        if self.is_open:
            connection.send(request, response)
        else:
            asyncio.get_running_loop().call_later(0.02, self._wait, connection, request, response)


@pytest.fixture
def gate() -> Gate:
    return Gate(12)


@pytest.fixture
def ground(tmp_path: Path, gate: Gate) -> Iterator[Ground]:
    with Server(build_site(seed=3, articles=60), deliver=gate) as server:
        yield Ground(tmp_path, server)


def test_a_server_that_is_away_for_a_moment(ground: Ground, gate: Gate, postgres: Postgres) -> None:
    with postgres.database() as url:
        crawl = ground.start(ARCHIVE_URL=url)
        wait_for(lambda: gate.waiting)
        with postgres.stopped():
            gate.is_open = True
            wait_for(lambda: AWAY in crawl.stderr())
        check_complete(crawl.wait(), url, ground.site, ground.server.url)


def test_a_server_that_stays_away(ground: Ground, gate: Gate, postgres: Postgres) -> None:
    with postgres.database() as url:
        crawl = ground.start(ARCHIVE_URL=url, ARCHIVE_PATIENCE="1")
        wait_for(lambda: gate.waiting)
        with postgres.stopped():
            gate.is_open = True
            run = crawl.wait()
        check_clear(run, 1, "The archive failed: ")
        assert run.stderr.count(AWAY) == 2  # for one article, not for each
        assert set(read_export(ground.folder)) < set(ground.site.ids())
        ground.check_mended(ARCHIVE_URL=url)


def test_a_file_that_can_not_grow_costs_no_article(ground: Ground, gate: Gate, postgres: Postgres) -> None:
    gate.is_open = True
    with postgres.database() as url:
        run = ground.crawl(*limit_files(100), ARCHIVE_URL=url)
        check_clear(run, 1, " could not be written: ")
        assert "File too large" in run.stderr
        assert read_export(ground.folder) == []
        asked = len(ground.server.requests)
        ground.check_mended(ARCHIVE_URL=url)
        assert len(ground.server.requests) - asked < 5
