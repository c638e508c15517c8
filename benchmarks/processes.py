"""Processes to measure, and the embedded site in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent

_NOT_INHERITED = ("SCRAPY_SETTINGS_MODULE", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


class Ran(NamedTuple):
    """What a process took; ``rss`` is its largest, in bytes, ``output`` its standard output and error."""

    seconds: float
    rss: int
    output: str


class BenchmarkError(Exception):
    """A process that was to be measured failed; the message is what it said last."""


def environment(**extra: str) -> dict[str, str]:
    """As for a user of the project, from any folder."""
    own = {"SCRAPY_SETTINGS_MODULE": "sassspider.settings", "PYTHONPATH": str(PROJECT)}
    return {**plain_environment(), **own, **extra}


def plain_environment() -> dict[str, str]:
    """Scrapy without the project, its modules and ours compiled once, as for everybody."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}


def run(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Ran:
    """Run ``python …`` in a folder and measure it; raises BenchmarkError when it fails."""
    log, measured = folder / ".output", folder / ".measured"
    launch = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")), str(measured)]
    with log.open("wb") as output:
        command = [*launch, sys.executable, *arguments]
        subprocess.run(command, cwd=folder, env=env or environment(), stdout=output, stderr=output, check=True)  # noqa: S603
    said = log.read_text(errors="replace")
    code, seconds, rss = measured.read_text().split()
    if int(code) != 0:
        raise BenchmarkError(f"{' '.join(arguments)} failed ({code}):\n{said[-2000:]}")
    return Ran(float(seconds), int(rss) * (1 if sys.platform == "darwin" else 1024), said)


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """Serve the embedded site; gives its address."""
    command = [sys.executable, "-m", "tests.mocksite", "--port", "0", *options]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
