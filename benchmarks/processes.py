"""Processes to measure, and the mock site in a process of its own.

Run as a script, it starts a command and writes its exit code, seconds and peak memory to a file. The script is a small
process: Linux counts the memory of the process that starts another one as the other one's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
NOT_INHERITED = ("SCRAPY_SETTINGS_MODULE", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class Process(NamedTuple):
    """A process that has ended: seconds, peak memory in bytes, standard output and error."""

    seconds: float
    peak: int
    output: str


class BenchmarkError(Exception):
    """A measured process failed; the message ends with its output."""


def plain_environment() -> dict[str, str]:
    """Return the environment of Scrapy without this project."""
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


def project_environment() -> dict[str, str]:
    """Return the environment of a user of this project in any folder."""
    return {**plain_environment(), "SCRAPY_SETTINGS_MODULE": "sassspider.settings", "PYTHONPATH": str(PROJECT)}


def run(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Process:
    """Run ``python …`` in a folder and measure it; raise BenchmarkError if it fails."""
    log, measured = folder / ".output", folder / ".measured"
    command = [sys.executable, "-I", "-S", __file__, str(measured), sys.executable, *arguments]
    with log.open("wb") as output:
        subprocess.run(  # noqa: S603
            command, cwd=folder, env=env or project_environment(), stdout=output, stderr=output, check=True
        )
    text = log.read_text(errors="replace")
    code, seconds, peak = measured.read_text().split()
    if int(code) != 0:
        raise BenchmarkError(f"{' '.join(arguments)} failed ({code}):\n{text[-2000:]}")
    return Process(float(seconds), int(peak) * (1 if sys.platform == "darwin" else 1024), text)


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """Serve the mock site; yield its address."""
    command = [sys.executable, "-m", "tests.mocksite", "--port", "0", *options]
    with subprocess.Popen(command, env=project_environment(), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measure(target: str, command: list[str]) -> None:
    """Run a command and write its exit code, seconds and peak memory in kB to a file."""
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    Path(target).write_text(f"{os.waitstatus_to_exitcode(status)} {seconds} {usage.ru_maxrss}")


if __name__ == "__main__":
    measure(sys.argv[1], sys.argv[2:])
