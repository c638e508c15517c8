"""The base of the project's commands: help text, operands, exit codes, errors in one line.

``scrapy`` imports every command whenever it starts. What takes long to import (SQLAlchemy, pyarrow, rich, the loaders)
is imported where it is used, to keep ``scrapy list`` quick.
"""

from __future__ import annotations

import argparse
import io
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter

from sassspider import urls
from sassspider.archive import ArchiveError
from sassspider.arguments import ArgumentError
from sassspider.files import flush_stdout, keep_others_from_writing
from sassspider.outcome import FAILED, INTERRUPTED, OK, USAGE
from sassspider.printable import escape_control_characters, hide_passwords

if TYPE_CHECKING:
    from rich.console import Console

    from sassspider.archive.archive import Archive
    from sassspider.archive.reader import Selection

ALL = "all"
T = TypeVar("T")
# Options that several commands on the archive have.
_OPTIONS: dict[str, dict[str, Any]] = {
    "--section": {"metavar": "ID", "help": "only this section (default every section)"},
    "--ids": {"metavar": "A-B", "help": "only articles with these ids, both included"},
    "--fleet": {"action": "store_true", "help": "let the nodes of a fleet do it, 2,000 articles a job (scrapy fleet)"},
    "--json": {"action": "store_true", "help": "print JSON, with every article's id"},
}


class CommandError(Exception):
    """The command can't do its work; the message says why, in a line."""

    code = FAILED  # of the program


@contextmanager
def translate_write_errors(name: str) -> Iterator[None]:
    """Raise CommandError, which names what was to be written, in place of OSError."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{name} could not be written: {error.strerror or error}") from error


@contextmanager
def errors_in_one_line(command: str) -> Iterator[None]:
    """Print an error that has a message for its user in one line, and end the program with its exit code."""
    try:
        yield
        flush_stdout()
    except ArgumentError as error:
        code, message = USAGE, f"{error} (see scrapy {command} --help)"
    except BrokenPipeError:  # the reader has seen enough, as in: scrapy … | head
        code, message = FAILED, ""
    except (CommandError, ArchiveError, OSError) as error:
        code, message = getattr(error, "code", FAILED), str(error)
    except KeyboardInterrupt:
        code, message = INTERRUPTED, "interrupted"
    else:
        return
    if message:
        line = escape_control_characters(" ".join(message.split()))
        print(f"scrapy {command}: {hide_passwords(line)}", file=sys.stderr)
    with suppress(OSError, ValueError):
        flush_stdout()
    sys.exit(code)


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, but examples stay one a line. It underlines each line that ends in a colon."""


def fill(text: str) -> str:
    """Return the text with its paragraphs wrapped to the terminal's width; indented ones stay as they are."""
    paragraphs = text.strip("\n").split("\n\n")
    return "\n\n".join(one if one.startswith("  ") else textwrap.fill(one, terminal_width()) for one in paragraphs)


def terminal_width() -> int:
    """Return the number of columns for help texts; argparse leaves two free."""
    return max(40, shutil.get_terminal_size().columns - 2)


class BaseCommand(ScrapyCommand):
    """A command that does its work in ``work``, and describes itself in ``guide``."""

    requires_project = True
    requires_crawler_process = False
    operands = 0  # words besides options
    optional_operands = 0
    usage = "[options]"
    summary = ""  # for the list of commands
    guide: ClassVar[str] = ""  # what it does, examples, exit codes

    def syntax(self) -> str:
        return self.usage

    def short_desc(self) -> str:
        return self.summary

    def long_desc(self) -> str:
        return fill(self.guide)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = HelpFormatter

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; return the exit code. Raises ArgumentError, CommandError, ArchiveError or OSError: one line."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work. A character that the console can't show is escaped."""
        keep_others_from_writing()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: no temporary file is left
        with errors_in_one_line(self.name):
            self._check_operands(args)
            self.exitcode = self.work(args, opts)

    @property
    def name(self) -> str:
        """As typed."""
        return self.__module__.rpartition(".")[2]

    def _check_operands(self, args: list[str]) -> None:
        """Scrapy hands on as operands what it does not know, misspelled options too."""
        if len(args) > self.operands + self.optional_operands or any(one.startswith("-") for one in args):
            raise ArgumentError(f"{' '.join(args)!r} is not understood")
        if len(args) < self.operands:
            raise ArgumentError(f"write: scrapy {self.name} {self.syntax()}")


