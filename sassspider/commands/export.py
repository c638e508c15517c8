"""``scrapy export``: write archived articles to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError, check_section, parse_dates, parse_section
from sassspider.exporters.formats import STDOUT, choose_format, describe_error, make_exporter
from sassspider.files import atomic_write
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.terminal import progress

if TYPE_CHECKING:
    import argparse

    from sassspider.archive.archive import Archive
    from sassspider.archive.reader import Selection
    from sassspider.archive.records import Revision
    from sassspider.items import Article

GUIDE = """
Write archived articles to a file, without a request to the site. The file has every field of every article, as the
feeds of a crawl have. It is replaced when the new one is whole.

  scrapy export -o articles.csv
  scrapy export -o january.parquet --since 2026-01-01
  scrapy export -o - --section 103002 | head -1
  scrapy export -o states.jsonl --revisions --removed

Exit code: 0 written; 1 the archive or the file could not be used; 2 wrong usage; 3 written, but stored pages that
today's loader refuses were left out (--revisions only).
"""


class Command(ArchiveCommand):
    """Read the archive and write a file."""

    guide = GUIDE

    def syntax(self) -> str:
        return "-o FILE [options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Write archived articles to a file"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""
        super().add_options(parser)
        formats = "x.jsonl, x.json, x.csv, x.xml or x.parquet"
        parser.add_argument("-o", "--output", metavar="FILE", help=f"{formats}; - for standard output")
        parser.add_argument("--format", help="of standard output (default: jsonl), or of a file named otherwise")
        parser.add_argument("--section", metavar="ID", help="only this section (default: every section)")
        parser.add_argument("--since", metavar="DATE", help="only articles published from this day, YYYY-MM-DD")
        parser.add_argument("--until", metavar="DATE", help="only articles published up to this day, YYYY-MM-DD")
        parser.add_argument("--removed", action="store_true", help="also articles that the site has dropped")
        parser.add_argument("--duplicates", action="store_true", help="also re-posts (default: as KEEP_DUPLICATES)")
        states = "also earlier states of each article, reparsed from stored pages"
        parser.add_argument("--revisions", action="store_true", help=states)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if not opts.output:
            raise ArgumentError("no file is named: write -o articles.csv, or -o - for standard output")
        chosen = choose_format(opts.output, opts.format)
        _check_file(opts.output)
        selection = self._select(opts)
        assert self.settings is not None
        with self.open_archive() as archive:
            selection = replace(selection, site=self.choose_site(archive, opts.site))
            check_section(archive, selection.site, selection.section_id)
            source = _Source(archive, selection, self.settings["ARCHIVE_URL"], opts.revisions)
            with _open(opts.output) as file:
                count = self._write(chosen, file, source, opts.output)
        name = "standard output" if opts.output == STDOUT else opts.output
        print(f"{count:,} {source.noun} written to {name}", file=sys.stderr)
        return UNHEALTHY if source.refused else OK

    def _select(self, opts: argparse.Namespace) -> Selection:
        from sassspider.archive.reader import Selection

        assert self.settings is not None
        since, until = parse_dates(opts.since, opts.until)
        return Selection(
            site=None,
            section_id=parse_section(opts.section),
            since=since,
            until=until,
            removed=opts.removed,
            duplicates=opts.duplicates or self.settings.getbool("KEEP_DUPLICATES"),
        )

    def _write(self, chosen: str, file: BinaryIO, source: _Source, output: str) -> int:
        assert self.settings is not None
        exporter = make_exporter(chosen, file, self.settings)
        count = 0
        exporter.start_exporting()
        mixed = output == STDOUT and sys.stdout.isatty()  # a bar between the lines would spoil both
        try:
            with progress("Writing", source.total(), shown=not mixed) as advance:
                for article in source.articles():
                    exporter.export_item(article)
                    count += 1
                    advance(1)
        except UnicodeEncodeError as error:
            raise CommandError(f"{output} could not be written: {describe_error(error)}") from None
        except BrokenExecutor:
            raise CommandError("a process was killed, perhaps for lack of memory") from None
        exporter.finish_exporting()
        return count


def _check_file(output: str) -> None:
    """Raise ArgumentError for a folder or a device, which no file can replace."""
    if output != STDOUT and Path(output).exists() and not Path(output).is_file():
        raise ArgumentError(f"-o {output} is a folder or a device")


class _Source:
    """The articles to write: as they are, or with their earlier states."""

    def __init__(self, archive: Archive, selection: Selection, url: str, revisions: bool):
        self.archive = archive
        self.selection = selection
        self.url = url
        self.revisions = revisions
        self.noun = "revisions" if revisions else "articles"
        self.refused = 0

    def total(self) -> int:
        """Return the number of articles; of revisions there are at least as many."""
        from sassspider.archive.history import count_articles

        return count_articles(self.archive, self.selection)

    def articles(self) -> Iterable[Article]:
        """Yield them."""
        if not self.revisions:
            return self.archive.read.articles(self.selection)
        from sassspider.reparse import read_revisions

        return read_revisions(self.archive, self.selection, self.url, self._refuse)

    def _refuse(self, revision: Revision, reason: str) -> None:
        self.refused += 1
        print(
            f"Left out: {revision.url} as of {revision.fetched_at}: {escape_control_characters(reason)}",
            file=sys.stderr,
        )


@contextmanager
def _open(output: str) -> Iterator[BinaryIO]:
    """Give the file to write to; raises CommandError if it can't be written."""
    if output == STDOUT:
        yield sys.stdout.buffer
        return
    try:
        with atomic_write(Path(output)) as file:
            yield file
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror or error}") from error
