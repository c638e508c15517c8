"""``scrapy doctor``: check this machine and its settings, then crawl one article into a temporary archive."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.commands import ScrapyCommand

from sassspider import urls
from sassspider.helptext import HelpFormatter, fill
from sassspider.outcome import FAILED, INTERRUPTED, OK, USAGE, exit_status
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from scrapy.crawler import Crawler

    from sassspider.doctor import Finding
    from sassspider.items import Article

GUIDE = """
Check whether a crawl can run here: Python, packages, settings, archive, folders, disk, browser; then crawl one article
of the site into a temporary archive, as politely as any crawl, and print its fields. Nothing is kept.

  scrapy doctor
  scrapy doctor --offline
  scrapy doctor --site http://en.sss.net.cn

Exit code: 0 a crawl can run (see the warnings), 1 it can't, 2 wrong usage.
"""
_VALUE_WIDTH = 32  # characters of a field's value
_SITE_ADVICE = "open the site in a browser on this machine"
_PAGE_ADVICE = "compare the page with loaders.py and layout.py: the site may have been rebuilt"


class _Collector(logging.Handler):
    """Keep the warnings and errors of a crawl, in place of a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sassspider", "commentary")):
            self.lines.append(record.getMessage())


class Command(ScrapyCommand):
    """Run every check, whatever the others found, and print a line for each."""

    requires_project = True

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Check whether a crawl can run on this machine"

    def long_desc(self) -> str:
        return fill(GUIDE)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = HelpFormatter
        default = urls.DEFAULT_SITE
        parser.add_argument("--site", metavar="URL", default=default, help=f"crawl this site (default: {default})")
        parser.add_argument("--offline", action="store_true", help="send no request")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the usage; keep the user's settings for the checks, and set those of the trial crawl."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.given = self.settings.copy()
        self.folder = tempfile.TemporaryDirectory(prefix="sassspider-doctor-")
        self.settings.setdict(
            {
                "ARCHIVE_URL": f"sqlite:///{self.folder.name}/archive.db",
                "QUARANTINE_DIR": self.folder.name,
                "EXPORT_PATH": "",
                "RUNS_DIR": "",
                "FEEDS": {},
                "HEALTH_ENABLED": True,  # counts the page's element paths
                "SPIDERMON_SPIDER_CLOSE_MONITORS": [],
                "LOG_ENABLED": False,
                "PROGRESS_ENABLED": False,
                "RETRY_TIMES": 0,
                "RETRY_GIVE_UP_AFTER": 10,  # seconds
                "RETRY_BACKOFF": 0.1,
                "CLOSESPIDER_TIMEOUT": 60,
            },
            priority="cmdline",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the findings; a character that the console can't show is escaped."""
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        try:
            site = urls.parse_site(opts.site)
        except ValueError as error:
            return self._refuse(f"--site is wrong: {error}")
        if args:
            return self._refuse(f"{' '.join(args)!r} is not understood (see scrapy doctor --help)")
        try:
            self.exitcode = self._examine(None if opts.offline else site)
        except KeyboardInterrupt:
            self.exitcode = INTERRUPTED
        finally:
            self.folder.cleanup()
        return None

    def _refuse(self, message: str) -> None:
        print(f"scrapy doctor: {message}", file=sys.stderr)
        self.exitcode = USAGE

    def _examine(self, site: str | None) -> int:
        from sassspider.doctor import check_machine

        states = {_show(finding) for finding in check_machine(self.given)}
        if site is not None and self._can_crawl():
            states |= self._visit(site)
        if "fail" in states:
            print("A crawl can't run, or not as it should: see what failed.")
            return FAILED
        print("A crawl can run; see the warnings." if "warn" in states else "A crawl can run.")
        return OK

    def _can_crawl(self) -> bool:
        """Return whether the settings of the trial crawl can be used."""
        from sassspider.doctor import check_browser, check_settings

        assert self.settings is not None
        return all(check(self.settings).state != "fail" for check in (check_settings, check_browser))

    def _visit(self, site: str) -> set[str]:
        """Crawl the newest article; show what was found, and return the states."""
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler("commentary")
        articles: list[Article] = []
        crawler.signals.connect(lambda item: articles.append(item), signals.item_scraped, weak=False)
        log = _Collector()
        logging.root.addHandler(log)
        self.crawler_process.crawl(crawler, site=site, limit="1")
        self.crawler_process.start()
        logging.root.removeHandler(log)
        states = {_show(finding) for finding in _judge_visit(site, crawler, articles, log.lines)}
        if articles:
            print(*_describe_fields(articles[0]), sep="\n")
        return states


def _judge_visit(site: str, crawler: Crawler, articles: list[Article], log: list[str]) -> Iterator[Finding]:
    from sassspider.doctor import Finding

    if not articles:
        stats: dict[str, Any] = crawler.stats.get_stats() if crawler.stats is not None else {}
        damaged = stats.get("articles/damaged")
        lines = [one for one in dict.fromkeys(log) if "CONTACT" not in one] or list(exit_status(stats).reasons)
        subject, advice = ("article", _PAGE_ADVICE) if damaged else ("site", _SITE_ADVICE)
        yield Finding("fail", subject, "; ".join(lines) or f"{site} served no article", advice)
        return
    yield Finding("ok", "site", f"{site} answers, and its robots.txt allows the crawl")
    yield from _judge_article(crawler, articles[0])


def _judge_article(crawler: Crawler, article: Article) -> Iterator[Finding]:
    from sassspider.doctor import Finding
    from sassspider.extensions.health import HealthExtension
    from sassspider.layout import find_layout_changes
    from sassspider.middlewares.damaged_page import DamagedPageMiddleware
    from sassspider.schema import find_invalid_fields

    middleware = crawler.get_spider_middleware(DamagedPageMiddleware)
    for url, reason in (middleware.damaged_pages if middleware is not None else {}).items():
        yield Finding("warn", "article", f"{url} is damaged: {reason}", _PAGE_ADVICE)
    if invalid := find_invalid_fields(article):
        yield Finding("fail", "article", f"fields that violate article.schema.json: {', '.join(invalid)}", _PAGE_ADVICE)
    else:
        yield Finding("ok", "article", f"{article.url}, {article.word_count:,} words")
    health = crawler.get_extension(HealthExtension)
    changes = find_layout_changes(health.paths if health is not None else {})
    found = [f"unknown: {one}" for one in changes.unknown] + [f"missing: {one}" for one in changes.missing]
    yield Finding("warn", "layout", "; ".join(found), _PAGE_ADVICE) if found else Finding("ok", "layout", "as known")


def _show(finding: Finding) -> str:
    """Print a finding; return its state."""
    print(f"{finding.state:4}  {finding.subject:9} {escape_control_characters(finding.fact)}", flush=True)
    if finding.advice:
        print(f"{'':16}{escape_control_characters(finding.advice)}", flush=True)
    return finding.state


def _describe_fields(article: Article) -> Iterator[str]:
    """Yield a line for each field: its value beside its meaning."""
    from sassspider.schema import find_invalid_fields, load_schema

    invalid = find_invalid_fields(article)
    for name, schema in load_schema()["properties"].items():
        text = escape_control_characters(json.dumps(getattr(article, name), ensure_ascii=False))
        shown = text if len(text) <= _VALUE_WIDTH else f"{text[: _VALUE_WIDTH - 3]}..."
        state = "fail" if name in invalid else "ok"
        yield f"{state:4}  {name:18} {shown:{_VALUE_WIDTH}}  {schema['description']}".rstrip()
