"""Crawl a site once at a time: two crawls would be twice the load on a small server."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from sqlalchemy import text

from sassspider.archive import ArchiveError
from sassspider.archive.engine import find_file, open_engine, translate_errors
from sassspider.clock import now
from sassspider.running import close_spider

logger = logging.getLogger(__name__)

_PAUSE = 10  # seconds until a lost lock is noticed
_UNKNOWN = "another crawl"
_LONGEST_NAME = 63  # bytes of an application_name; PostgreSQL cuts the rest
# Not the key of the lock that writers take: that has the seed 0.
_TAKE = text("SELECT set_config('application_name', :owner, false), pg_try_advisory_lock(hashtextextended(:site, 1))")
_FIND_OWNER = text("""
    SELECT application_name || ' since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended(:site, 1)
""")


class FileLock:
    """A lock on a file beside an SQLite archive. The operating system releases it when the process ends."""

    def __init__(self, path: Path, owner: str):
        self.path = path
        self.owner = owner

    def take(self) -> str | None:
        """Take the lock, or return who has it; raise OSError."""
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            with file:
                return file.read() or _UNKNOWN
        file.truncate(0)
        file.write(f"{self.owner} since {now()}")
        file.flush()
        self.file = file  # open, and so locked
        return None

    def watch(self, crawler: Crawler) -> None:
        """Do nothing: this lock can't be lost."""


class DatabaseLock:
    """An advisory lock of PostgreSQL's session; the pool of the engine keeps its connection, or makes a new one."""

    def __init__(self, url: str, site: str, owner: str):
        self.engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
        self.given = {"site": site, "owner": owner[:_LONGEST_NAME]}

    def take(self) -> str | None:
        """Take the lock, or see that it is still held; return who else has it, or None. Raises ArchiveError."""
        with translate_errors(self.engine), self.engine.connect() as connection:
            is_taken = connection.execute(_TAKE, self.given).one().pg_try_advisory_lock
            return None if is_taken else connection.execute(_FIND_OWNER, self.given).scalar() or _UNKNOWN

    def watch(self, crawler: Crawler) -> None:
        """Take the lock again whenever its connection breaks; end the crawl if another one has got it."""

        def start() -> None:
            task = asyncio.ensure_future(self.keep(crawler))
            crawler.signals.connect(lambda: task.cancel(), signals.engine_stopped, weak=False)

        crawler.signals.connect(start, signals.engine_started, weak=False)

    async def keep(self, crawler: Crawler) -> None:
        """Check the lock every few seconds until another crawl has it; then end this one."""
        owner = None
        while owner is None or owner.startswith(self.given["owner"]):  # its own session, not known to be cut off yet
            await asyncio.sleep(_PAUSE)
            try:
                owner = await asyncio.to_thread(self.take)
            except ArchiveError as error:
                logger.warning("The lock of %s is lost until the database answers: %s", self.given["site"], error)
        logger.error("The crawl ends: %s is being crawled by %s", self.given["site"], owner)
        close_spider(crawler, "lock_lost")


def make_lock(url: str, site: str, spider: str) -> FileLock | DatabaseLock:
    """Return the lock of a site in the archive at ``url``, to be taken by a crawl of this process."""
    owner, file = f"{spider}, process {os.getpid()} on {socket.gethostname()},", find_file(url)
    if file is None:
        return DatabaseLock(url, site, owner)
    return FileLock(file.with_name(f"{file.name}.{site.replace(':', '_')}.lock"), owner)
