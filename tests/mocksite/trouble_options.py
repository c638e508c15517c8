"""The part of the command line that makes the synthetic site fail."""

from __future__ import annotations

import argparse

from tests.mocksite import options
from tests.mocksite.options import Outage, SiteOptions


def add_troubles(made: argparse.ArgumentParser) -> None:
    """Add an option for each field of `SiteOptions` that makes pages fail."""
    group, default = made.add_argument_group("troubles"), SiteOptions()
    group.add_argument(
        "--fault", type=fault, action="append", default=[], dest="faults", metavar="ID=WORD", help="spoil an article"
    )
    for name, what in (("list-fault", "list pages"), ("robots-fault", "robots.txt")):
        group.add_argument(f"--{name}", default="", choices=options.FAULTS, metavar="WORD", help=f"spoil {what}")
    group.add_argument(
        "--fault-times", type=int, default=0, metavar="N", help="each page shows its fault N times (default: always)"
    )
    group.add_argument(
        "--outage", type=outage, metavar="WORD@START+COUNT", help="after START requests, a fault of COUNT of them"
    )
    group.add_argument(
        "--elsewhere", default=default.elsewhere, metavar="URL", help="where redirect-away leads (default: %(default)s)"
    )
    group.add_argument("--endless", action="store_true", help="after the newest article, each page leads to one more")
    group.add_argument("--encoding", choices=options.ENCODINGS, default="none", help="compress every body")


def fault(word: str) -> tuple[int, str]:
    """Return the article id and the fault in ``ID=WORD``."""
    number, _, name = word.partition("=")
    if not number.isdigit() or name not in options.FAULTS:
        raise argparse.ArgumentTypeError(f"{word!r} is not ID=WORD with a WORD from the list below")
    return int(number), name


def outage(word: str) -> Outage:
    """Return the outage in ``WORD@START+COUNT``."""
    name, _, span = word.partition("@")
    start, _, count = span.partition("+")
    if name not in options.FAULTS or not start.isdigit() or not count.isdigit():
        raise argparse.ArgumentTypeError(f"{word!r} is not WORD@START+COUNT with a WORD from the list below")
    return Outage(name, int(start), int(count))
