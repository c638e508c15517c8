"""A real PostgreSQL server for the tests: its own data, its own port, gone when they end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from .missing import skip_or_fail

USER = "sassspider"
TIMEOUT = 30  # seconds to wait for what happens at once
# PostgreSQL refuses to be run by root.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
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


def wait_for(condition: Callable[[], object], seconds: float = TIMEOUT, pause: float = 0.02) -> None:
    """Return once ``condition`` holds; AssertionError when it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition does not hold yet"
        time.sleep(pause)


class Postgres:
    """A server: ``start`` and ``stop`` it as often as you like, on the same port and the same data."""

    def __init__(self, programs: Path, folder: Path):
        self.programs = programs
        self.folder = folder
        self.port = find_free_port()
        self.names = count(1)
        self.free: list[str] = []
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={USER}")
        self.start()

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in {**_OPTIONS, "port": self.port}.items())
        self._run("pg_ctl", "start", f"--log={self.folder}/log", f"--options={options}")

    def stop(self, mode: str = "fast") -> None:
        """End the server as a restart does: sessions are cut off, what was committed stays."""
        self._run("pg_ctl", "stop", f"--mode={mode}")

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
        server = int((self.folder / "data/postmaster.pid").read_text(encoding="ascii").split()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
        for one in (server, *map(int, children.split())):
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

    def _execute(self, statement: str, database: str = "postgres") -> None:
        address = f"host=127.0.0.1 port={self.port} user={USER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*AS_POSTGRES, self.programs / program, "-D", self.folder / "data", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; where there is none, tests are skipped, but in CI they fail."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = shutil.which("initdb") or next(reversed(installed), None)
    if found is None:
        skip_or_fail("no PostgreSQL server here (initdb); scripts/install-test-packages installs it")
    with TemporaryDirectory(prefix="sassspider-postgres-") as folder:
        if AS_POSTGRES:
            shutil.chown(folder, "postgres")
        server = Postgres(Path(found).parent, Path(folder))
        yield server
        server.stop("immediate")


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
