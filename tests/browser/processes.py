"""The processes that a crawl started."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def find_children(pid: int) -> set[int]:
    """All that descend from a process."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if stat := _read(folder / "stat"):
            parents[int(folder.name)] = int(stat.rsplit(b")", 1)[1].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def is_browser(pid: int) -> bool:
    """Whether it is Chromium's first process."""
    command = _read(Path(f"/proc/{pid}/cmdline"))
    return b"--remote-debugging-pipe" in command and b"--type=" not in command


def is_renderer(pid: int) -> bool:
    """Whether it shows a page."""
    return b"--type=renderer" in _read(Path(f"/proc/{pid}/cmdline"))


def find_living(pids: Iterable[int]) -> list[int]:
    """Those that have not ended."""
    stats = {pid: _read(Path(f"/proc/{pid}/stat")) for pid in pids}
    return [pid for pid, stat in stats.items() if stat and stat.rsplit(b")", 1)[1].split()[0] != b"Z"]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
