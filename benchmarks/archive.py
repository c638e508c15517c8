"""Work on the archive without the site: exports, reparsing, and the reading site."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.crawl import Place, Setup, crawl
from benchmarks.figures import Figure, Goal, alternate, ratios
from benchmarks.processes import Process, run
from sassspider.exporters import FILES, FOLDERS
from tests.mocksite import COMMENTARY, Server, build_site

FORMATS = ("jsonl", "csv", "parquet")
EDITS = 10
BUSY_LOOP = """
import subprocess, sys
command = [sys.executable, "-ISc", "n = 0\\nfor one in range(15_000_000): n += one * one"]
for process in [subprocess.Popen(command) for _ in range(int(sys.argv[1]))]:
    process.wait()
"""


def measure_export(setup: Setup) -> Iterator[Figure]:
    """Compare the memory of large and small exports, and exports with and without earlier states."""
    small, large = setup.small[0], setup.large[0]
    for name in FORMATS:
        less, more = export(small, name), export(large, name)
        title = f"{name}, {large.articles:,} articles"
        yield Figure(title, (more.seconds,), unit="s")
        yield Figure(f"{title}: peak memory", (more.peak / 2**20,), unit="MB")
        grown = more.peak / less.peak
        yield Figure(f"{title}: peak memory by that at {small.articles:,}", (grown,), Goal(1.1, 1.25))
    results = alternate({
        "revisions": lambda: export(large, "jsonl", "--revisions").seconds,
        "plain": lambda: export(large, "jsonl").seconds,
    })  # fmt: skip
    name = f"jsonl, {large.articles:,} articles: seconds with --revisions by those without"
    yield Figure(name, ratios(results["revisions"], results["plain"]), Goal(2, 2.5))


def measure_formats(setup: Setup) -> Iterator[Figure]:
    """Write every format, and compare its peak memory with that of the small archive."""
    place = setup.place(setup.serve(setup.sizes.formats), setup.sizes.formats)
    crawl(place)
    for name in (*FILES, *FOLDERS):
        options = ("--format", name) if name in FOLDERS else ()
        less, more = export(setup.small[0], name, *options), export(place, name, *options)
        written = place.folder / f"out.{name}"
        files = [written] if written.is_file() else [path for path in written.rglob("*") if path.is_file()]
        yield Figure(f"{name}, {place.articles:,} articles", (more.seconds,), unit="s")
        yield Figure(f"{name}: size", (sum(path.stat().st_size for path in files) / 2**20,), unit="MB")
        yield Figure(f"{name}: peak memory", (more.peak / 2**20,), unit="MB")
        title = f"{name}: peak memory by that at {setup.small[0].articles:,}"
        yield Figure(title, (more.peak / less.peak,), Goal(1.1, 1.25))


def measure_reparse(setup: Setup) -> Iterator[Figure]:
    """Reparse the large archive with one process and with two, beside what two processes gain on this machine."""
    loops = alternate({"one": lambda: _run_loops(setup, 1), "two": lambda: _run_loops(setup, 2)})
    possible = tuple(2 * ratio for ratio in ratios(loops["one"], loops["two"]))
    yield Figure("two busy loops: times faster in two processes than one after the other", possible)
    place = setup.large[0]
    one, two = reparse(place, 1).seconds, reparse(place, 2).seconds
    yield Figure(f"{place.articles:,} pages: pages/s with one process", (place.articles / one,))
    yield Figure(f"{place.articles:,} pages: times faster with two processes", (one / two,), Goal(1.7, 1.3, True))


def measure_publish(setup: Setup) -> Iterator[Figure]:
    """Publish archives of two sizes with a search, and again after some articles were edited."""
    for articles in setup.sizes.published:
        site = build_site(articles=articles)
        with Server(site) as server:
            place = setup.place(server.url, articles)
            crawl(place)
            first = publish(place)
            size = sum(path.stat().st_size for path in (place.folder / "site").rglob("*") if path.is_file())
            for edited in site.ids(COMMENTARY)[-EDITS:]:
                site.edit(edited, title_suffix=" (edited)")
            crawl(place, "-amode=refresh", f"-alimit={EDITS}")
        title = f"{articles:,} articles"
        yield Figure(title, (first.seconds,), unit="s")
        yield Figure(f"{title}: peak memory", (first.peak / 2**20,), unit="MB")
        yield Figure(f"{title}: size", (size / 2**20,), unit="MB")
        ratio = publish(place, "again").seconds / first.seconds  # beside it: some disks delete a folder slowly
        yield Figure(f"{title}: seconds after {EDITS} edits by those before", (ratio,), Goal(1.1, 1.4))


def export(place: Place, ending: str, *options: str) -> Process:
    """Export all articles of an archive."""
    return run(place.folder, "-m", "scrapy", "export", "--site", "all", "-o", f"out.{ending}", *options)


def reparse(place: Place, jobs: int) -> Process:
    """Reparse all pages of an archive."""
    return run(place.folder, "-m", "scrapy", "reparse", "--dry-run", "--site", "all", "--jobs", str(jobs))


def publish(place: Place, folder: str = "site") -> Process:
    """Make a reading site of all articles of an archive."""
    return run(place.folder, "-m", "scrapy", "publish", "-o", folder)


def _run_loops(setup: Setup, processes: int) -> float:
    return run(setup.folder, "-c", BUSY_LOOP, str(processes)).seconds
