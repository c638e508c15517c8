"""Work that shares nothing, in so many processes at a time: ``python -m benchmarks.spin 2``.

What two of them gain is the most that anything can gain on this machine.
"""

from __future__ import annotations

import subprocess
import sys

WORK = "n = 0\nfor one in range(15_000_000): n += one * one"


def main() -> None:
    """Start them, and wait for all."""
    command = [sys.executable, "-I", "-S", "-c", WORK]
    for process in [subprocess.Popen(command) for _ in range(int(sys.argv[1]))]:  # noqa: S603
        process.wait()


if __name__ == "__main__":
    main()
