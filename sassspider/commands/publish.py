"""``scrapy publish``: make a reading site from the archive."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, translate_write_errors
from sassspider.folders import atomic_folder, check_folder
from sassspider.outcome import OK
from sassspider.publishing.search import check_installed
from sassspider.terminal import progress

if TYPE_CHECKING:
    import argparse

GUIDE = """
Make a reading site from the archive: a folder of pages for any web server, or for a double click on index.html. What
was there is replaced when the new site is whole. docs/publish.md says how to host it, and whose the texts are.

  scrapy publish -o site/
  scrapy publish -o site/ --serve
  scrapy publish -o site/ --url https://example.org/articles/

Exit code: 0 written; 1 the archive or the folder could not be used; 2 wrong usage.
"""
_PORT = 8000  # of --serve; another one if it is taken


class Command(ArchiveCommand):
    """Read the archive and write a folder of pages."""

    guide = GUIDE

    usage = "-o FOLDER [options]"
    summary = "Make a reading site from the archive"
    options = ("--section",)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FOLDER", help="the folder to write")
        url = "where the site will be served: adds addresses for search engines and a sitemap"
        parser.add_argument("--url", default="", help=url)
        parser.add_argument("--no-search", action="store_true", help="leave out the search, and its index")
        parser.add_argument(
            "--no-bodies", action="store_true", help="leave out the texts: titles, authors and links only"
        )
        robots = "what search engines may do with every page, for example noindex (default: all they like)"
        parser.add_argument("--robots", default="", metavar="RULES", help=robots)
        parser.add_argument("--serve", action="store_true", help="then serve the site to this machine, until Ctrl-C")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.history import count_articles
        from sassspider.archive.media import find_paths

        assert self.settings is not None
        if not opts.output:
            raise ArgumentError("no folder is named: write -o site/")
        folder, url = Path(opts.output), _parse_url(opts.url)
        check_installed(search=not opts.no_search)
        from sassspider.publishing.site import Options, Site  # needs what was just found

        check_folder(folder)
        with self.open_selection(opts, duplicates=True) as (archive, selection):
            if selection.site is None:
                raise ArgumentError("a reading site is of one site: say --site SITE")
            kept = {} if opts.no_bodies else find_paths(archive, selection.site, self.settings["FILES_STORE"])
            options = Options(url, opts.robots, search=not opts.no_search, bodies=not opts.no_bodies, files=kept)
            with (
                progress("Publishing", count_articles(archive, selection)) as advance,
                translate_write_errors(opts.output),
                atomic_folder(folder) as written,
            ):
                made = Site(archive, selection, self.settings, options, written)
                made.write(advance)
        print(f"{made.pages:,} pages written: open {folder / 'index.html'}", file=sys.stderr)
        if opts.serve:
            serve(folder)
        return OK


def _parse_url(text: str) -> str:
    """Return the address of a folder, with a slash at its end, or ""; raise ArgumentError if it is none."""
    try:
        parts = urlsplit(text)
        is_folder = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
    except ValueError:  # "http://["
        is_folder = False
    if text and not is_folder:
        raise ArgumentError(f"--url {text} is not the http(s) address of a folder: write https://example.org/articles/")
    return f"{text.rstrip('/')}/" if text else ""


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serve files, without a line for each."""

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


def serve(folder: Path) -> None:
    """Serve a folder to this machine until Ctrl-C."""
    handler = partial(_QuietHandler, directory=str(folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", _PORT), handler)
    except OSError:  # another program has the port
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with server, suppress(KeyboardInterrupt):
        print(f"Served at http://127.0.0.1:{server.server_port}/ until Ctrl-C", file=sys.stderr, flush=True)
        server.serve_forever()
