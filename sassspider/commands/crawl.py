"""``scrapy crawl``, with arguments checked before any request and an exit code that tells the truth."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from sassspider.archive import ArchiveError
from sassspider.arguments import ArgumentError, parse_arguments
from sassspider.browser import BrowserSettings
from sassspider.files import flush_stdout, keep_others_from_writing
from sassspider.outcome import FAILED, USAGE, judge

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

logger = logging.getLogger(__name__)


class Command(crawl.Command):
    """Scrapy's own command; exit codes as in ``outcome``."""

    def long_desc(self) -> str:
        """Shown by ``scrapy crawl --help``."""
        return (
            "Walk a section of the site and write its articles to EXPORT_PATH (data/<spider>.jsonl) and to the feeds "
            "named with -o or -O. Exit code: 0 complete and healthy, 1 the crawl could not do its work, 2 wrong usage, "
            "3 done, but pages were damaged or missing or a health check failed, 130 interrupted."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, and --quiet."""
        super().add_options(parser)
        parser.add_argument("--quiet", action="store_true", help="no progress, and of the log only what is wrong")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what was asked for before Scrapy starts anything, so that a mistake costs its user one line."""
        super().process_options(args, opts)
        # Scrapy looks through all that is imported, for each function that runs, when it imports this: early is cheap.
        import_module("scrapy.core.downloader.contextfactory")
        keep_others_from_writing()
        if opts.quiet:
            assert self.settings is not None
            self.settings.setdict({"PROGRESS_ENABLED": False, "LOG_LEVEL": "WARNING"}, priority="cmdline")
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl commentary", print_help=False)
        try:
            self._check(args[0], opts.spargs)
            self._check_outputs(args[0], opts.spargs)
        except (ArgumentError, ArchiveError, OSError) as error:
            print(f"scrapy crawl {args[0]}: {error}", file=sys.stderr)
            sys.exit(USAGE if isinstance(error, ArgumentError) else FAILED)

    def _check(self, name: str, given: Mapping[str, str]) -> None:
        assert self.settings is not None
        BrowserSettings.read(self.settings)
        loader = get_spider_loader(self.settings)
        if name not in loader.list():
            raise ArgumentError(f"there is no such spider; there are {', '.join(sorted(loader.list()))}")
        parse_arguments(given, getattr(loader.load(name), "section_id", None))

    def _check_outputs(self, name: str, given: Mapping[str, str]) -> None:
        """Open the archive and the files of feeds once before Scrapy starts: there is no crawl without them."""
        from sassspider.archive.archive import Archive  # SQLAlchemy is slow to import, and other commands need none
        from sassspider.exporters.feeds import check_feeds

        assert self.settings is not None
        spider = get_spider_loader(self.settings).load(name)
        check_feeds(self.settings, {*dir(spider(**given)), "crawler", "settings"})
        Archive.open(self.settings["ARCHIVE_URL"]).close()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, and tell how it went."""
        self.exitcode = self._crawl(args[0], opts.spargs)

    def _crawl(self, name: str, given: Mapping[str, str]) -> int:
        assert self.crawler_process is not None
        crawler = self._create_crawler(name)
        self.crawler_process.crawl(crawler, **given)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats is not None else {}
        outcome = judge(stats)
        for reason in outcome.reasons:
            logger.error("Not well: %s (exit code %d)", reason, outcome.code)
        try:
            flush_stdout()
        except OSError:  # the reader of a feed on standard output has gone; the feed's own line says so
            return outcome.code or FAILED
        return outcome.code
