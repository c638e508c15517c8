"""``scrapy doctor``: whether this machine and configuration can run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from sassspider import urls
from sassspider.outcome import FAILED, INTERRUPTED, OK, USAGE
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sassspider.doctor.finding import Finding
    from sassspider.items import Article

GUIDE = """
Tell whether this machine and configuration can run a crawl: Python, packages, settings, archive, disk, browser, and the
site, of which two or three pages are fetched. One article is printed beside the form that each field should have.
Nothing is written.

Exit code: 0 a crawl can run (see to the warnings), 1 it can't, 2 wrong usage.
"""
_SHOWN = 60  # characters of a value


class Command(ScrapyCommand):
    """Look, tell."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Tell whether this machine and configuration can run"

    def long_desc(self) -> str:
        """Shown by ``--help``."""
        return GUIDE.strip()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        default = urls.DEFAULT_SITE
        parser.add_argument("--site", metavar="URL", default=default, help=f"look at this site (default: {default})")
        parser.add_argument("--offline", action="store_true", help="ask no site for anything")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at everything, whatever is wrong with the rest."""
        try:
            site = urls.parse_site(opts.site)
        except ValueError as error:
            self._refuse(f"--site is wrong: {error}")
            return
        if args:
            self._refuse(f"{' '.join(args)!r} is not understood (see scrapy doctor --help)")
            return
        try:
            self.exitcode = self._examine(None if opts.offline else site)
        except KeyboardInterrupt:
            self.exitcode = INTERRUPTED

    def _refuse(self, message: str) -> None:
        print(f"scrapy doctor: {message}", file=sys.stderr)
        self.exitcode = USAGE

    def _examine(self, site: str | None) -> int:
        # Imported here: scrapy imports every command whenever it starts.
        from sassspider.addons import AlertsAddon, UserAgentAddon

        assert self.settings is not None
        for addon in (UserAgentAddon(), AlertsAddon()):  # Scrapy asks them only when it crawls
            addon.update_settings(self.settings)
        states = set()
        for finding in self._check_here():
            states.add(_show(finding))
        if site is not None:
            states |= self._visit(site)
        print(_summarize(states))
        return FAILED if "fail" in states else OK

    def _check_here(self) -> Iterator[Finding]:
        from sassspider.doctor import browser, configuration, machine

        settings = self.settings
        assert settings is not None
        yield machine.check_python()
        yield machine.check_packages()
        yield configuration.check_contact(settings)
        yield configuration.check_archive(settings["ARCHIVE_URL"])
        data = Path(settings["EXPORT_PATH"] or "data/x").parent
        for name, folder in (("export", data), ("runs", settings["RUNS_DIR"]), ("pages", settings["QUARANTINE_DIR"])):
            if folder:
                yield machine.check_folder(name, Path(folder))
        yield machine.check_disk(data)
        yield from configuration.check_health(settings)
        yield browser.check_browser(settings)

    def _visit(self, site: str) -> set[str]:
        from sassspider.doctor.visit import Visitor
        from sassspider.spiders.commentary import CommentarySpider

        assert self.settings is not None
        visit = Visitor(site, CommentarySpider.section_id, self.settings).visit()
        states = {_show(finding) for finding in visit.findings}
        if visit.article is not None:
            print(*_compare(visit.article), sep="\n")
        return states


def _show(finding: Finding) -> str:
    print(f"{finding.state:4}  {finding.what:9} {escape_control_characters(finding.seen)}", flush=True)
    if finding.advice:
        print(f"{'':16}→ {escape_control_characters(finding.advice)}", flush=True)
    return finding.state


def _compare(article: Article) -> Iterator[str]:
    """Yield a line for each field: its value beside its form."""
    from sassspider.shape import SHAPES

    for name, shape in SHAPES.items():
        value = getattr(article, name)
        text = escape_control_characters(json.dumps(value, ensure_ascii=False))
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        yield f"{'ok' if shape.fits(value) else 'fail':4}  {name:18} {shown:{_SHOWN}}  {shape.text}"


def _summarize(states: set[str]) -> str:
    if "fail" in states:
        return "A crawl can't run, or not as it should: see to what failed."
    return "A crawl can run; see to the warnings." if "warn" in states else "A crawl can run."
