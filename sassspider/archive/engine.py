"""Connect to the database of ``ARCHIVE_URL``: transactions, errors in plain words, retries while it is away."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from sassspider.archive import ArchiveError
from sassspider.outcome import USAGE

logger = logging.getLogger(__name__)

T = TypeVar("T")

DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
BUSY_TIMEOUT = 60  # seconds to wait for another process that writes, with SQLite
LOCK_TIMEOUT = 15  # the same with PostgreSQL, where a crawl tries again until ARCHIVE_TIMEOUT
SILENCE_TIMEOUT = 20  # seconds without a byte from PostgreSQL; more than LOCK_TIMEOUT, after which it answers
# A server that can't be reached is away: libpq's own waits have no end. Seconds; the last in milliseconds.
POSTGRESQL = {
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
_SQLITE_ENDINGS = ("", "-journal", "-shm", "-wal")  # of the files of a database (SQLite, "Temporary Files", 2)
_LOCK = text("SELECT set_config('lock_timeout', :timeout, true), pg_advisory_xact_lock(hashtextextended(:site, 0))")
_FIRST_PAUSE = 0.5  # seconds; each is twice as long as the one before
_LONGEST_PAUSE = 10  # seconds
_EXAMPLES = "sqlite:///data/sassspider.db or postgresql+psycopg://user@host/database"
_ADVICE = {
    "disk is full": "free some space and run again; nothing that was archived is lost",
    "disk I/O error": "see whether the disk is full or broken; nothing that was archived is lost",
    "readonly database": "give write permission to the file and its folder",
    "unable to open database file": "see that its folder exists and can be written",
    "not a database": "this file is not an archive; move it away or correct ARCHIVE_URL",
    "malformed": "the file is damaged; restore a copy, or save what it holds with: sqlite3 FILE .recover",
    "no answer": "see whether the server is suspended or overloaded",
    "timeout expired": "see whether the server is suspended or overloaded",
    "refused": "see that the server runs and that ARCHIVE_URL names it",
    "lock timeout": "another program holds the archive; end that program or wait",
    "database is locked": "another program holds it; end that program or wait",
}


def open_engine(url: str, read_only: bool = False) -> Engine:
    """Return an engine for ``url``: ``sqlite:///file`` or ``postgresql+psycopg://…``; connect to nothing yet.

    The folder of an SQLite file is made if it is missing. ``read_only`` is for an SQLite file that can't be written.
    Raises ArchiveError if the URL is wrong or its driver is not installed.
    """
    parsed = _parse(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _open_read_only(parsed) if read_only else _open_sqlite(parsed)
        given = {name: value for name, value in POSTGRESQL.items() if name not in parsed.query}
        return _limit_silence(create_engine(parsed, pool_pre_ping=True, connect_args=given))
    except ImportError as error:  # the driver itself, or libpq, which psycopg's extra "binary" brings along
        cause = str(error).splitlines()[0]
        advice = f"write {_EXAMPLES}; for PostgreSQL: pip install 'psycopg[binary]'"
        raise ArchiveError(f"no driver for {parsed.render_as_string()} ({cause}); {advice}") from error
    except OSError as error:
        raise ArchiveError(f"no folder can be made for {parsed.render_as_string()}: {error}") from error
    except (ArgumentError, ValueError) as error:
        raise _unreadable(error) from error


def find_file(url: str) -> Path | None:
    """Return the file of an SQLite database, or None for another one and for a URL that ``open_engine`` refuses."""
    try:
        parsed = _parse(url)
    except ArchiveError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def is_file_of(url: str, path: Path) -> bool:
    """Return whether a path is the file of an SQLite database, or one that SQLite keeps beside it."""
    file = find_file(url)
    return file is not None and path.resolve() in [Path(f"{file.resolve()}{end}") for end in _SQLITE_ENDINGS]


def is_writable(file: Path) -> bool:
    """Return whether an SQLite file can be written: SQLite keeps a log beside it."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":  # SQLAlchemy's default is psycopg2
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, ValueError) as error:
        raise _unreadable(error) from error
    if parsed.drivername not in DRIVERS:
        raise _wrong(f"names a database of the kind {parsed.drivername}; write {_EXAMPLES}")
    if "sqlite" in parsed.drivername and (parsed.database or ":memory:").startswith((":memory:", "file:")):
        raise _wrong("names no file, or a database in memory, which is lost: write sqlite:///FILE")
    return parsed


