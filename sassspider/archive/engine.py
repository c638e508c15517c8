"""Opens the database behind ``ARCHIVE_URL``, with what each kind needs to be safe."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from sassspider.archive.errors import ArchiveError

SUPPORTED = ("sqlite", "postgresql")
BUSY_SECONDS = 60
CONNECT_SECONDS = 10  # a server that is silent for so long is away
_BUSY_PAUSE = 0.02
_EXAMPLES = "sqlite:///data/sassspider.db or postgresql+psycopg://user@host/database"


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``: ``sqlite:///file`` (a folder is made for it) or ``postgresql+psycopg://…``.

    Raises ArchiveError when the URL is wrong or its driver is not installed. Nothing is connected to yet.
    """
    parsed = _parse(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed)
        patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(parsed, pool_pre_ping=True, connect_args=patience)
    except ImportError as error:  # the driver itself, or libpq, which psycopg's extra "binary" brings along
        cause = str(error).splitlines()[0]
        advice = f"write {_EXAMPLES}; for PostgreSQL: pip install 'psycopg[binary]'"
        raise ArchiveError(f"no driver for {_show(parsed)} ({cause}); {advice}") from error
    except OSError as error:
        raise ArchiveError(f"no folder can be made for {_show(parsed)}: {error}") from error
    except (ArgumentError, ValueError) as error:
        raise _wrong(error) from error


def find_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another database, and for a URL that ``open_engine`` will refuse."""
    try:
        parsed = _parse(url)
    except ArchiveError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        is_async = parsed.get_dialect().is_async
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise _wrong(error) from error
    if backend not in SUPPORTED or is_async:
        raise ArchiveError(f"ARCHIVE_URL names a database of the kind {parsed.drivername}; write {_EXAMPLES}")
    if backend == "sqlite" and (not parsed.database or parsed.database.startswith((":memory:", "file:"))):
        raise ArchiveError(
            "ARCHIVE_URL names no file, or a database in memory, which would be lost: write sqlite:///FILE"
        )
    return parsed


def _wrong(error: Exception) -> ArchiveError:
    return ArchiveError(f"ARCHIVE_URL is no database address ({str(error).splitlines()[0]}); write {_EXAMPLES}")


def _open_sqlite(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")  # a commit outlasts a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taking the write lock at once makes a second writer wait; upgrading a read lock makes it fail.
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")

    return engine


def _use_wal(connection: sqlite3.Connection) -> None:
    """Readers and a writer don't wait for each other. SQLite does not wait to change this, so that is done here."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE)
        else:
            return


@contextmanager
def writing(engine: Engine, site: str) -> Iterator[Connection]:
    """A transaction that writes articles of ``site``; one at a time across all processes."""
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:site, 0))"), {"site": site})
        yield connection


@contextmanager
def explaining(engine: Engine) -> Iterator[None]:
    """Turn a database error into an ArchiveError that names the database and says what may help."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
        message = f"{_show(engine.url)}: {cause[0] if cause else repr(error)}{_advise(' '.join(cause))}"
        away = engine.dialect.name != "sqlite" and isinstance(error, (OperationalError, InterfaceError))
        raise ArchiveError(message, passing=away) from error


def _advise(cause: str) -> str:
    advice = {
        "disk is full": "free some space and run again; nothing that was archived is lost",
        "disk I/O error": "see whether the disk is full or broken; nothing that was archived is lost",
        "readonly database": "give write permission to the file and its folder",
        "unable to open database file": "see that its folder exists and can be written",
        "not a database": "this file is not an archive; move it away or correct ARCHIVE_URL",
        "malformed": "the file is damaged; restore a copy, or save what it holds with: sqlite3 FILE .recover",
        "refused": "see that the server runs and that ARCHIVE_URL names it",
        "database is locked": "another program holds it; end that program or wait",
    }
    return next((f" ({text})" for sign, text in advice.items() if sign in cause), "")


def _show(url: URL) -> str:
    return url.render_as_string(hide_password=True)
