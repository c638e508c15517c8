"""Options of the command line for what stands before the site."""

from __future__ import annotations

import argparse

from tests.mocksite.options import CHALLENGES, SiteOptions


def add_gate(made: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    group, default = made.add_argument_group("before the site"), SiteOptions()
    group.add_argument(
        "--challenge",
        choices=CHALLENGES,
        default=default.challenge,
        help="status of a page of JavaScript that must be passed first (default: %(default)s)",
    )
    group.add_argument(
        "--challenge-lasts",
        type=int,
        default=default.challenge_lasts,
        metavar="N",
        help="requests that one passing lets in; 0: all (default: %(default)s)",
    )
