"""The command line: ``python -m benchmarks [question …]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.ground import SMALL, Ground, Sizes
from benchmarks.machine import describe
from benchmarks.processes import PROJECT, BenchmarkError
from benchmarks.table import Answer, render

QUESTIONS = ("imports", "page", "crawl", "update", "reparse", "export", "latency")
DOCUMENT = PROJECT / "docs/benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if something could not be measured or, with --check, is below its floor."""
    options = parse(arguments)
    machine = describe()
    answers: list[Answer] = []
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Ground(Path(folder), SMALL if options.small else Sizes()) as ground,
        ):
            answers.extend(_answer(question, ground) for question in options.questions)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    document = render(answers, machine)
    print(document)
    if options.write:
        DOCUMENT.write_text(document, encoding="utf-8")
    below = [figure for answer in answers for figure in answer.figures if not figure.holds]
    for figure in below if options.check else []:
        print(f"Below its floor: {figure.question}: {figure.name}: {' '.join(figure.cells()[1:])}", file=sys.stderr)
    return 1 if options.check and below else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = ", ".join((*QUESTIONS, "quick"))
    parser.add_argument(
        "questions", nargs="*", metavar="question", help=f"which to ask: {known} (default: all but quick)"
    )
    parser.add_argument("--check", action="store_true", help="fail where a figure is below its floor")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.relative_to(PROJECT)}")
    parser.add_argument("--small", action="store_true", help="small sizes, to try the benchmarks themselves")
    options = parser.parse_args(arguments)
    options.questions = options.questions or list(QUESTIONS)  # as a default, argparse would look for it among choices
    if unknown := set(options.questions) - {*QUESTIONS, "quick"}:
        parser.error(f"no such question: {', '.join(sorted(unknown))}; there are {known}")
    return options


def _answer(question: str, ground: Ground) -> Answer:
    started = time.perf_counter()
    module = import_module(f"benchmarks.{question}")
    figures: list[Figure] = []
    for figure in module.measure(ground):
        print(" | ".join(figure.cells()), file=sys.stderr, flush=True)
        figures.append(figure)
    seconds = time.perf_counter() - started
    print(f"({question}: {seconds:.0f} s)", file=sys.stderr, flush=True)
    return Answer(figures, getattr(module, "REMARKS", ()), seconds)


if __name__ == "__main__":
    sys.exit(main())
