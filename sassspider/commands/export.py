"""``scrapy export``: the archive as a file, without asking the site for anything."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError, check_site, parse_dates, parse_section
from sassspider.outcome import OK, UNHEALTHY
from sassspider.outputs.files import replacing
from sassspider.outputs.formats import STDOUT, choose_format, make_exporter
from sassspider.printable import escape_control_characters
from sassspider.progress import progress

if TYPE_CHECKING:
    import argparse

    from sassspider.archive.archive import Archive
    from sassspider.archive.reader import Selection
    from sassspider.archive.records import Revision
    from sassspider.items import Article

GUIDE = """
Write archived articles to a file, without asking the site for anything. The file has every field of every article,
as the feeds of a crawl have; it is replaced at once when it is whole.

  scrapy export -o articles.csv
  scrapy export -o january.parquet --since 2026-01-01 --until 2026-01-31
  scrapy export -o - --section 103002 | head -1
  scrapy export -o states.jsonl --revisions --removed --duplicates

Exit code: 0 written, 1 the archive or the file could not be used, 2 wrong usage, 3 written, but archived pages were
refused by today's rules and left out (--revisions only).
"""


class Command(ArchiveCommand):
    """Read the archive, write a file."""

    guide = GUIDE

    def syntax(self) -> str:
        return "-o FILE [options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Write archived articles to a file"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        formats = "x.jsonl, x.json, x.csv, x.xml or x.parquet"
        parser.add_argument("-o", "--output", metavar="FILE", help=f"{formats}; - for standard output")
        parser.add_argument("--format", help="of standard output (default: jsonl), or of a file named otherwise")
        parser.add_argument("--section", metavar="ID", help="only this section (default: every section)")
        parser.add_argument("--since", metavar="DATE", help="only articles published from this day, YYYY-MM-DD")
        parser.add_argument("--until", metavar="DATE", help="only articles published up to this day, YYYY-MM-DD")
        parser.add_argument("--removed", action="store_true", help="also articles that the site has dropped")
        parser.add_argument("--duplicates", action="store_true", help="also re-posts (default: as KEEP_DUPLICATES)")
        states = "every state that an article was seen in, read again from its page, not its present one alone"
        parser.add_argument("--revisions", action="store_true", help=states)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if not opts.output:
            raise ArgumentError("where to? Say -o articles.csv, or -o - for standard output")
        chosen = choose_format(opts.output, opts.format)
        _check_file(opts.output)
        selection = self._select(opts)
        with self.open_archive() as archive:
            check_site(archive, selection.site)
            _check_free(archive, opts.output)
            source = _Source(archive, selection, opts.revisions)
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
            site=self.parse_site(opts.site),
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
        with progress("Writing", source.total(), shown=not mixed) as advance:
            for article in source.articles():
                exporter.export_item(article)
                count += 1
                advance(1)
        exporter.finish_exporting()
        return count


def _check_file(output: str) -> None:
    """Raise ArgumentError for what can't be replaced by a file: a folder, a device."""
    if output != STDOUT and Path(output).exists() and not Path(output).is_file():
        raise ArgumentError(f"-o {output} is there and is no file")


def _check_free(archive: Archive, output: str) -> None:
    """Raise ArgumentError for an EXPORT_PATH: a crawl goes on where it left that file, and must find it so."""
    from sassspider.archive.status import read_exports

    if {str(Path(output).absolute()), str(Path(output).resolve())} & read_exports(archive):
        raise ArgumentError(f"-o {output} is kept up to date by crawls (EXPORT_PATH); choose another name")


class _Source:
    """The articles to write: as they are, or in every state that they were seen in."""

    def __init__(self, archive: Archive, selection: Selection, revisions: bool):
        self.archive = archive
        self.selection = selection
        self.revisions = revisions
        self.noun = "revisions" if revisions else "articles"
        self.refused = 0

    def total(self) -> int:
        """How many articles there are; of revisions there are at least as many."""
        from sassspider.archive.status import count_articles

        return count_articles(self.archive, self.selection)

    def articles(self) -> Iterable[Article]:
        """Yield them."""
        if not self.revisions:
            return self.archive.read.articles(self.selection)
        from sassspider.rereading.pages import read_revisions

        return read_revisions(self.archive, self.selection, self._refuse)

    def _refuse(self, revision: Revision, reason: str) -> None:
        self.refused += 1
        print(
            f"Left out: {revision.url} as of {revision.fetched_at}: {escape_control_characters(reason)}",
            file=sys.stderr,
        )


@contextmanager
def _open(output: str) -> Iterator[BinaryIO]:
    """The file to write to; raises CommandError when it does not take what is written."""
    if output == STDOUT:
        yield sys.stdout.buffer
        return
    path = Path(output).resolve()  # a link stays a link
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror or error}") from error
