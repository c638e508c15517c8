"""``scrapy reparse``: read stored pages again with today's loader, and correct the archive."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError, check_section, parse_section
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.terminal import progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sassspider.archive.archive import Archive
    from sassspider.archive.reader import Selection
    from sassspider.archive.records import ReparseResult

GUIDE = """
Read every stored page again with today's loader, show which fields change in how many articles, and correct the
archive. Do this after the loader changed. No request is sent to the site. Pages that are refused now are listed, and
their articles stay as they are. EXPORT_PATH follows at the next crawl.

  scrapy reparse --dry-run
  scrapy reparse --section 103002 --jobs 4

Exit code: 0 done; 1 the archive could not be used; 2 wrong usage; 3 done, but some pages were refused.
"""


class Command(ArchiveCommand):
    """Compare, report, correct."""

    guide = GUIDE

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Read stored pages again with today's loader"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        parser.add_argument("--section", metavar="ID", help="only this section (default: every section)")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
        parser.add_argument("--jobs", metavar="N", help="number of processes (default: one a processor, if worthwhile)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.reader import Selection

        jobs, section_id = _parse_jobs(opts.jobs), parse_section(opts.section)
        with self.open_archive() as archive:
            site = self.choose_site(archive, opts.site)
            check_section(archive, site, section_id)
            selection = Selection(site, section_id, removed=True, duplicates=True)
            try:
                tally = self._reparse(archive, selection, jobs, opts.dry_run)
            except BrokenExecutor:
                raise CommandError("a process was killed, perhaps for lack of memory; try --jobs 1") from None
        print("\n".join(map(escape_control_characters, describe(tally, opts.dry_run))))
        return UNHEALTHY if tally.refused else OK

    def _reparse(self, archive: Archive, selection: Selection, jobs: int | None, dry_run: bool) -> Tally:
        """Compare the articles chunk by chunk; correct each chunk in one transaction, unless ``dry_run``."""
        from sassspider.archive.history import count_articles, read_ids
        from sassspider.archive.writer import correct_articles
        from sassspider.reparse import CHUNK, choose_jobs, compare_articles, map_chunks

        assert self.settings is not None
        total, tally = count_articles(archive, selection), Tally()
        chunks = read_ids(archive, selection, min(CHUNK, -(-total // (jobs or 1))))
        results_of_chunks = map_chunks(
            compare_articles, chunks, self.settings["ARCHIVE_URL"], jobs or choose_jobs(total)
        )
        with progress("Reading", total) as advance:
            for site, results in results_of_chunks:
                for result in results:
                    tally.add(site, result)
                different = [result for result in results if result.differs]
                if different and not dry_run:
                    tally.corrected += correct_articles(archive.engine, site, different)
                advance(len(results))
        return tally


def _parse_jobs(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 256):
        raise ArgumentError(f"--jobs {text} is wrong: write a number of processes, 1 to 256")
    return int(text)


@dataclass(slots=True)
class Tally:
    """The result of all articles; ``fields`` has, for each field, how many articles change, and the id of one."""

    articles: int = 0
    pages: int = 0
    different: int = 0
    corrected: int = 0
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def add(self, site: str, result: ReparseResult) -> None:
        """Count one article."""
        self.articles += 1
        self.pages += result.pages
        self.different += result.differs
        for name in (*result.changed, *(["(revision hash)"] if result.editorial_hashes else [])):
            count, example = self.fields.get(name, (0, result.article_id))
            self.fields[name] = count + 1, example
        for fetched_at, reason in result.refused:
            self.refused.append(f"{site} {result.article_id} of {fetched_at}: {reason}")


def describe(tally: Tally, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{tally.pages:,} pages of {tally.articles:,} articles were read again."
    if tally.fields:
        width = max(len(name) for name in ("field", *tally.fields))
        yield f"{'field':{width}}  articles  example"
        for name, (count, example) in tally.fields.items():
            yield f"{name:{width}}  {count:>8,}  {example}"
    yield from (f"Refused: {line}" for line in tally.refused)
    if not tally.different:
        yield "Nothing differs from what is archived."
    elif dry_run:
        yield f"{tally.different:,} articles would be corrected; nothing was written."
    else:
        yield f"{tally.corrected:,} articles were corrected."
        if tally.corrected < tally.different:
            yield f"{tally.different - tally.corrected:,} were archived again meanwhile, and left alone."
