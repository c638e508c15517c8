"""The base of the commands on the archive. They send no request to any site.

``scrapy`` imports every command whenever it starts. What takes long to import (SQLAlchemy, pyarrow, rich, the loaders)
is imported where it is used, to keep ``scrapy list`` quick.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter

from sassspider import sites, urls
from sassspider.archive import ArchiveError
from sassspider.arguments import ArgumentError, parse_day
from sassspider.files import flush_stdout, keep_others_from_writing
from sassspider.outcome import FAILED, USAGE
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    from sassspider.archive.archive import Archive

ALL = "all"
INTERRUPTED = 130  # what shells report of a program that Ctrl-C ended


class CommandError(Exception):
    """The command can't do its work; the message says why, in a line."""


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, but examples stay one a line, and only headings are underlined."""

    def format_part_strings(self, part_strings: list[str]) -> list[str]:
        """Underline headings. Scrapy takes each line that ends in a colon for one, so also one with "(default:"."""
        parts = (f"{one[:-1]} \n" if one.endswith("(default:\n") else one for one in part_strings)
        return super().format_part_strings(list(parts))


class ArchiveCommand(ScrapyCommand):
    """A command on an archive. A subclass does the work in ``work``, and describes itself in ``guide``."""

    requires_project = True
    requires_crawler_process = False
    operands = 0  # words besides options
    default_site = ""  # empty for the only site archived
    guide: ClassVar[str] = ""  # what it does, examples, exit codes

    def long_desc(self) -> str:
        """Return the guide, paragraphs wrapped to the terminal and examples one a line."""
        width = shutil.get_terminal_size().columns - 2
        paragraphs = self.guide.strip().split("\n\n")
        return "\n\n".join(one if one.startswith("  ") else textwrap.fill(one, width) for one in paragraphs)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of every command on the archive."""
        super().add_options(parser)
        parser.formatter_class = HelpFormatter
        site = f"URL or name of a site, as scrapy status prints it, or {ALL}"
        default = self.default_site or "the only site archived"
        parser.add_argument("--site", default=self.default_site, help=f"{site} (default: {default})")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; return the exit code. Raises ArgumentError, CommandError, ArchiveError or OSError: one line."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; print an error in one line."""
        keep_others_from_writing()
        try:
            self._check_operands(args)
            self.exitcode = self.work(args, opts)
            flush_stdout()
        except ArgumentError as error:
            self._fail(USAGE, f"{error} (see scrapy {self.name} --help)")
        except BrokenPipeError:  # the reader has seen enough, as in: scrapy … | head
            self._fail(FAILED)
        except (CommandError, ArchiveError, OSError) as error:
            self._fail(FAILED, str(error))
        except KeyboardInterrupt:
            self._fail(INTERRUPTED, "interrupted")

    @property
    def name(self) -> str:
        """As typed."""
        return self.__module__.rpartition(".")[2]

    def _check_operands(self, args: list[str]) -> None:
        """Scrapy hands on as operands what it does not know, misspelled options too."""
        if len(args) > self.operands or any(one.startswith("-") for one in args):
            raise ArgumentError(f"{' '.join(args)!r} is not understood")
        if len(args) < self.operands:
            raise ArgumentError(f"write: scrapy {self.name} {self.syntax()}")

    def _fail(self, code: int, message: str = "") -> None:
        self.exitcode = code
        if message:
            print(f"scrapy {self.name}: {escape_control_characters(' '.join(message.split()))}", file=sys.stderr)
        with suppress(OSError, ValueError):
            flush_stdout()

    def open_archive(self) -> Archive:
        """Open the archive at ``ARCHIVE_URL``; raises ArchiveError if there is none."""
        from sassspider.archive.archive import Archive

        assert self.settings is not None
        return Archive.open_existing(self.settings["ARCHIVE_URL"])

    def parse_site(self, text: str) -> str | None:
        """Return the name that a site is archived under; None for every site. Raises ArgumentError."""
        assert self.settings is not None
        if text == ALL:
            return None
        try:
            url = urls.parse_site(text if "://" in text else f"http://{text}")
            return sites.site_key(url, self.settings.getdict("MIRRORS"))
        except ValueError as error:
            raise ArgumentError(f"--site {text} is wrong: {error}") from None

    def choose_site(self, archive: Archive, text: str) -> str | None:
        """Return the name of the site that ``text`` names, None for every site; without text, the only one archived.

        Raises ArgumentError if there are several to choose from, CommandError if nothing of the site is archived.
        """
        from sassspider.archive.history import read_sites

        held = read_sites(archive)
        choices = f"say --site {' or '.join([*held, ALL])}" if held else "it is empty"
        if not text and len(held) > 1:
            raise ArgumentError(f"the archive has several sites: {choices}")
        site = self.parse_site(text) if text else next(iter(held), None)
        if not held or (site is not None and site not in held):
            raise CommandError(f"the archive has no article{f' of {site}' if site else ''}: {choices}")
        return site


def check_section(archive: Archive, site: str | None, section_id: str | None) -> None:
    """Raise ArgumentError unless something of the section is archived: else a slip would pass for an empty section."""
    from sassspider.archive.history import read_section_ids

    held = read_section_ids(archive, site)
    if section_id is not None and section_id not in held:
        raise ArgumentError(f"--section {section_id}: the archive has articles of {', '.join(held)} only")


def parse_section(text: str | None) -> str | None:
    """Return the section id given with --section, or None; raises ArgumentError."""
    try:
        return None if text is None else urls.parse_section(text)
    except ValueError as error:
        raise ArgumentError(f"--section {text} is wrong: {error}") from None


def parse_dates(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Return the days given with --since and --until, or None for each; raises ArgumentError."""
    for name, text in (("--since", since), ("--until", until)):
        try:
            if text is not None:
                parse_day(text)
        except ValueError as error:
            raise ArgumentError(f"{name} {text} is wrong: {error}") from None
    if since and until and since > until:
        raise ArgumentError(f"--since {since} is later than --until {until}: no article is published in between")
    return since, until