def _wrong(fact: str) -> ArchiveError:
    return ArchiveError(f"ARCHIVE_URL {fact}", code=USAGE)


def _unreadable(error: Exception) -> ArchiveError:
    return _wrong(f"is not a database address ({str(error).splitlines()[0]}); write {_EXAMPLES}")


def _open_sqlite(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        with suppress(sqlite3.OperationalError):  # another process sets it just now, in the file
            connection.execute("PRAGMA journal_mode = WAL")  # readers and a writer don't wait for each other
        connection.execute("PRAGMA synchronous = FULL")  # a commit outlasts a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taking the write lock at once makes a second writer wait; upgrading a read lock makes it fail.
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")

    return engine


def _open_read_only(url: URL) -> Engine:
    """Return an engine for an SQLite file that can't be written to.

    SQLite reads a file in WAL mode only beside its log, which it can't make here: without one, nobody is writing.
    """
    path = Path(url.database or "").absolute()
    has_log = path.with_name(f"{path.name}-wal").exists()
    address = f"file:{quote(str(path))}?mode=ro{'' if has_log else '&immutable=1'}"
    return create_engine(url, creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False))


def _limit_silence(engine: Engine) -> Engine:
    """Have the engine close a connection on which the server sends nothing for ``SILENCE_TIMEOUT``.

    The system of a suspended server acknowledges all packets, so that no timeout of TCP ends the wait.
    """
    from psycopg import Connection, OperationalError

    class LimitedConnection(Connection[Any]):
        def wait(self, gen: Generator[Any, Any, T], *args: Any, **options: Any) -> T:
            return super().wait(self.limit(gen), *args, **options)

        def limit(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
            """Pass on what ``gen`` yields and is sent: ten times a second that nothing came."""
            heard_at, ready = time.monotonic(), None
            while True:
                try:
                    wanted = gen.send(ready)
                except StopIteration as done:
                    return done.value  # type: ignore[no-any-return]
                if ready := (yield wanted):
                    heard_at = time.monotonic()
                elif time.monotonic() > heard_at + SILENCE_TIMEOUT:
                    self.close()
                    raise OperationalError(f"no answer for {SILENCE_TIMEOUT} s")

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, args: Any, options: Any) -> Any:
        return LimitedConnection.connect(*args, **options)

    @event.listens_for(engine, "handle_error")
    def handle_error(context: ExceptionContext) -> None:
        # Not all errors of a lost connection look like one: its rollback would fail too, and log a traceback.
        if isinstance(context.original_exception, OperationalError):
            context.is_disconnect = True

    return engine


@contextmanager
def write_transaction(engine: Engine, site: str) -> Iterator[Connection]:
    """Give the connection of a transaction that writes to ``site``; commit it. Processes take turns.

    Raises ArchiveError.
    """
    with (
        translate_errors(engine),
        engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection,
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK, {"site": site, "timeout": f"{LOCK_TIMEOUT}s"})
        yield connection


@contextmanager
def translate_errors(engine: Engine) -> Iterator[None]:
    """Turn a database error into an ArchiveError that names the database and says what may help."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split("\n", 1)[0].split())
        advice = next((f" ({advice})" for sign, advice in _ADVICE.items() if sign in str(error)), "")
        is_away = engine.dialect.name != "sqlite" and isinstance(error, (OperationalError, InterfaceError))
        message = f"{engine.url.render_as_string()}: {cause or repr(error)}{advice}"
        raise ArchiveError(message, is_transient=is_away) from error


def retry_transient(work: Callable[[], T], timeout: float, is_ending: Callable[[], bool] = lambda: False) -> T:
    """Call ``work``, again with growing pauses while the database's server is away; return its result.

    Blocks, so is not for the event loop. Raises ArchiveError at once if a retry can't help or ``is_ending`` is true,
    and ``timeout`` seconds after the first call: a server that did not answer for longer was waited for.
    """
    pause: float = _FIRST_PAUSE
    deadline = time.monotonic() + timeout
    while True:
        try:
            return work()
        except ArchiveError as error:
            left = deadline - time.monotonic()
            if not error.is_transient or left <= 0 or is_ending():
                raise
            pause = min(pause, left)
            logger.warning("The archive is away, trying again in %.1f s: %s", pause, error)
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
