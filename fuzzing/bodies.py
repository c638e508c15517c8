"""``python -m fuzzing.bodies``: read random bodies in two processes, and compare with what another reader sees.

FUZZ_BODIES is their number (20000), FUZZ_SEED the seed (random; it is printed). A body that is read wrong is made small
and written to ``.fuzz/``; once mended, it belongs into ``tests/fuzzed/``, where a test reads it from then on.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.body.bodies import make_body
from tests.body.checks import find_failure, shrink_failure

FOLDER = Path(".fuzz")
PROCESSES = 2
CHUNK = 250  # bodies at a time
MOST_SHOWN = 20  # a hundred failures of one cause say no more than some
MOST_TRIALS = 1500  # parts of one failing body that are tried


def read_chunk(seeds: list[str]) -> list[str]:
    """Return the seeds of those bodies that are read wrong."""
    return [seed for seed in seeds if find_failure(make_body(seed))]


def split_seeds(seed: str, count: int) -> Iterator[list[str]]:
    """Yield chunks of seeds, ``count`` in all."""
    for start in range(0, count, CHUNK):
        yield [f"{seed}-{number}" for number in range(start, min(start + CHUNK, count))]


def report(seed: str) -> str:
    """Make a failing body small, write it to a file, and return what is wrong with it."""
    smallest = shrink_failure(make_body(seed), MOST_TRIALS)
    path = FOLDER / f"body-{seed}.html"
    path.write_text(smallest, encoding="utf-8", newline="")
    return f"{path}: {find_failure(smallest)}\nin {smallest!r}\n"


def main() -> None:
    """Read as many bodies as asked for; exit with 1 if any is read wrong."""
    count = int(os.environ.get("FUZZ_BODIES") or 20_000)
    seed = os.environ.get("FUZZ_SEED") or secrets.token_hex(4)
    print(f"Random bodies: {count:,}, FUZZ_SEED={seed}", flush=True)
    FOLDER.mkdir(exist_ok=True)
    with ProcessPoolExecutor(PROCESSES) as pool:
        failing = [one for found in pool.map(read_chunk, split_seeds(seed, count)) for one in found]
        for text in pool.map(report, failing[:MOST_SHOWN]):
            print(text, flush=True)
    print(f"Read wrong: {len(failing):,} of {count:,}")
    sys.exit(1 if failing else 0)


if __name__ == "__main__":
    main()
