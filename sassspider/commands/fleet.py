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
from pathlib import Path
from typing import TYPE_CHECKING

from sassspider.archive.archive import Archive
from sassspider.arguments import parse_number
from sassspider.command import BaseCommand, option, require_fleet, switch
from sassspider.outcome import OK
from sassspider.printable import PrintableFilter, count_rest
from sassspider.terminal import print_json, print_table

if TYPE_CHECKING:
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

    usage = "work|plan|status [options]"

    options = (
        option("action", "what to do", choices=("work", "plan", "status"), metavar="work|plan|status"),
        option("--sites", "what to crawl (default %(default)s)", default="sites.toml", metavar="FILE"),
        option("--jobs", "work: jobs at a time (default %(default)s)", parse_number, default="4", metavar="N"),
        switch("--now", "plan: all crawls, due or not"),
        switch("--json", "status: as JSON, every row"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        actions = {"work": self._work, "plan": self._plan, "status": self._status}
        require_fleet()
        actions[opts.action](opts)
        return OK

    def _work(self, opts: argparse.Namespace) -> None:
        """Be a node. Without a file of sites it only runs what others plan, and says so."""
        from sassspider.fleet.node import Node
        from sassspider.fleet.queue import schedule

        crawls = _read_crawls_if_any(opts.sites)
        _log_to_stderr()
        if not crawls:
            logging.warning("%s is missing: this node only runs what others plan (--sites)", opts.sites)
        node = Node(self.settings["ARCHIVE_URL"], opts.jobs)
        schedule(node.app, crawls)
        asyncio.run(node.run())

    def _plan(self, opts: argparse.Namespace) -> None:
        from sassspider.fleet.node import Node
        from sassspider.fleet.plan import read_plan
        from sassspider.fleet.queue import defer, opened, plan_due, schedule

        crawls = read_plan(Path(opts.sites))
        app = Node(self.settings["ARCHIVE_URL"]).app
        schedule(app, crawls)

        async def plan() -> int:
            async with opened(app):
                if not opts.now:
                    return await plan_due(app)
                return sum([await defer(app, one.name, one.words, one.site) for one in crawls])

        print(f"{asyncio.run(plan()):,} of {len(crawls):,} crawls were put into the queue.")

    def _status(self, opts: argparse.Namespace) -> None:
        from sassspider.fleet.queue import check_url, read_status

        crawls = _read_crawls_if_any(opts.sites)
        check_url(self.settings["ARCHIVE_URL"])
        with Archive.open_existing(self.settings["ARCHIVE_URL"]) as archive:
            status = read_status(archive, crawls)
        if opts.json:
            print_json(status)
            return
        for kind, rows in status.items():
            print(f"{_TITLES[kind]}: {len(rows):,}")
            if rows:
                names = (name.replace("_", " ") for name in rows[0])
                print_table((list(row.values()) for row in rows[:_SHOWN]), *names)
            for rest in count_rest(rows, _SHOWN):
                print(f"  {rest}")


def _read_crawls_if_any(name: str) -> list[Crawl]:
    from sassspider.fleet.plan import read_plan

    return read_plan(Path(name)) if Path(name).exists() else []


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
