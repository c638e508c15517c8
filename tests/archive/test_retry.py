"""Trying again while a server is away, and not when that can't help."""

from __future__ import annotations

import threading
from itertools import count

import pytest
from sqlalchemy import Engine, text

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError, explaining
from sassspider.archive.retry import find_pauses, retrying

from ..postgres import Postgres, wait_for

SHORT = 0.02
LONG = 60


def ask(engine: Engine, statement: str = "SELECT 1") -> int:
    with explaining(engine), engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def test_what_works_is_done_once() -> None:
    calls = count()
    assert retrying(lambda: next(calls), SHORT) == 0


def test_a_server_that_comes_back_is_waited_for(postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    with postgres.database() as url, Archive.open(url) as archive:
        assert ask(archive.engine) == 1
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(retrying(lambda: ask(archive.engine), LONG)))
        with postgres.stopped():
            thread.start()
            wait_for(lambda: "trying again" in caplog.text)
        thread.join()
        assert found == [1]


def test_a_server_that_stays_away_is_an_error_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ArchiveError, match="see that the server runs"):
        retrying(lambda: Archive.open("postgresql+psycopg://user@127.0.0.1:1/database"), SHORT)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_what_waiting_can_not_help_is_an_error_at_once(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ArchiveError, match="nothing"):
        retrying(lambda: ask(archive.engine, "SELECT * FROM nothing"), SHORT)
    assert caplog.records == []


def test_pauses_grow_and_make_up_the_patience() -> None:
    assert list(find_pauses(0)) == []
    assert list(find_pauses(0.2)) == [0.2]
    pauses = list(find_pauses(60))
    assert sum(pauses) == 60
    assert pauses[0] < 1 < max(pauses) <= 10
