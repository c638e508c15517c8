"""The command line: ``python -m benchmarks [question …]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.ground import SMALL, Ground, Sizes
from benchmarks.machine import describe
from benchmarks.processes import PROJECT, BenchmarkError
from benchmarks.table import render

QUESTIONS = ("imports", "page", "crawl", "update", "reparse", "export", "latency")
DOCUMENT = PROJECT / "docs/benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if something could not be measured or, with --check, is below its floor."""
    options = parse(arguments)
    machine = describe()
    figures: list[Figure] = []
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Ground(Path(folder), SMALL if options.small else Sizes()) as ground,
        ):
            figures.extend(_measure(options.questions, ground))
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    document = render(figures, machine)
    print(document)
    if options.write:
        DOCUMENT.write_text(document, encoding="utf-8")
    below = [figure for figure in figures if not figure.holds] if options.check else []
    for figure in below:
        print(f"Below its floor: {figure.question}: {figure.name}: {' '.join(figure.cells()[1:])}", file=sys.stderr)
    return 1 if below else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("questions", nargs="*", choices=[*QUESTIONS, "quick"], default=list(QUESTIONS))
    parser.add_argument("--check", action="store_true", help="fail where a figure is below its floor")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.relative_to(PROJECT)}")
    parser.add_argument("--small", action="store_true", help="small sizes, to try the benchmarks themselves")
    return parser.parse_args(arguments)


def _measure(questions: Sequence[str], ground: Ground) -> Iterator[Figure]:
    for question in questions:
        started = time.perf_counter()
        for figure in import_module(f"benchmarks.{question}").measure(ground):
            print(" | ".join(figure.cells()), file=sys.stderr, flush=True)
            yield figure
        print(f"({question}: {time.perf_counter() - started:.0f} s)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
