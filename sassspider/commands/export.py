"""``scrapy export``: write archived articles to a file or a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from sassspider.arguments import ArgumentError, parse_day
from sassspider.command import ArchiveCommand, CommandError, parse_option, put_into_queue, translate_write_errors
from sassspider.exporters import (
    FILES,
    FOLDERS,
    MARKDOWN,
    WARC,
    check_installed,
    describe_error,
    find_format,
    make_exporter,
)
from sassspider.files import atomic_write, is_special
from sassspider.folders import atomic_folder, check_folder
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.terminal import progress

if TYPE_CHECKING:
    import argparse

    from scrapy.exporters import BaseItemExporter

    from sassspider.archive.reader import Revision
    from sassspider.exporters.warc import Capture

GUIDE = """
Write archived articles to a file or a folder, without a request to the site; also those that the site has removed,
with date_removed set. What was there is replaced when the new one is whole. docs/use.md says which format is for which
program.

  scrapy export -o articles.csv
  scrapy export -o january.parquet --since 2026-01-01
  scrapy export -o notes/ --format markdown
  scrapy export -o online.csv --current
  scrapy export -o - --section 103002 | head -1
  scrapy export -o states.jsonl --revisions
  scrapy export -o parts --format parquet --fleet

Exit code: 0 written; 1 the archive or the file could not be used; 2 wrong usage; 3 written, but stored pages that
today's loader refuses (--revisions), or that are damaged (WARC), were left out.
"""
STDOUT = "-"


class Command(ArchiveCommand):
    """Read the archive and write a file or a folder."""

    guide = GUIDE

    usage = "-o NAME [options]"
    summary = "Write archived articles to a file or a folder"
    options = ("--section", "--ids", "--fleet")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        formats = ", ".join(f"x.{name}" for name in FILES)
        parser.add_argument("-o", "--output", metavar="NAME", help=f"{formats}, or a folder; - for standard output")
        kinds = f"of a folder: {', '.join(FOLDERS)}; of standard output (default jsonl), or of a file named otherwise"
        parser.add_argument("--format", help=kinds)
        parser.add_argument("--since", metavar="DATE", help="only articles published from this day, YYYY-MM-DD")
        parser.add_argument("--until", metavar="DATE", help="only articles published up to this day, YYYY-MM-DD")
        parser.add_argument("--current", action="store_true", help="without articles that the site has removed")
        parser.add_argument("--duplicates", action="store_true", help="also re-posts (default as KEEP_DUPLICATES)")
        states = "also earlier states of each article, reparsed from stored pages"
        parser.add_argument("--revisions", action="store_true", help=states)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.history import count_articles
        from sassspider.archive.media import find_paths
        from sassspider.exporters.warc import read_captures
        from sassspider.reparse import read_revisions

        assert self.settings is not None
        if opts.fleet:
            return self._let_fleet_export(opts)
        chosen, store = _choose_format(opts.output, opts.format), self.settings["FILES_STORE"]
        since, until = _parse_dates(opts.since, opts.until)
        duplicates = opts.duplicates or self.settings.getbool("KEEP_DUPLICATES")
        refused: list[Revision | Capture] = []

        def refuse(revision: Revision | Capture, reason: str) -> None:
            refused.append(revision)
            note = f"Left out: {revision.url} as of {revision.fetched_at}: {reason}"
            print(escape_control_characters(note), file=sys.stderr)

        wanted = {"since": since, "until": until, "removed": not opts.current, "duplicates": duplicates}
        with self.open_selection(opts, **wanted) as (archive, selection):
            found: Iterable[Any] = archive.read.articles(selection)
            if chosen == WARC:
                found = read_captures(archive, selection, store, refuse)
            elif opts.revisions:
                found = read_revisions(archive, selection, refuse)
            with _open(opts.output, chosen) as output:
                own = {"files": find_paths(archive, selection.site, store)} if chosen == MARKDOWN else {}
                exporter = make_exporter(chosen, output, self.settings, **own)
                count = _write(exporter, found, opts.output, count_articles(archive, selection))
        name = "standard output" if opts.output == STDOUT else opts.output
        noun = "pages and files" if chosen == WARC else "revisions" if opts.revisions else "articles"
        print(f"{count:,} {noun} written to {name}", file=sys.stderr)
        return UNHEALTHY if refused else OK

    def _let_fleet_export(self, opts: argparse.Namespace) -> int:
        """Put a job for each range of ids into the queue: each writes a file of its own into the folder."""
        from sassspider.archive.history import read_ids

        assert self.settings is not None
        chosen = opts.format or FILES[0]
        if not opts.output or chosen not in FILES:
            raise ArgumentError(f"--fleet writes files into a folder: -o FOLDER --format {' or '.join(FILES)}")
        since, until = _parse_dates(opts.since, opts.until)
        options = [f"--{name}={getattr(opts, name)}" for name in ("section", "since", "until") if getattr(opts, name)]
        options += [f"--{name}" for name in ("current", "duplicates", "revisions") if getattr(opts, name)]
        with self.open_selection(opts, since=since, until=until, duplicates=True) as (archive, selection):
            ids = read_ids(archive, selection)
        folder = Path(opts.output).absolute()
        folder.mkdir(exist_ok=True)
        if any(folder.iterdir()):
            raise ArgumentError(f"-o {opts.output} has files in it, perhaps of the same articles: name a new folder")
        output = f"{folder}/{{site}}-{{ids}}.{chosen}"
        return put_into_queue(self.settings["ARCHIVE_URL"], "export", ids, output=output, options=options)


def _choose_format(output: str | None, given: str | None) -> str:
    """Return the ``given`` format, else the one of the name's ending; raise ArgumentError if it can't be written."""
    if not output:
        raise ArgumentError("no file is named: write -o articles.csv, or -o - for standard output")
    chosen = given or (FILES[0] if output == STDOUT else find_format(output))
    if chosen not in (*FILES, *FOLDERS):
        option = f"--format {given}" if given else f"-o {output}"
        raise ArgumentError(
            f"{option} is of no known format; choose from {', '.join(FILES)}, or name a folder and --format "
            f"{', '.join(FOLDERS)}"
        )
    check_installed(chosen)
    if chosen in FOLDERS:
        if output == STDOUT:
            raise ArgumentError(f"{chosen} is a folder: name one with -o")
        check_folder(Path(output))
    elif output != STDOUT and (output.endswith("/") or is_special(Path(output))):
        raise ArgumentError(f"-o {output} is a folder or a device")
    return chosen


def _parse_dates(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Return the days given with --since and --until, or None for each; raise ArgumentError."""
    parse_option("since", since, parse_day)
    parse_option("until", until, parse_day)
    if since and until and since > until:
        raise ArgumentError(f"--since {since} is later than --until {until}: no article is published in between")
    return since, until


def _write(exporter: BaseItemExporter, found: Iterable[Any], output: str, total: int) -> int:
    """Write the articles or pages, of which there are at least ``total``; return how many there were."""
    count = 0
    exporter.start_exporting()
    mixed = output == STDOUT and sys.stdout.isatty()  # a bar between the lines would spoil both
    try:
        with progress("Writing", total, shown=not mixed) as advance:
            for count, article in enumerate(found, start=1):  # noqa: B007
                exporter.export_item(article)
                advance(1)
    except UnicodeEncodeError as error:
        raise CommandError(f"{output} could not be written: {describe_error(error)}") from None
    exporter.finish_exporting()
    return count


@contextmanager
def _open(output: str, chosen: str) -> Iterator[BinaryIO | Path]:
    """Give the file or the folder to write to; raises CommandError if it can't be written."""
    if output == STDOUT:
        yield sys.stdout.buffer
        return
    opened = atomic_folder(Path(output)) if chosen in FOLDERS else atomic_write(Path(output))
    with translate_write_errors(output), opened as written:
        yield written
