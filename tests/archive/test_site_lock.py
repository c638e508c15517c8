"""The lock of a site: one crawl at a time; it ends with a killed crawl."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from sassspider.archive.archive import Archive
from sassspider.archive.tables import runs
from sassspider.extensions.site_lock import DatabaseLock, FileLock, make_lock
from sassspider.urls import site_key
from tests.mocksite import Server, build_site

from ..crawling import TIMEOUT
from ..postgres import Postgres, wait_for
from .factories import HeldResponses, Place, check_clear, read_rows

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE :owner"


def test_second_crawl_is_busy(archive_url: str, tmp_path: Path) -> None:
    held = HeldResponses(8)
    with Server(build_site(seed=3, articles=12), deliver=held) as server:
        place = Place(tmp_path, server)
        first = place.start(ARCHIVE_URL=archive_url)
        wait_for(lambda: held.waiting)
        busy = place.start(log="busy", ARCHIVE_URL=archive_url).wait()
        check_clear(busy, 4, f"is being crawled by commentary, process {first.process.pid} on ")
        assert " since 20" in busy.stderr
        assert len(busy.stderr.splitlines()) == 1
        other = make_lock(archive_url, "other.example", "commentary")
        assert other.take() is None, "each site has a lock of its own"
        release(other)
        first.process.kill()
        first.process.wait()
        held.open.set()
        lock = make_lock(archive_url, site_key(server.url, {}), "commentary")
        wait_for(lambda: lock.take() is None)
        release(lock)
        with Archive.open(archive_url) as archive:
            assert len(read_rows(archive, runs)) == 1
        place.check_mended(ARCHIVE_URL=archive_url)


def release(lock: FileLock | DatabaseLock) -> None:
    """Release a lock as the end of its process does."""
    lock.file.close() if isinstance(lock, FileLock) else lock.engine.dispose()


@pytest.mark.parametrize("is_taken", [False, True])
def test_cut_connection_takes_the_lock_again(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch, is_taken: bool
) -> None:
    monkeypatch.setattr("sassspider.extensions.site_lock._PAUSE", 0.01)
    reasons: list[str] = []

    async def close(reason: str) -> None:
        reasons.append(reason)

    with postgres.database() as url:
        first, second = make_lock(url, "site", "first"), make_lock(url, "site", "second")
        assert isinstance(first, DatabaseLock)
        assert isinstance(second, DatabaseLock)
        assert first.take() is None
        with Archive.open(url) as archive, archive.engine.connect() as connection:
            connection.execute(text(CUT), {"owner": "first,%"})
        if is_taken:
            wait_for(lambda: second.take() is None)
        crawler: Any = SimpleNamespace(engine=SimpleNamespace(close_spider_async=close))
        with suppress(TimeoutError):
            asyncio.run(asyncio.wait_for(first.keep(crawler), TIMEOUT if is_taken else 1))
        assert reasons == (["lock_lost"] if is_taken else [])
        assert str(second.take()).startswith("first, ") is not is_taken
        for lock in (first, second):
            release(lock)


def test_own_lock_does_not_end_crawl(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not know yet that the connection broke."""
    monkeypatch.setattr("sassspider.extensions.site_lock._PAUSE", 0.01)
    name = "a" * 60  # longer than what PostgreSQL keeps of a name, with the process
    with postgres.database() as url:
        lock = make_lock(url, "site", name)
        assert isinstance(lock, DatabaseLock)
        assert lock.take() is None
        with lock.engine.connect() as broken:
            broken.detach()  # from the pool, which makes another one
            assert str(lock.take()).startswith(name)
            with pytest.raises(TimeoutError):
                asyncio.run(asyncio.wait_for(lock.keep(SimpleNamespace()), 1))
        wait_for(lambda: lock.take() is None)
        release(lock)
