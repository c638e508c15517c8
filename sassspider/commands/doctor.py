"""Check whether a crawl can run on this machine.

It looks at settings, archive, folders, disk, alarms and browser; then it crawls one article of the site into a
temporary archive, as politely as any crawl, and prints its fields. Nothing is kept.

  scrapy doctor
  scrapy doctor --offline
  scrapy doctor --site http://en.sss.net.cn

Exit code: 0 a crawl can run (see the warnings), 1 it can't, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Literal, NamedTuple

from scrapy import signals
from scrapy.settings import BaseSettings

from sassspider import urls
from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import find_file, is_writable
from sassspider.arguments import ArgumentError
from sassspider.browser import NO_CHROMIUM, find_chromium, read_mode
from sassspider.command import BaseCommand, option, switch
from sassspider.items import Article, find_invalid_fields, load_schema
from sassspider.monitors import find_alert_problems
from sassspider.outcome import FAILED, INTERRUPTED, OK, exit_status
from sassspider.printable import escape_control_characters
from sassspider.validation import validate_settings

_SCARCE = 1  # GB; an article takes about 45 kB, in archive and corpus together
_VALUE_WIDTH = 32  # characters of a field's value
# The trial crawl keeps nothing, and says within seconds that a site is away.
_TRIAL = {
    "EXPORT_PATH": "",
    "RUNS_DIR": "",
    "FEEDS": {},
    "HEALTH_ALERTS": "",
    "LOG_ENABLED": False,
    "LOG_FILE": None,
    "RETRY_ENABLED": False,
    "DOWNLOAD_TIMEOUT": 10,  # seconds
    "CLOSESPIDER_TIMEOUT": 60,
}


State = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    """The result of a check; only ``fail`` means that a crawl can't run."""

    state: State
    subject: str
    fact: str


