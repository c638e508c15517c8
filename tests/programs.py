"""Servers of other projects, in a process of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import socket

from .postgres import find_free_port, wait_for


@contextmanager
def running(command: Sequence[str | Path], folder: Path, env: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a command that listens on a port of this machine, which is added to it; give the port."""
    port = find_free_port()
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*command, str(port)], cwd=folder, env=env, stdout=log, stderr=log) as process,
    ):
        try:
            wait_for(lambda: process.poll() is not None or is_open(port))
            assert process.poll() is None, (folder / "log").read_text()
            yield port
        finally:
            process.terminate()


def is_open(port: int) -> bool:
    with socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
