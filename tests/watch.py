"""A hook for a process: notes its use of sockets, and how much memory it takes. Imports nothing of the project."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_CODE = """
import atexit, pathlib, sys
from tests.watch import peak
here = pathlib.Path(__file__)
events = here.with_name("events").open("a", buffering=1)
def note(event, given):
    if event.startswith("socket.") and event != "socket.__new__":
        print(event, given, file=events)
sys.addaudithook(note)
atexit.register(lambda: here.with_name("peak").write_text(str(peak())))
"""


def make_watch(folder: Path) -> Path:
    """Return a folder whose ``sitecustomize.py`` watches a process that has it in its path."""
    hook = folder / "hook"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(_CODE, encoding="utf-8")
    return hook


def read_events(hook: Path, *names: str) -> list[str]:
    """Return the process's uses of sockets that have one of these names, each with its arguments."""
    lines = (hook / "events").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition(" ")[0].removeprefix("socket.") in names]


def read_peak(hook: Path) -> int:
    """Return the most memory that the process has taken, in bytes."""
    return int((hook / "peak").read_text(encoding="utf-8"))


def peak() -> int:
    """Return the most memory that this process has taken, in bytes. On Linux, getrusage may tell its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
