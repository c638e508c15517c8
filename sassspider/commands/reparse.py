"""Read stored pages again with today's loader.

Do this after the loader changed: it shows which fields change in how many articles, and corrects the archive. No
request is sent to the site. Pages that are refused now are listed, and their articles stay as they are. EXPORT_PATH
follows at the next crawl.

  scrapy reparse --dry-run
  scrapy reparse --section 103002 --jobs 4
  scrapy reparse --fleet

Exit code: 0 done; 1 the archive could not be used; 2 wrong usage; 3 done, but some pages were refused.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice

from sassspider.archive.archive import Archive
from sassspider.archive.engine import retry_transient
from sassspider.archive.history import read_ids
from sassspider.arguments import ArgumentError, parse_number
from sassspider.command import (
    FLEET,
    IDS,
    RANGE,
    SECTION,
    SITE,
    ArchiveCommand,
    CommandError,
    option,
    put_into_queue,
    switch,
)
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.reparse import ReparseResult, compare_articles, correct_articles
from sassspider.terminal import print_table, progress

_WORTHWHILE = 500  # articles for each process: it takes a second to start, in which another reads as many
_ROUND = 8  # chunks for each process at a time, whose results are in memory


class Command(ArchiveCommand):
    """Compare, report, correct."""

    options = (
        SITE,
        SECTION,
        IDS,
        FLEET,
        switch("--dry-run", "show what would change, and change nothing"),
        option("--jobs", "number of processes (default one a processor, if worthwhile)", parse_number, metavar="N"),
        option("--chunk", "articles a transaction (default %(default)s)", parse_number, default="100", metavar="N"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if opts.fleet and (opts.dry_run or opts.jobs):
            raise ArgumentError("--fleet corrects the archive, a process a job: leave out --dry-run and --jobs")
        with self.open_selection(opts, duplicates=True) as (archive, selection):
            ids = read_ids(archive, selection)
            if opts.fleet:
                return put_into_queue(self.settings["ARCHIVE_URL"], ids, _write_words)
            try:
                tally = self._reparse(archive, ids, opts)
            except BrokenExecutor:
                raise CommandError("a process was killed, perhaps for lack of memory; try --jobs 1") from None
        _print(tally, opts.dry_run)
        return UNHEALTHY if tally.refused else OK

    def _reparse(self, archive: Archive, ids: Mapping[str, Sequence[int]], opts: argparse.Namespace) -> _Tally:
        """Compare the articles chunk by chunk; correct each chunk in one transaction, unless it is a dry run.

        Waits ``ARCHIVE_TIMEOUT`` for a database that is away, or whose lock many others wait for.
        """
        total, tally = sum(map(len, ids.values())), _Tally()
        jobs = opts.jobs or max(1, min(os.cpu_count() or 1, total // _WORTHWHILE))
        with progress("Reading", total) as advance:
            for site, results in _compare_all(archive, ids, jobs, opts.chunk):
                for result in results:
                    tally.add(site, result)
                different = [one for one in results if one.changed or one.editorial_hashes]
                if different and not opts.dry_run:
                    correct = partial(correct_articles, archive, site, different)
                    tally.corrected += retry_transient(correct, self.settings.getfloat("ARCHIVE_TIMEOUT"))
                advance(len(results))
        return tally


def _write_words(site: str, ids: str) -> list[str]:
    """Return the command of a fleet's job, which corrects its range in one transaction."""
    return ["reparse", f"--site={site}", f"--ids={ids}", "--jobs=1", f"--chunk={RANGE}"]


@dataclass(slots=True)
class _Tally:
    """The result of all articles; ``changed`` has the ids of articles by the field that changes."""

    articles: int = 0
    pages: int = 0
    different: int = 0
    corrected: int = 0
    changed: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, site: str, result: ReparseResult) -> None:
        """Count one article."""
        self.articles += 1
        self.pages += result.pages
        self.different += bool(result.changed or result.editorial_hashes)
        for name in (*result.changed, *(["(revision hash)"] if result.editorial_hashes else [])):
            self.changed.setdefault(name, []).append(result.article_id)
        self.refused += [f"{site} {result.article_id} of {time}: {reason}" for time, reason in result.refused]


def _print(tally: _Tally, dry_run: bool) -> None:
    """Print the report."""
    print(f"{tally.pages:,} pages of {tally.articles:,} articles were read again.")
    if tally.changed:
        rows = ((name, len(ids), str(ids[0])) for name, ids in tally.changed.items())
        print_table(rows, "field", "articles", "example")
    for line in tally.refused:
        print(escape_control_characters(f"Refused: {line}"))
    if not tally.different:
        print("Nothing differs from what is archived.")
    elif dry_run:
        print(f"{tally.different:,} articles would be corrected; nothing was written.")
    else:
        print(f"{tally.corrected:,} articles were corrected.")
        if tally.corrected < tally.different:
            print(f"{tally.different - tally.corrected:,} were archived again meanwhile, and left alone.")


def _compare_all(
    archive: Archive, ids: Mapping[str, Sequence[int]], jobs: int, chunk: int
) -> Iterator[tuple[str, list[ReparseResult]]]:
    """Yield site and results for each ``chunk`` of the articles in ``ids`` (by site), in order, by ``jobs`` processes.

    Raises ArchiveError, and BrokenProcessPool if a process is killed.
    """
    size = max(1, min(chunk, -(-sum(map(len, ids.values())) // jobs)))
    chunks = ((site, own[start : start + size]) for site, own in ids.items() for start in range(0, len(own), size))
    if jobs == 1:
        yield from ((site, compare_articles(archive, site, own)) for site, own in chunks)
        return
    work = partial(_compare_chunk, archive.engine.url.render_as_string(hide_password=False))
    # A forked process would share the parent's connections, and on some systems there is no fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start_process) as pool:
        while some := list(islice(chunks, jobs * _ROUND)):
            yield from pool.map(work, some)


_open = cache(Archive.open_existing)  # once for each process


def _compare_chunk(url: str, chunk: tuple[str, Sequence[int]]) -> tuple[str, list[ReparseResult]]:
    site, article_ids = chunk
    return site, compare_articles(_open(url), site, article_ids)


def _start_process() -> None:
    """Leave Ctrl-C to the parent, and end when the parent has ended, even by SIGKILL."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
