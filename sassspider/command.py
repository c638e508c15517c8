"""What the commands on the archive share. They ask no site for anything.

``scrapy`` imports every command whenever it starts, whichever was typed. So here and in these commands whatever takes
long to import (SQLAlchemy, pyarrow, rich, the loaders) is imported where it is used, to keep ``scrapy list`` quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, ClassVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter

from sassspider import sites, urls
from sassspider.arguments import ArgumentError, parse_day
from sassspider.outcome import FAILED, USAGE
from sassspider.outputs.files import keep_others_from_writing
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    from sassspider.archive.archive import Archive

ALL = "all"
INTERRUPTED = 130  # what shells report of a program that Ctrl-C ended


class CommandError(Exception):
    """The command can't do what it was asked for; the message says why, in a line."""


class _HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, but examples stay one a line."""


class ArchiveCommand(ScrapyCommand):
    """A command on an archive that is there. Subclasses do the work in ``work``, and tell of it in ``guide``."""

    requires_project = True
    requires_crawler_process = False
    operands = 0  # how many words it takes besides options
    default_site = urls.DEFAULT_SITE
    guide: ClassVar[str] = ""  # what it does, examples, exit codes

    def long_desc(self) -> str:
        """Shown by ``--help``."""
        return self.guide.strip()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options of every command on the archive."""
        super().add_options(parser)
        parser.formatter_class = _HelpFormatter
        site = f"of one site, or {ALL} (default: {self.default_site})"
        parser.add_argument("--site", metavar="URL", default=self.default_site, help=site)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do it; return the exit code. Raises ArgumentError, CommandError, ArchiveError or OSError: each one line."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work, and make a line of what goes wrong."""
        from sassspider.archive.errors import ArchiveError

        keep_others_from_writing()
        try:
            self._check_operands(args)
            self.exitcode = self.work(args, opts)
            sys.stdout.flush()
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
        try:
            sys.stdout.flush()
        except (OSError, ValueError):  # the interpreter would try once more when it ends, and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def open_archive(self) -> Archive:
        """The archive at ``ARCHIVE_URL``; raises ArchiveError when there is none."""
        from sassspider.archive.existing import open_existing

        assert self.settings is not None
        return open_existing(self.settings["ARCHIVE_URL"])

    def parse_site(self, text: str) -> str | None:
        """The name that a site is archived under; None for every site. Raises ArgumentError."""
        assert self.settings is not None
        if text == ALL:
            return None
        try:
            return sites.site_key(urls.parse_site(text), self.settings.getdict("MIRRORS"))
        except ValueError as error:
            raise ArgumentError(f"--site {text} is wrong: {error}") from None


def check_site(archive: Archive, site: str | None) -> None:
    """Raise CommandError unless something of ``site`` is archived: else a slip would pass for an empty site."""
    from sassspider.archive.status import read_sites

    held = read_sites(archive)
    if site is not None and site not in held:
        others = f"say --site {' or '.join(f'http://{one}' for one in held)}" if held else "it is empty"
        raise CommandError(f"the archive has no article of {site}; {others}")


def parse_section(text: str | None) -> str | None:
    """A section id as given with --section, or None; raises ArgumentError."""
    try:
        return None if text is None else urls.parse_section(text)
    except ValueError as error:
        raise ArgumentError(f"--section {text} is wrong: {error}") from None


def parse_dates(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """The days as given with --since and --until, each None if it was not; raises ArgumentError."""
    for name, text in (("--since", since), ("--until", until)):
        try:
            if text is not None:
                parse_day(text)
        except ValueError as error:
            raise ArgumentError(f"{name} {text} is wrong: {error}") from None
    if since and until and since > until:
        raise ArgumentError(f"--since {since} is later than --until {until}: no article is published in between")
    return since, until
