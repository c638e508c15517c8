"""``scrapy reparse``: today's loader on every page that was ever archived, without asking the site for anything."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError, check_site, parse_section
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.progress import progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sassspider.archive.correction import ReparseResult
    from sassspider.archive.history import State

GUIDE = """
Read every archived page again by today's rules, tell which fields change in how many articles, and correct the
archive. Do this after the rules of reading were changed; the site is not asked for anything. Pages that are refused
now are listed, and what is archived of them stays as it is. EXPORT_PATH catches up at the next crawl.

  scrapy reparse --dry-run
  scrapy reparse --section 103002 --jobs 4

Exit code: 0 done, 1 the archive could not be used, 2 wrong usage, 3 done, but some pages were refused.
"""


class Command(ArchiveCommand):
    """Compare, tell, correct."""

    guide = GUIDE

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Read archived pages again by today's rules"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        parser.add_argument("--section", metavar="ID", help="only this section (default: every section)")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
        parser.add_argument("--jobs", metavar="N", help="so many processes (default: as processors, or as worthwhile)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.correction import correct_article
        from sassspider.archive.history import read_states
        from sassspider.archive.reader import Selection

        jobs = _parse_jobs(opts.jobs)
        selection = Selection(self.parse_site(opts.site), parse_section(opts.section), removed=True, duplicates=True)
        with self.open_archive() as archive:
            check_site(archive, selection.site)
            states = list(read_states(archive, selection))
            tally = Tally()
            for result in self._compare(states, jobs):
                tally.add(result, applied=not opts.dry_run and result.differs and correct_article(archive, result))
        print("\n".join(map(escape_control_characters, describe(tally, opts.dry_run))))
        return UNHEALTHY if tally.refused else OK

    def _compare(self, states: list[State], jobs: int | None) -> Iterator[ReparseResult]:
        from concurrent.futures.process import BrokenProcessPool

        from sassspider.rereading.reparse import CHUNK, compare_all, make_chunks

        assert self.settings is not None
        worthwhile = min(os.cpu_count() or 1, -(-len(states) // CHUNK))
        chosen = max(1, jobs or worthwhile)
        chunks = make_chunks(states, max(1, min(CHUNK, -(-len(states) // chosen))))
        try:
            with progress("Reading", len(states)) as advance:
                for results in compare_all(self.settings["ARCHIVE_URL"], chunks, chosen):
                    yield from results
                    advance(len(results))
        except BrokenProcessPool:
            raise CommandError("a process was killed, perhaps for lack of memory; try --jobs 1") from None


def _parse_jobs(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 256):
        raise ArgumentError(f"--jobs {text} is wrong: write a number of processes, 1 to 256")
    return int(text)


@dataclass(slots=True)
class Tally:
    """What came of all articles; ``fields`` has the ids of the articles in which each changes."""

    articles: int = 0
    pages: int = 0
    changed: int = 0
    applied: int = 0
    fields: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, result: ReparseResult, applied: bool) -> None:
        """Count one article."""
        self.articles += 1
        self.pages += result.pages
        self.changed += result.differs
        self.applied += applied
        names = (*result.changed, *(["(revision digest)"] if result.digests else []))
        for name in names:
            self.fields.setdefault(name, []).append(result.article_id)
        for fetched_at, reason in result.refused:
            self.refused.append(f"{result.site} {result.article_id} of {fetched_at}: {reason}")


def describe(tally: Tally, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{tally.pages:,} pages of {tally.articles:,} articles were read again."
    if tally.fields:
        width = max(len(name) for name in ("field", *tally.fields))
        yield f"{'field':{width}}  articles  example"
        for name, ids in tally.fields.items():
            yield f"{name:{width}}  {len(ids):>8,}  {ids[0]}"
    yield from (f"Refused: {line}" for line in tally.refused)
    if not tally.changed:
        yield "Nothing differs from what is archived."
    elif dry_run:
        yield f"{tally.changed:,} articles would be corrected; nothing was written."
    else:
        yield f"{tally.applied:,} articles were corrected."
        if tally.applied < tally.changed:
            yield f"{tally.changed - tally.applied:,} were archived anew meanwhile, and left alone."
