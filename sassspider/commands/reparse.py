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
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sassspider.arguments import ArgumentError, parse_number
from sassspider.command import FLEET, IDS, SECTION, SITE, ArchiveCommand, CommandError, option, put_into_queue, switch
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.terminal import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sassspider.archive.archive import Archive
    from sassspider.archive.writer import ReparseResult


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
        from sassspider.archive.history import read_ids

        if opts.fleet and opts.dry_run:
            raise ArgumentError("--fleet corrects the archive: for --dry-run leave it out")
        with self.open_selection(opts, duplicates=True) as (archive, selection):
            ids = read_ids(archive, selection)
            if opts.fleet:
                return put_into_queue(self.settings["ARCHIVE_URL"], "reparse", ids)
            try:
                tally = _reparse(archive, ids, opts, self.settings.getfloat("ARCHIVE_TIMEOUT"))
            except BrokenExecutor:
                raise CommandError("a process was killed, perhaps for lack of memory; try --jobs 1") from None
        print("\n".join(map(escape_control_characters, _describe(tally, opts.dry_run))))
        return UNHEALTHY if tally.refused else OK


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


def _reparse(archive: Archive, ids: Mapping[str, Sequence[int]], opts: argparse.Namespace, timeout: float) -> _Tally:
    """Compare the articles chunk by chunk; correct each chunk in one transaction, unless it is a dry run.

    Waits ``timeout`` seconds for a database that is away, or whose lock many others wait for.
    """
    from sassspider.archive.engine import retry_transient
    from sassspider.archive.writer import correct_articles
    from sassspider.reparse import choose_jobs, compare_all

    total, tally = sum(map(len, ids.values())), _Tally()
    jobs = opts.jobs or choose_jobs(total)
    with progress("Reading", total) as advance:
        for site, results in compare_all(archive, ids, jobs, opts.chunk):
            for result in results:
                tally.add(site, result)
            different = [one for one in results if one.changed or one.editorial_hashes]
            if different and not opts.dry_run:
                correct = partial(correct_articles, archive.engine, site, different)
                tally.corrected += retry_transient(correct, timeout)
            advance(len(results))
    return tally


def _describe(tally: _Tally, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{tally.pages:,} pages of {tally.articles:,} articles were read again."
    if tally.changed:
        width = max(len(name) for name in ("field", *tally.changed))
        yield f"{'field':{width}}  articles  example"
        for name, ids in tally.changed.items():
            yield f"{name:{width}}  {len(ids):>8,}  {ids[0]}"
    yield from (f"Refused: {line}" for line in tally.refused)
    if not tally.different:
        yield "Nothing differs from what is archived."
    elif dry_run:
        yield f"{tally.different:,} articles would be corrected; nothing was written."
    else:
        yield f"{tally.corrected:,} articles were corrected."
        if tally.corrected < tally.different:
            yield f"{tally.different - tally.corrected:,} were archived again meanwhile, and left alone."