class ArchiveCommand(BaseCommand):
    """A command on an archive. It sends no request to any site."""

    default_site = ""  # empty for the only site archived
    options: tuple[str, ...] = ()  # names in _OPTIONS

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--site`` and the ``options``."""
        super().add_options(parser)
        site = f"URL or name of a site, as scrapy status prints it, or {ALL}"
        default = self.default_site or "the only site archived"
        parser.add_argument("--site", default=self.default_site, help=f"{site} (default {default})")
        for name in self.options:
            parser.add_argument(name, **_OPTIONS[name])

    def open_archive(self) -> Archive:
        """Open the archive at ``ARCHIVE_URL``; raises ArchiveError if there is none."""
        from sassspider.archive.archive import Archive

        assert self.settings is not None
        return Archive.open_existing(self.settings["ARCHIVE_URL"])

    @contextmanager
    def open_selection(self, opts: argparse.Namespace, **more: Any) -> Iterator[tuple[Archive, Selection]]:
        """Open the archive; yield it with the articles that the options name and ``more``, other parts of a Selection.

        Raises ArgumentError for a section without articles, too: a slip would pass for an empty section.
        """
        from sassspider.archive.history import read_section_ids
        from sassspider.archive.reader import Selection

        section_id = parse_option("section", opts.section, urls.parse_section)
        with self.open_archive() as archive:
            site = self.choose_site(archive, opts.site)
            held = read_section_ids(archive, site)
            if section_id is not None and section_id not in held:
                raise ArgumentError(f"--section {section_id}: the archive has articles of {', '.join(held)} only")
            ids = parse_option("ids", getattr(opts, "ids", None), _parse_ids)
            yield archive, Selection(site, section_id, ids=ids, **more)

    def parse_site(self, text: str) -> str | None:
        """Return the name that a site is archived under; None for every site. Raises ArgumentError."""
        assert self.settings is not None
        if text == ALL:
            return None
        url = parse_option("site", text if "://" in text else f"http://{text}", urls.parse_site)
        return urls.site_key(url or "", self.settings.getdict("MIRRORS"))

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


def parse_option(name: str, text: str | None, parse: Callable[[str], T]) -> T | None:
    """Return the value of an option, None if it was not given; raise ArgumentError if it is wrong."""
    try:
        return None if text is None else parse(text)
    except ValueError as error:
        raise ArgumentError(f"--{name} {text} is wrong: {error}") from None


def _parse_ids(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise ValueError("write the first and the last id, like 1-2000")
    return int(first), int(last)


def require_fleet() -> None:
    """Raise CommandError unless the packages of the fleet are installed."""
    try:
        import sassspider.fleet.node  # noqa: F401
    except ImportError as error:
        advice = "pip install procrastinate 'psycopg[binary]'"
        raise CommandError(f"{error.name} is not installed: {advice}") from None


def put_into_queue(url: str, task: str, ids: Mapping[str, Sequence[int]], **arguments: Any) -> int:
    """Let the nodes of the fleet do a command's work; return its exit code. Raises ArchiveError and CommandError."""
    require_fleet()
    from sassspider.fleet.ranges import put_into_queue as put

    total, new = put(url, task, ids, **arguments)
    print(f"{new:,} of {total:,} ranges were put into the queue: scrapy fleet status shows how far they are.")
    return OK


def make_console() -> Console:
    """Return a console on standard output that prints text as it is."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
