"""Crawl many sites with several machines (PostgreSQL).

The queue is in the archive's PostgreSQL (ARCHIVE_URL). A node puts what is due into it, and runs what waits there,
until Ctrl-C or SIGTERM. Of one site one crawl runs at a time, on whichever node. docs/scale.md says how to set it up.

  scrapy fleet work         be a node
  scrapy fleet plan         put into the queue what is due
  scrapy fleet plan --now   put in everything, due or not
  scrapy fleet status       show nodes and jobs

Exit code: 0 done, 1 the database could not be used, 2 wrong usage, or an error in the file of sites.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Column

from sassspider.arguments import ArgumentError, parse_number
from sassspider.command import BaseCommand, option, require_fleet, switch
from sassspider.outcome import OK, USAGE
from sassspider.printable import PrintableFilter, escape_control_characters
from sassspider.terminal import make_console, make_table, print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sassspider.fleet.plan import Crawl

_SHOWN = 20  # rows of a kind
_TITLES = {
    "nodes": "nodes",
    "running": "running",
    "waiting": "waiting",
    "failed": "ended badly at the last time",
    "due": "due next",
}


class Command(BaseCommand):
    """Work, plan or show the status."""

    operands = 1
    usage = "work|plan|status [options]"

    options = (
        option("--sites", "what to crawl (default %(default)s)", default="sites.toml", metavar="FILE"),
        option("--jobs", "work: jobs at a time (default %(default)s)", parse_number, default="4", metavar="N"),
        switch("--now", "plan: all crawls, due or not"),
        switch("--json", "status: as JSON, every row"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        actions: dict[str, Callable[[argparse.Namespace], int]] = {
            "work": self._work,
            "plan": self._plan,
            "status": self._status,
        }
        if args[0] not in actions:
            raise ArgumentError(f"{args[0]!r} is not understood: write scrapy fleet {self.syntax()}")
        require_fleet()
        return actions[args[0]](opts)

    def _work(self, opts: argparse.Namespace) -> int:
        """Be a node. Without a file of sites it only runs what others plan, and says so."""
        from sassspider.fleet.node import make_node
        from sassspider.fleet.queue import schedule

        crawls = _read_crawls(opts.sites) if Path(opts.sites).exists() else []
        _log_to_stderr()
        if not crawls:
            logging.warning("%s is missing: this node only runs what others plan (--sites)", opts.sites)
        node = make_node(self.settings["ARCHIVE_URL"], opts.jobs)
        schedule(node.app, crawls)
        asyncio.run(node.run())
        return OK

    def _plan(self, opts: argparse.Namespace) -> int:
        from sassspider.fleet.node import make_node
        from sassspider.fleet.queue import defer, opened, plan_due, schedule

        crawls = _read_crawls(opts.sites)
        app = make_node(self.settings["ARCHIVE_URL"]).app
        schedule(app, crawls)

        async def plan() -> int:
            async with opened(app):
                if not opts.now:
                    return await plan_due(app)
                return sum([await defer(app, "crawl", one.name, one.site.key, **one.job) for one in crawls])

        print(f"{asyncio.run(plan()):,} of {len(crawls):,} crawls were put into the queue.")
        return OK

    def _status(self, opts: argparse.Namespace) -> int:
        from sassspider.archive.archive import Archive
        from sassspider.fleet.queue import check_url
        from sassspider.fleet.status import read_status

        crawls = _read_crawls(opts.sites) if Path(opts.sites).exists() else []
        check_url(self.settings["ARCHIVE_URL"])
        with Archive.open_existing(self.settings["ARCHIVE_URL"]) as archive:
            status = read_status(archive, crawls)
        if opts.json:
            print_json(status)
        else:
            _print_tables(status)
        return OK


def _read_crawls(name: str) -> list[Crawl]:
    """Return the crawls that the file names; print its errors, a line each, and exit with 2."""
    from sassspider.fleet.plan import PlanError, read_plan

    try:
        return read_plan(Path(name))
    except PlanError as error:
        for line in error.lines:
            print(escape_control_characters(line), file=sys.stderr)
        raise SystemExit(USAGE) from None
    except OSError as error:
        raise ArgumentError(f"--sites {name} can't be read: {error.strerror}") from None


def _log_to_stderr() -> None:
    """Log to stderr; of a job that failed, or was handed on, and of the database, the reason without a traceback."""
    from procrastinate.exceptions import ConnectorException

    from sassspider.fleet.node import JobFailedError

    def shorten(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, (JobFailedError, asyncio.CancelledError, ConnectorException)):
            reason = str(error.__cause__ or error)
            line = f"{record.getMessage()} ({reason})" if reason else record.getMessage()
            record.msg, record.args, record.exc_info = " ".join(line.split()), None, None
        return True

    handler = logging.StreamHandler()
    handler.addFilter(shorten)
    handler.addFilter(PrintableFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("procrastinate.periodic").setLevel(logging.WARNING)


def _print_tables(status: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    console = make_console()
    for kind, rows in status.items():
        console.print(f"{_TITLES[kind]}: {len(rows):,}")
        if not rows:
            continue
        shown = (["" if value is None else str(value) for value in row.values()] for row in rows[:_SHOWN])
        columns = (Column(name.replace("_", " "), overflow="fold") for name in rows[0])  # a time is not cut off
        console.print(make_table(shown, *columns))
        if len(rows) > _SHOWN:
            console.print(f"  … and {len(rows) - _SHOWN:,} more")
