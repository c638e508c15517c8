"""The command line of the synthetic site: one option for each field of `SiteOptions`, and a few more."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path

from tests.mocksite import options
from tests.mocksite.cli_gate import add_gate
from tests.mocksite.options import SiteOptions
from tests.mocksite.server import Server
from tests.mocksite.site import Site, build_site
from tests.mocksite.trouble_options import add_troubles

fill = partial(textwrap.fill, width=78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
EPILOG = f"""\
faults (--fault ID=WORD, as often as you like):
{fill(", ".join(options.CONTENT_FAULTS))}
{fill(", ".join(options.RESPONSE_FAULTS))}
{fill(", ".join(options.DELIVERY_FAULTS))}

examples:
  python -m tests.mocksite --articles 200
      serve 200 commentaries, all on one list page
  python -m tests.mocksite --list-status 404 --parent missing --home missing
      leave only the links from article to article
  python -m tests.mocksite --fault 4003=truncated --truth truth.jsonl
      damage a page, and write what a crawl of the others must give
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    args = parser().parse_args(arguments)
    interruption = _catch_interruption()
    try:
        site = build_site(args.seed, args.articles, site_options(args))
        server = Server(site, args.port).start()
    except ValueError as error:
        print(f"mocksite: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"mocksite: cannot listen on port {args.port}: {os.strerror(error.errno or 0)}", file=sys.stderr)
        return 1
    try:
        if args.truth:
            write_truth(site, args.truth, server.url)
        print(server.url, flush=True)
        os.read(interruption, 1)
    except OSError as error:
        print(f"mocksite: cannot write {error.filename or 'to standard output'}: {error.strerror}", file=sys.stderr)
        return 1
    finally:
        server.stop()
    return 0


def _catch_interruption() -> int:
    """Return a file descriptor that Ctrl-C and SIGTERM make readable, so that both end the server in good order.

    Not an Event: a handler that sets one while the main thread starts to wait for it never comes to an end.
    """
    reader, writer = os.pipe()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.write(writer, b"."))
    return reader


def write_truth(site: Site, path: Path, base_url: str) -> None:
    """Write the expected articles of Commentary as JSON Lines, those under a fault left out."""
    with path.open("w", encoding="utf-8") as out:
        for article in site.expected_articles(base_url=base_url):
            out.write(json.dumps(article, ensure_ascii=False) + "\n")


def site_options(args: argparse.Namespace) -> SiteOptions:
    """Return the site's behaviour as asked for on the command line."""
    given = {option.name: getattr(args, option.name) for option in fields(SiteOptions)}
    given |= {name: tuple(given[name]) for name in ("blank", "lacking", "extra")}
    given["content_type"] = None if args.content_type == "none" else args.content_type
    given["robots"] = None if args.robots == "missing" else args.robots.replace("\\n", "\n")
    given["faults"] = dict(args.faults)
    return SiteOptions(**given)


def port(word: str) -> int:
    """Return a TCP port, or 0."""
    if not word.isdigit() or int(word) > 65535:
        raise argparse.ArgumentTypeError(f"{word!r} is not a port from 0 to 65535")
    return int(word)


def positive(word: str) -> int:
    """Return a whole number above zero."""
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number above zero")
    return int(word)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m tests.mocksite",
        description="Serve a synthetic copy of the site on 127.0.0.1; the first line printed is its address.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--port", type=port, default=8000, help="port; 0 takes a free one (default: %(default)s)")
    made.add_argument("--seed", type=int, default=1, help="same seed, same site (default: %(default)s)")
    made.add_argument(
        "--articles",
        type=positive,
        default=60,
        metavar="N",
        help="articles of section 103002; each other section gets a fifth (default: %(default)s)",
    )
    made.add_argument("--truth", type=Path, metavar="FILE", help="write the expected commentaries here as JSON Lines")
    _add_lists(made)
    _add_answers(made)
    add_troubles(made)
    add_gate(made)
    return made


def _add_lists(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("lists")
    default = SiteOptions()
    group.add_argument(
        "--list-shape",
        choices=options.LIST_SHAPES,
        default=default.list_shape,
        help="how lists name articles; script: no <a> at all (default: %(default)s)",
    )
    group.add_argument(
        "--pager",
        choices=options.PAGERS,
        default=default.pager,
        help="how list pages hang together (default: %(default)s, one page for all)",
    )
    group.add_argument(
        "--page-size",
        type=positive,
        default=default.page_size,
        metavar="N",
        help="articles on a list page (default: %(default)s)",
    )
    group.add_argument("--list-status", type=int, default=200, metavar="CODE", help="answer list pages with this error")
    group.add_argument("--list-empty", action="store_true", help="list pages name no article")
    group.add_argument(
        "--parent",
        choices=options.PORTALS,
        default=default.parent,
        help="parent pages: with articles, with sections only, or 404 (default: %(default)s)",
    )
    group.add_argument(
        "--home", choices=options.PORTALS, default=default.home, help="the home page, likewise (default: %(default)s)"
    )


def _add_answers(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("answers")
    group.add_argument(
        "--content-type",
        default="text/xml",
        metavar="TYPE",
        help="of XML pages; 'none' sends no header (default: %(default)s)",
    )
    group.add_argument("--charset", help="charset parameter of that header, right or wrong; pages are UTF-8")
    group.add_argument("--bom", action="store_true", help="start XML pages with a byte order mark")
    group.add_argument("--no-validators", dest="validators", action="store_false", help="no ETag, no dates, no 304")
    _add_drift(group)
    group.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before each answer")
    group.add_argument(
        "--robots",
        default=options.ALLOW_ALL,
        metavar="TEXT",
        help="robots.txt, its lines parted by \\n; 'missing' for a 404 (default: allow all)",
    )


def _add_drift(group: argparse._ArgumentGroup) -> None:
    for name, known, what in (
        ("blank", options.ELEMENTS, "leave an element of every article empty"),
        ("lacking", options.ELEMENTS, "leave it out"),
        ("extra", options.NEW_ELEMENTS, "print one more"),
    ):
        group.add_argument(f"--{name}", action="append", default=[], choices=known, help=what)
