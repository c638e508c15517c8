"""Write archived articles to a file or a folder.

No request is sent to the site. Articles that it has removed are written too, with date_removed set. What was there is
replaced when the new one is whole. docs/use.md says which format is for which program.

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

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from sassspider.archive.archive import Archive
from sassspider.archive.engine import is_file_of
from sassspider.archive.history import count_articles, read_ids
from sassspider.archive.media import find_paths
from sassspider.archive.reader import Revision, Selection
from sassspider.arguments import ArgumentError, parse_day
from sassspider.command import (
    FLEET,
    IDS,
    SECTION,
    SITE,
    STDOUT,
    ArchiveCommand,
    open_output,
    option,
    put_into_queue,
    switch,
)
from sassspider.exporters import (
    FILES,
    FOLDERS,
    MARKDOWN,
    WARC,
    check_fields,
    check_installed,
    find_format,
    open_exporter,
)
from sassspider.exporters.warc import Capture, read_captures
from sassspider.files import check_folder, is_special
from sassspider.outcome import OK, UNHEALTHY
from sassspider.printable import escape_control_characters
from sassspider.reparse import read_revisions
from sassspider.terminal import progress

_OUTPUT = f"x.{', x.'.join(FILES)}, or a folder; {STDOUT} for standard output"


def _parse_date(text: str) -> str:
    return parse_day(text).isoformat()


class Command(ArchiveCommand):
    """Read the archive and write a file or a folder."""

    usage = "-o NAME [options]"
    options = (
        SITE,
        SECTION,
        IDS,
        FLEET,
        option("-o --output", _OUTPUT, metavar="NAME", required=True),
        option("--format", f"of a folder: {', '.join(FOLDERS)}; of standard output (default jsonl) or any other file"),
        option("--since", "only articles published from this day, YYYY-MM-DD", _parse_date, metavar="DATE"),
        option("--until", "only articles published up to this day, YYYY-MM-DD", _parse_date, metavar="DATE"),
        switch("--current", "without articles that the site has removed"),
        switch("--duplicates", "also re-posts (default as KEEP_DUPLICATES)"),
        switch("--revisions", "also earlier states of each article, reparsed from stored pages"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if opts.since and opts.until and opts.since > opts.until:
            raise ArgumentError(f"--since {opts.since} is later than --until {opts.until}: there is no day in between")
        chosen, store = _choose_format(opts, self.settings), self.settings["FILES_STORE"]
        opts.duplicates = opts.duplicates or self.settings.getbool("KEEP_DUPLICATES")
        if opts.fleet:
            return self._let_fleet_export(opts, chosen)
        own = {"since": opts.since, "until": opts.until, "removed": not opts.current, "duplicates": opts.duplicates}
        refused: list[str] = []
        with self.open_selection(opts, **own) as (archive, selection):
            found = _read(archive, selection, chosen, opts.revisions, store, refused)
            kept = {"files": find_paths(archive, selection.site, store)} if chosen == MARKDOWN else {}
            is_stdout, count = opts.output == STDOUT, 0
            mixed = is_stdout and sys.stdout.isatty()  # a bar between the lines would spoil both
            with (
                open_output(opts.output, chosen in FOLDERS) as output,
                open_exporter(chosen, output, self.settings, **kept) as exporter,
                progress("Writing", count_articles(archive, selection), shown=not mixed) as advance,
            ):
                for count, one in enumerate(found, start=1):  # noqa: B007
                    exporter.export_item(one)
                    advance(1)
        name = "standard output" if is_stdout else opts.output
        noun = "pages and files" if chosen == WARC else "revisions" if opts.revisions else "articles"
        print(f"{count:,} {noun} written to {name}", file=sys.stderr)
        return UNHEALTHY if refused else OK

    def _let_fleet_export(self, opts: argparse.Namespace, chosen: str) -> int:
        """Put a job for each range of ids into the queue: each writes a file of its own into the folder."""
        options = [f"--{name}={getattr(opts, name)}" for name in ("section", "since", "until") if getattr(opts, name)]
        options += [f"--{name}" for name in ("current", "duplicates", "revisions") if getattr(opts, name)]
        options += [f"-s{one}" for one in opts.set if not one.startswith("ARCHIVE_URL=")]  # which each node has
        with self.open_selection(opts, since=opts.since, until=opts.until, duplicates=True) as (archive, selection):
            ids = read_ids(archive, selection)
        folder = Path(opts.output).absolute()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ArgumentError(f"-o {opts.output} is a file, or a folder with files: name a new folder")

        def write_words(site: str, own: str) -> list[str]:
            output = folder / f"{site.replace(':', '_')}-{own}.{chosen}"
            return ["export", f"--site={site}", f"--ids={own}", f"--output={output}", *options]

        return put_into_queue(self.settings["ARCHIVE_URL"], ids, write_words)


def _read(
    archive: Archive, selection: Selection, chosen: str, revisions: bool, store: str, refused: list[str]
) -> Iterator[Any]:
    """Return what is written: articles, their revisions or, to WARC, pages and files; ``refused`` gets the others."""

    def refuse(one: Revision | Capture, reason: str) -> None:
        refused.append(one.url)
        print(escape_control_characters(f"Left out: {one.url} as of {one.fetched_at}: {reason}"), file=sys.stderr)

    if chosen == WARC:
        return read_captures(archive, selection, store, refuse)
    return read_revisions(archive, selection, refuse) if revisions else archive.read.articles(selection)


def _choose_format(opts: argparse.Namespace, settings: BaseSettings) -> str:
    """Return the format given, else the one of the name's ending; raise ArgumentError if it can't be written."""
    output, given = opts.output, opts.format
    chosen = given or ("jsonl" if output == STDOUT or opts.fleet else find_format(output))
    if opts.fleet and (output == STDOUT or chosen not in FILES):
        raise ArgumentError(f"--fleet writes files into a folder: -o FOLDER --format {' or '.join(FILES)}")
    if chosen not in (*FILES, *FOLDERS):
        option = f"--format {given}" if given else f"-o {output}"
        raise ArgumentError(
            f"{option} is of no known format; choose from {', '.join(FILES)}, or name a folder and --format "
            f"{', '.join(FOLDERS)}"
        )
    if opts.revisions and chosen == WARC:
        raise ArgumentError(f"{WARC} has the page of every revision already: leave out --revisions")
    if output == STDOUT and sys.stdout is None:
        raise ArgumentError(f"-o {STDOUT}: standard output is closed")
    check_fields(settings.getdictorlist("FEED_EXPORT_FIELDS") or (), "FEED_EXPORT_FIELDS")
    check_installed(chosen)
    if opts.fleet:
        return chosen
    if chosen in FOLDERS:
        if output == STDOUT:
            raise ArgumentError(f"{chosen} is a folder: name one with -o")
        check_folder(Path(output))
    elif output != STDOUT and (output.endswith("/") or is_special(Path(output))):
        raise ArgumentError(f"-o {output} is a folder or a device: name a file, or {STDOUT} for standard output")
    elif is_file_of(settings["ARCHIVE_URL"], Path(output)):
        raise ArgumentError(f"-o {output} is the archive; name another file")
    return chosen