class Command(BaseCommand):
    """Run every check, whatever the others found, and print a line for each."""

    requires_crawler_process = True

    options = (
        option("--site", "URL of the site (default %(default)s)", urls.parse_site, default=urls.DEFAULT_SITE),
        switch("--offline", "send no request"),
    )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Keep the user's settings for the checks, and set those of the trial crawl."""
        super().process_options(args, opts)
        self.given = self.settings.copy()
        self.settings.setdict(_TRIAL, priority="cmdline")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the findings; return whether a crawl can run."""
        states = {finding.subject: _show(finding) for finding in check_machine(self.given)}
        if not opts.offline and states["settings"] != "fail":
            with tempfile.TemporaryDirectory(prefix="sassspider-doctor-") as folder:
                states |= {finding.subject: _show(finding) for finding in self._visit(opts.site, folder)}
        if "fail" in states.values():
            print("A crawl can't run: see the lines that begin with fail.")
            return FAILED
        print("A crawl can run; see the warnings." if "warn" in states.values() else "A crawl can run.")
        return OK

    def _visit(self, site: str, folder: str) -> Iterator[Finding]:
        """Crawl the newest article; yield what was logged about it, and each of its fields beside its meaning."""
        assert self.crawler_process is not None
        files = {"ARCHIVE_URL": f"sqlite:///{folder}/archive.db", "QUARANTINE_DIR": folder}
        self.crawler_process.settings.setdict(files, priority="cmdline")
        crawler = self.crawler_process.create_crawler("commentary")
        articles: list[Article] = []
        crawler.signals.connect(lambda item: articles.append(item), signals.item_scraped, weak=False)
        log = BufferingHandler(1000)
        log.setLevel(logging.WARNING)
        logging.root.addHandler(log)
        self.crawler_process.crawl(crawler, site=site, limit="1")
        self.crawler_process.start()
        logging.root.removeHandler(log)
        status = exit_status(crawler.stats.get_stats() if crawler.stats is not None else {})
        if status.code == INTERRUPTED:
            raise KeyboardInterrupt
        own = (one.getMessage() for one in log.buffer if one.name.startswith(("sassspider", "commentary")))
        lines = [one for one in dict.fromkeys(own) if "CONTACT" not in one]
        if not articles:
            yield Finding("fail", "site", (lines or [*status.reasons, f"{site} served no article"])[0])
            return
        yield Finding("ok", "site", f"{site} answers, and its robots.txt allows the crawl")
        yield from (Finding("warn", "article", line) for line in lines)
        invalid = find_invalid_fields(articles[0])
        for name, schema in load_schema()["properties"].items():
            text = escape_control_characters(json.dumps(getattr(articles[0], name), ensure_ascii=False))
            shown = text if len(text) <= _VALUE_WIDTH else f"{text[: _VALUE_WIDTH - 3]}..."
            state: State = "fail" if name in invalid else "ok"
            yield Finding(state, name, f"{shown:{_VALUE_WIDTH}}  {schema['description']}")


def _show(finding: Finding) -> str:
    """Print a finding; return its state."""
    print(f"{finding.state:4}  {finding.subject:18} {escape_control_characters(finding.fact)}".rstrip(), flush=True)
    return finding.state


def check_machine(settings: BaseSettings) -> Iterator[Finding]:
    """Yield the findings of every check that needs no network."""
    contact = settings["CONTACT"]
    unset = Finding("warn", "contact", "CONTACT is not set: set SASSSPIDER_CONTACT to your mail address or web page")
    yield Finding("ok", "contact", contact) if contact else unset
    try:
        validate_settings(settings)
        yield Finding("ok", "settings", "all values can be used")
        yield check_browser(settings)
    except ArgumentError as error:
        yield Finding("fail", "settings", str(error))
    yield check_archive(settings["ARCHIVE_URL"])
    yield check_folder("export", Path(settings["EXPORT_PATH"] or "x").parent)
    yield check_folder("runs", Path(settings["RUNS_DIR"] or "."), made=2)
    yield check_folder("quarantine", Path(settings["QUARANTINE_DIR"]), made=2)
    yield from (Finding("warn", "alerts", problem) for problem in find_alert_problems(settings))


def check_archive(url: str) -> Finding:
    """Open the archive as ``scrapy crawl`` does; of a file that is not there yet, check the folder."""
    try:
        file = find_file(url)
        if file is not None and not file.exists():
            return check_folder("archive", file.parent)
        if file is not None and not is_writable(file):
            return Finding("fail", "archive", f"{file} can't be written: give yourself write permission to it")
        with Archive.open(url) as archive:
            return Finding("ok", "archive", str(archive))
    except ArchiveError as error:
        return Finding("fail", "archive", str(error))


def check_folder(subject: str, folder: Path, made: int = 1) -> Finding:
    """Check that files can be written into a folder, and the free space of its disk.

    The last ``made`` folders of its path need not exist: a crawl makes them.
    """
    existing = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not existing.is_dir():
        return Finding("fail", subject, f"{folder}: {existing} is a file: move it, or name another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("fail", subject, f"{folder}: give yourself write permission to {existing}")
    if len(folder.absolute().parts) > len(existing.parts) + made:
        return Finding("fail", subject, f"{folder}: {existing} has no such folder: make it, or name another")
    free = shutil.disk_usage(existing).free / 10**9
    return Finding("warn" if free < _SCARCE else "ok", subject, f"{folder}, {free:,.1f} GB free")


def check_browser(settings: BaseSettings) -> Finding:
    """Check for the browser that the settings ask for; no crawl needs one unless the site does."""
    mode, path = read_mode(settings), find_chromium(settings)
    if mode != "never" and path is None:
        from playwright.sync_api import sync_playwright  # takes half a second

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
        if not Path(path).exists():
            return Finding("fail" if mode == "always" else "warn", "browser", NO_CHROMIUM)
    return Finding("ok", "browser", f"{path or ''} BROWSER={mode}".strip())
