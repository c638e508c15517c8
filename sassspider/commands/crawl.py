"""Crawl a section of the site.

Its articles are archived, and written to EXPORT_PATH (data/<spider>.jsonl) and to the feeds named with -o or -O. The
spider media keeps the pictures and files of archived articles in FILES_STORE.

  scrapy crawl commentary
  scrapy crawl commentary -a limit=5
  scrapy crawl commentary -a since=2026-01-01 -O new.csv
  scrapy crawl commentary -a mode=refresh
  scrapy crawl section -a section=101000
  scrapy crawl media

Exit code: 0 complete and healthy, 1 the crawl could not do its work, 2 wrong usage, 3 done, but pages were damaged or
missing or a health check failed, 4 another crawl of the site is running, 130 interrupted.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
from collections.abc import Mapping
from pathlib import Path

from scrapy import signals
from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.spiderloader import get_spider_loader

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_sites
from sassspider.arguments import HELP, ArgumentError
from sassspider.command import BaseCommand, CommandError, switch, wrap
from sassspider.exporters import name_feed
from sassspider.exporters.feeds import check_feeds, move_feed_uri
from sassspider.extensions.report import ReportExtension
from sassspider.extensions.site_lock import DatabaseLock, FileLock, make_lock
from sassspider.extensions.terminal import ProgressBar, TerminalHandler, redirect_log
from sassspider.files import flush_stdout, keep_others_from_writing
from sassspider.outcome import BUSY, FAILED, exit_status
from sassspider.spiders.media import MediaSpider
from sassspider.urls import site_key
from sassspider.validation import validate_settings

logger = logging.getLogger(__name__)


class Command(BaseCommand, crawl.Command):
    """Scrapy's own command; exit codes as in ``outcome``."""

    requires_crawler_process = True
    usage = "[options] <spider>"
    options = (switch("--quiet", "no progress bar, and only warnings and errors"),)
    log_file: Path | None = None
    lock: FileLock | DatabaseLock | None = None

    def long_desc(self) -> str:
        """Return the text of ``scrapy crawl --help``."""
        arguments = (wrap(f"{f'  -a {name}=':16}{text}", indent=" " * 16) for name, text in HELP.items())
        return "\n".join([super().long_desc(), "\nArguments of the spider (media: site only):", *arguments])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check arguments, settings and outputs before Scrapy starts: a mistake costs one line."""
        gc.disable()  # until the crawl begins: what a program imports is no garbage
        keep_others_from_writing()
        with self.errors_in_one_line():
            for option in ("output", "overwrite_output"):
                setattr(opts, option, [name_feed(one) for one in getattr(opts, option) or []])
            super().process_options(args, opts)
            self._check(args, opts.spargs)
        if sys.stderr is None and not self.settings["LOG_FILE"]:  # closed: Scrapy asks it whether it is a terminal
            self.settings.set("LOG_ENABLED", False, priority="cmdline")
        if opts.quiet:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        else:
            self.log_file = redirect_log(self.settings, args[0])

    def _check(self, names: list[str], given: Mapping[str, str]) -> None:
        """Check everything that was given, and open the archive and the files of feeds once: no crawl without them."""
        if len(names) != 1:
            wanted = "and each argument as -a NAME=VALUE, not" if names else "as in scrapy crawl commentary"
            raise ArgumentError(" ".join(("name one spider,", wanted, *names)))
        validate_settings(self.settings)
        loader = get_spider_loader(self.settings)
        if names[0] not in loader.list():
            raise ArgumentError(f"there is no spider {names[0]!r}; choose from {', '.join(sorted(loader.list()))}")
        spider = loader.load(names[0])(**given)  # checks its arguments
        url = getattr(getattr(spider, "arguments", spider), "site", None)
        site = url and site_key(url, self.settings.getdict("MIRRORS"))
        if isinstance(spider, MediaSpider):
            self._check_media(site)
        else:
            move_feed_uri(self.settings)
            check_feeds(self.settings, spider)
        Archive.open(self.settings["ARCHIVE_URL"]).close()
        if log_file := self.settings["LOG_FILE"]:
            Path(log_file).open("a").close()
        if site is not None:
            self.lock = make_lock(self.settings["ARCHIVE_URL"], site, names[0])
            if owner := self.lock.take():
                raise CommandError(f"{site} is being crawled by {owner}; wait for that crawl, or end it", BUSY)

    def _check_media(self, site: str | None) -> None:
        """Check that no feed was named, as it would have no article, and that the archive has articles of the site."""
        if SETTINGS_PRIORITIES["cmdline"] in map(self.settings.getpriority, ("FEEDS", "FEED_URI")):
            raise ArgumentError("the spider media gives no articles: leave out -o, -O and FEEDS")
        with Archive.open_existing(self.settings["ARCHIVE_URL"]) as archive:
            if site not in read_sites(archive):
                raise ArgumentError(f"the archive has no article of {site}: crawl it first, or write -a site=URL")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and log how it went."""
        if self.log_file or opts.quiet:
            logging.root.addHandler(TerminalHandler(quiet=opts.quiet))
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        if self.lock is not None:
            self.lock.watch(crawler)
        crawler.signals.connect(_collect_garbage, signals.engine_started)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats is not None else {}
        has_report = "start_time" in stats and _complete_report(crawler)
        status = exit_status(stats)
        if status.code and not (has_report and self.log_file):  # the terminal shows the report
            logger.error("%s", status)
        if self.log_file:
            print(f"Log: {self.log_file}", file=sys.stderr)
        self.exitcode = status.code
        try:
            flush_stdout()
        except OSError:  # the reader of a feed on standard output has gone; the feed's own line says so
            self.exitcode = status.code or FAILED


def _collect_garbage() -> None:
    """Collect garbage from now on, without a look at what there is when the crawl begins: it stays."""
    gc.freeze()
    gc.set_threshold(10_000)  # objects, default 700; a page makes thousands, and hardly a cycle
    gc.enable()


def _complete_report(crawler: Crawler) -> bool:
    """Return whether there is a report; write that of a crawl that a second Ctrl-C broke off."""
    if crawler.extensions is None or (report := crawler.get_extension(ReportExtension)) is None:
        return False
    if progress := crawler.get_extension(ProgressBar):
        progress.bar.stop()
    report.engine_stopped()
    return True
