"""Make a reading site from the archive.

It is a folder of pages for any web server, or for a double click on index.html. What was there is replaced when the
new site is whole. docs/publish.md says how to host it, and when to ask for permission.

  scrapy publish -o site/
  scrapy publish -o site/ --serve
  scrapy publish -o site/ --url https://example.org/sass/

Exit code: 0 written; 1 the archive or the folder could not be used; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from sassspider.archive.history import count_articles
from sassspider.command import ONE_SITE, SECTION, ArchiveCommand, open_output, option, switch
from sassspider.files import check_folder
from sassspider.outcome import OK
from sassspider.publishing.search import check_installed
from sassspider.terminal import progress

_PORT = 8000  # of --serve; another one if it is taken


def _parse_url(text: str) -> str:
    """Return the address of a folder, with a slash at its end, or ""; raise ValueError if it is none."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("write the http(s) address of a folder, like https://example.org/articles/")
    return f"{text.rstrip('/')}/" if text else ""


class Command(ArchiveCommand):
    """Read the archive and write a folder of pages."""

    usage = "-o FOLDER [options]"
    options = (
        ONE_SITE,
        SECTION,
        option("-o --output", "the folder to write", metavar="FOLDER", required=True),
        option("--url", "where the site will be served; adds addresses and a sitemap", _parse_url, default=""),
        option("--no-search", "leave out the search, and its index", action="store_false", dest="search"),
        option("--no-bodies", "leave out the texts; keep titles, authors, links", action="store_false", dest="bodies"),
        option("--robots", "for search engines, on every page, such as noindex (default none)", default=""),
        switch("--serve", "then serve the site to this machine, until Ctrl-C"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        folder = Path(opts.output)
        check_installed(opts.search)
        from sassspider.publishing.site import Site  # needs what was just found

        check_folder(folder)
        with (
            self.open_selection(opts, duplicates=True) as (archive, selection),
            progress("Publishing", count_articles(archive, selection)) as advance,
            open_output(opts.output, is_folder=True) as written,
        ):
            made = Site(archive, selection, self.settings, opts, written)
            made.write(advance)
        print(f"{made.pages:,} pages written: open {folder / 'index.html'}", file=sys.stderr)
        if opts.serve:
            serve(folder)
        return OK


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files, without a line for each, or for a visitor that leaves before it has a file."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def handle(self) -> None:
        """Answer requests until the visitor leaves."""
        with suppress(ConnectionError):
            super().handle()


def serve(folder: Path) -> None:
    """Serve a folder to this machine until Ctrl-C."""
    handler = partial(QuietHandler, directory=str(folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", _PORT), handler)
    except OSError:  # another program has the port
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with server, suppress(KeyboardInterrupt):
        print(f"Served at http://127.0.0.1:{server.server_port}/ until Ctrl-C", file=sys.stderr, flush=True)
        server.serve_forever()
