"""A real PostgreSQL server for the tests: its own data, its own port, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from .missing import skip_or_fail

USER = "sassspider"
START_TIMEOUT = 30  # seconds for the server to start or to end
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # these data need not outlast a power cut
    "max_connections": "40",
    "shared_buffers": "16MB",
}

_EMPTY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    DROP SCHEMA public CASCADE;
    CREATE SCHEMA public;
"""


class NoPostgresError(Exception):
    """PostgreSQL can't be run here; the message says why."""


def wait_for(condition: Callable[[], object], seconds: float = START_TIMEOUT, pause: float = 0.02) -> None:
    """Return once ``condition`` holds; AssertionError when it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition does not hold yet"
        time.sleep(pause)


class Postgres:
    """A server: ``start`` and ``stop`` it as often as you like, on the same port and the same data."""

    def __init__(self) -> None:
        self.programs = _find_programs()
        self.account = _find_account()
        self.folder = Path(tempfile.mkdtemp(prefix="sassspider-postgres-"))
        self.names = count(1)
        self.free: list[str] = []
        try:
            if "user" in self.account:
                shutil.chown(self.folder, self.account["user"])
            self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={USER}")
            self.port = find_free_port()
            self.start()
        except BaseException:
            self.remove()
            raise

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = [f"-c{name}={value}" for name, value in {**_OPTIONS, "port": self.port}.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", *options],
                stdout=log, stderr=log, cwd="/", **self.account,
            )  # fmt: skip
        wait_for(self._answers)

    def stop(self) -> None:
        """End the server as a restart does: sessions are cut off, what was committed stays."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(START_TIMEOUT)

    def remove(self) -> None:
        if hasattr(self, "process") and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """While this lasts, the server is away."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def suspend(self, number: signal.Signals = signal.SIGSTOP) -> None:
        """Suspend the server's processes, which then keep silent; with SIGCONT they go on."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for one in (self.process.pid, *map(int, children.read_text(encoding="ascii").split())):
            with suppress(ProcessLookupError):  # a child has ended meanwhile
                os.kill(one, number)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database that nobody else uses. Emptying one takes a tenth of making one."""
        url = self.free.pop() if self.free else self.make_database(f"test_{next(self.names)}")
        yield url
        self._execute(_EMPTY, url.rpartition("/")[2])
        self.free.append(url)

    def make_database(self, name: str, options: str = "") -> str:
        """Make a database; return its URL."""
        self._execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise NoPostgresError((self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str, database: str = "postgres") -> None:
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [self.programs / program, "-D", self.folder / "data", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **self.account)
        if done.returncode:
            raise NoPostgresError(f"{program} failed: {done.stderr.strip()}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; where there can be none, tests are skipped, but in CI they fail."""
    try:
        server = Postgres()
    except NoPostgresError as error:
        skip_or_fail(str(error))
    yield server
    server.remove()


def _find_programs() -> Path:
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    in_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    for folder in (*in_path, *newest_first):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgresError("no PostgreSQL server here (initdb, postgres); scripts/install-test-packages installs it")


def _find_account() -> dict[str, Any]:
    """What makes subprocess run as an ordinary user: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise NoPostgresError("root can't run PostgreSQL, and there is no user named postgres")


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
