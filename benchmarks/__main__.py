"""Command line: ``python -m benchmarks [benchmark …]``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import archive, crawl, page
from benchmarks.crawl import Setup, Sizes
from benchmarks.figures import Figure, Table, render
from benchmarks.processes import PROJECT, BenchmarkError
from sassspider import __version__

BENCHMARKS: dict[str, tuple[str, Callable[[Setup], Iterator[Figure]]]] = {
    "page": ("A page to an article", page.measure),
    "crawl": ("A whole crawl", crawl.measure_crawl),
    "update": ("An update with nothing new", crawl.measure_update),
    "slow-site": ("A crawl of a slow site", crawl.measure_slow_site),
    "export": ("Export", archive.measure_export),
    "formats": ("Every format of an export", archive.measure_formats),
    "reparse": ("Reparse", archive.measure_reparse),
    "publish": ("The reading site", archive.measure_publish),
    "quick": ("Function calls", page.measure_calls),
}
ALL = [name for name in BENCHMARKS if name != "quick"]
DOCUMENT = PROJECT / "docs/benchmarks.md"
SMALL = Sizes(pages=20, small=100, large=400, slow=40, formats=200, published=(20, 60))
PACKAGES = ("scrapy", "lxml", "nh3", "selectolax", "sqlalchemy", "pyarrow", "pagefind", "trafilatura", "newspaper4k")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a process failed or, with --check, a figure is below its floor."""
    options = parse(arguments)
    machine = list(describe_machine())
    try:
        with tempfile.TemporaryDirectory() as folder, Setup(Path(folder), SMALL if options.small else Sizes()) as setup:
            tables = [measure(name, setup) for name in options.benchmarks or ALL]
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    document = render(tables, machine)
    print(document)
    if options.write:
        DOCUMENT.write_text(document, encoding="utf-8")
    below = [figure for table in tables for figure in table.figures if not figure.is_acceptable]
    for figure in below if options.check else []:
        print(f"below its floor: {' '.join(figure.cells())}", file=sys.stderr)
    return 1 if options.check and below else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    names = ", ".join(BENCHMARKS)
    parser.add_argument("benchmarks", nargs="*", metavar="benchmark", help=f"{names} (default: all but quick)")
    parser.add_argument("--check", action="store_true", help="fail if a figure is below its floor")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT.relative_to(PROJECT)}")
    parser.add_argument("--small", action="store_true", help="small sizes, to try the benchmarks themselves")
    options = parser.parse_args(arguments)
    if unknown := set(options.benchmarks) - set(BENCHMARKS):
        parser.error(f"unknown benchmark: {', '.join(sorted(unknown))}; choose from {names}")
    return options


def measure(name: str, setup: Setup) -> Table:
    """Run one benchmark and print its figures as they come."""
    started = time.perf_counter()
    title, function = BENCHMARKS[name]
    figures = []
    for figure in function(setup):
        print(" | ".join(figure.cells()), file=sys.stderr, flush=True)
        figures.append(figure)
    return Table(title, figures, time.perf_counter() - started)


def describe_machine() -> Iterator[str]:
    """Yield lines with the date, the machine and the versions."""
    yield f"- {datetime.now(UTC):%Y-%m-%d}, sassspider {__version__}"
    load = os.getloadavg()[0]
    yield f"- {_find_processor()}, {os.cpu_count()} cores, load {load:.1f} at the start, {platform.platform()}"
    yield f"- {platform.python_implementation()} {platform.python_version()}"
    yield f"- {', '.join(f'{name} {_find_version(name)}' for name in PACKAGES)}"


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _find_processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


if __name__ == "__main__":
    sys.exit(main())
