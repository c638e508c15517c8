"""``python -m tests.mocksite``: serve the mock site until interrupted; the first line printed is its address."""

from __future__ import annotations

import argparse
import signal
from dataclasses import fields
from typing import Any

from tests.mocksite import FAULTS, Server, SiteOptions, build_site
from tests.mocksite.options import CHOICES

STOP = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    """Serve the site that the command line describes."""
    parser = make_parser()
    given = vars(parser.parse_args())
    port, seed, articles = (given.pop(name) for name in ("port", "seed", "articles"))
    given["faults"] = dict(given.pop("fault"))
    given["robots"] = given["robots"].replace("\\n", "\n")
    try:
        site = build_site(seed, articles, **given)
    except ValueError as error:
        parser.error(str(error))
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    with Server(site, port) as server:
        print(server.url, flush=True)
        signal.sigwait(STOP)


def make_parser() -> argparse.ArgumentParser:
    """Return a parser with one option for each field of SiteOptions that is a word, a number or a switch."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mocksite",
        description="Serve a mock of the site on 127.0.0.1; the first line printed is its address.",
        epilog=f"faults: {', '.join(FAULTS)}",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free port")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same site")
    parser.add_argument("--articles", type=int, default=60, help="articles of section 103002")
    parser.add_argument("--fault", type=_fault, action="append", default=[], metavar="ID=FAULT", help="of an article")
    for option in fields(SiteOptions):
        how: dict[str, Any] = {"type": type(option.default), "metavar": option.name.rpartition("_")[2].upper()}
        if isinstance(option.default, bool):
            how = {"action": argparse.BooleanOptionalAction}
        if isinstance(option.default, str | int | float):
            choices = () if "fault" in option.name else CHOICES.get(option.name, ())
            name = f"--{option.name.replace('_', '-')}"
            parser.add_argument(
                name, default=option.default, help=f"one of {', '.join(choices)}" if choices else " ", **how
            )
    return parser


def _fault(word: str) -> tuple[int, str]:
    number, _, name = word.partition("=")
    return int(number), name


if __name__ == "__main__":
    main()
