"""Runs a command and writes, to the file named first, its exit code, its seconds and its largest memory in kB.

A process of its own, and a small one: Linux counts as a new process's memory what the one had that started it.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Run and tell."""
    started = time.perf_counter()
    process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    with open(sys.argv[1], "w") as file:  # noqa: PTH123 - pathlib would double what this process has
        file.write(f"{os.waitstatus_to_exitcode(status)} {seconds} {usage.ru_maxrss}")


if __name__ == "__main__":
    main()
