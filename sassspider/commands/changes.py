"""Show what the site added, edited and removed.

Day by day, as the crawls found it: which articles the site added, edited (with the fields that changed), removed and
took back. The text of an edit: scrapy history ID. Without --since, the last 30 days.

  scrapy changes
  scrapy changes --since 2026-01-01 --section 103002
  scrapy changes --json

Exit code: 0 shown, 1 the archive could not be used, 2 wrong usage.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from sassspider.arguments import parse_day
from sassspider.clock import today
from sassspider.command import JSON, SECTION, SITE, ArchiveCommand, option
from sassspider.outcome import OK
from sassspider.printable import count_rest
from sassspider.reparse import Change, find_changes
from sassspider.terminal import print_json, print_table

_DAYS = 30
_SHOWN = 20  # of one kind and day: the first crawl of a section adds thousands


class Command(ArchiveCommand):
    """Read revisions and removals, print tables or JSON."""

    usage = "[--since DATE] [--section ID] [--json]"
    options = (
        SITE,
        SECTION,
        JSON,
        option("--since", f"from this day, YYYY-MM-DD (default {_DAYS} days ago)", parse_day, metavar="DATE"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        since = (opts.since or today() - timedelta(days=_DAYS)).isoformat()
        with self.open_selection(opts, duplicates=True) as (archive, selection):
            changes = sorted(find_changes(archive, selection, since))
        if opts.json:
            print_json({"changes": [one._asdict() for one in changes]})
        elif changes:
            _print_tables(changes, with_site=selection.site is None)
        else:
            print(f"Nothing has changed since {since}.")
        return OK


def _print_tables(changes: list[Change], with_site: bool) -> None:
    for day, of_day in groupby(changes, key=lambda one: one.date):
        print(day)
        print_table(_list_rows(of_day, with_site))


def _list_rows(changes: Iterable[Change], with_site: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of a day's table: at most ``_SHOWN`` of each kind, and the number of the others."""
    for kind, of_kind in groupby(changes, key=lambda one: one.change):
        found = list(of_kind)
        for one in found[:_SHOWN]:
            fields = f" ({', '.join(one.fields)})" if one.fields else ""
            yield kind, f"{one.site} {one.id}" if with_site else str(one.id), f"{one.title}{fields}"
        yield from (("", "", f"{rest} {kind}") for rest in count_rest(found, _SHOWN))
