"""The base of the project's commands: options, help text, exit codes, errors in one line.

``scrapy`` imports every command whenever it starts. So what only some users install is imported where it is used.
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
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.settings import BaseSettings
from scrapy.utils.conf import arglist_to_dict

from sassspider import urls
from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.history import read_section_ids, read_sites
from sassspider.archive.reader import Selection
from sassspider.arguments import ArgumentError
from sassspider.errors import describe_error
from sassspider.files import atomic_folder, atomic_write, flush_stdout, keep_others_from_writing
from sassspider.outcome import FAILED, INTERRUPTED, OK, USAGE
from sassspider.printable import escape_control_characters, hide_passwords
from sassspider.validation import validate_values

ALL = "all"
STDOUT = "-"
# Articles of a job of a fleet: if all differ, one transaction of 2 s, for which others that write to the site wait.
RANGE = 1_000


class CommandError(Exception):
    """The command can't do its work; the message says why, in a line. ``code`` is the program's."""

    def __init__(self, message: str, code: int = FAILED):
        super().__init__(message)
        self.code = code


Option = tuple[list[str], dict[str, Any]]  # the names of an option, and what argparse takes


def option(names: str, text: str, parse: Callable[[str], object] | None = None, **keywords: Any) -> Option:
    """Return an option, or an argument, with its help text and what argparse takes; ``parse`` may raise ValueError."""
    if parse is not None:
        keywords["type"] = partial(_read, parse)
    return names.split(), {"help": text, **keywords}


def switch(name: str, text: str) -> Option:
    """Return an option without a value."""
    return option(name, text, action="store_true")


def _read(parse: Callable[[str], object], text: str) -> object:
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is wrong: {error}") from None


def _parse_site(text: str) -> str:
    return text if text in ("", ALL) else urls.parse_site(text if "://" in text else f"http://{text}")


def _parse_one_site(text: str) -> str:
    return "" if text == ALL else _parse_site(text)


def _parse_ids(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last) < 10**18):
        raise ValueError("write the first and the last id, like 1-2000")
    return int(first), int(last)


# Options that several commands on the archive have.
_SITE = "URL or name of a site, as scrapy status prints it"
ONE_SITE = option("--site", f"{_SITE} (default the only site archived)", _parse_one_site, default="")
SITE = option("--site", f"{_SITE}, or {ALL} (default the only site archived)", _parse_site, default="")
ANY_SITE = option("--site", f"{_SITE}, or {ALL} (default {ALL})", _parse_site, default=ALL)
SECTION = option("--section", "only this section (default every section)", urls.parse_section, metavar="ID")
IDS = option("--ids", "only articles with these ids, both included", _parse_ids, metavar="A-B")
FLEET = switch("--fleet", f"let the nodes of a fleet do it, {RANGE:,} articles a job (scrapy fleet)")
JSON = switch("--json", "print JSON, with every article's id")


@contextmanager
def open_output(name: str, is_folder: bool) -> Iterator[Any]:
    """Give a file or a folder to write to, which takes the place of ``name`` if all goes well; raise CommandError.

    ``STDOUT`` is standard output.
    """
    try:
        if name == STDOUT:
            yield sys.stdout.buffer
        else:
            with (atomic_folder if is_folder else atomic_write)(Path(name)) as output:
                yield output
    except BrokenPipeError:
        raise
    except (OSError, UnicodeEncodeError) as error:
        shown = "standard output" if name == STDOUT else name
        raise CommandError(f"{shown} could not be written: {describe_error(error)}") from error


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, but examples stay one a line. It underlines each line that ends in a colon."""


def wrap(text: str, indent: str = "") -> str:
    """Return the text in lines of the terminal's width, of which argparse leaves two columns free."""
    width = max(40, shutil.get_terminal_size().columns - 2)
    return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False)


class BaseCommand(ScrapyCommand):
    """A command that does its work in ``work``. The docstring of its module is its help text."""

    settings: BaseSettings  # type: ignore[assignment]  # Scrapy sets them before it runs a command
    requires_project = True
    requires_crawler_process = False
    usage = "[options]"
    options: ClassVar[tuple[Option, ...]] = ()

    def syntax(self) -> str:
        return self.usage

    def short_desc(self) -> str:
        return self._read_help().partition(".\n")[0]

    def long_desc(self) -> str:
        """Return the help text; its indented paragraphs, the examples, stay as they are."""
        paragraphs = self._read_help().strip("\n").split("\n\n")
        return "\n\n".join(one if one.startswith("  ") else wrap(one) for one in paragraphs)

    def _read_help(self) -> str:
        return sys.modules[self.__module__].__doc__ or ""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = HelpFormatter
        parser.error = self.refuse  # type: ignore[method-assign]
        for names, keywords in self.options:
            parser.add_argument(*names, **keywords)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Set what was given with -s: Scrapy's message does not name the one that is wrong."""
        with self.errors_in_one_line():
            for one in opts.set:
                try:
                    self.settings.setdict(arglist_to_dict([one]), priority="cmdline")
                except ValueError:
                    raise ArgumentError(f"-s {one} is wrong: write NAME=VALUE; some values are JSON") from None
        super().process_options(args, opts)

    @contextmanager
    def errors_in_one_line(self) -> Iterator[None]:
        """Print an error that has a message for its user in one line, and end the program with its exit code."""
        try:
            yield
            flush_stdout()
        except ArgumentError as error:
            self.refuse(str(error))
        except BrokenPipeError:  # the reader has seen enough, as in: scrapy … | head
            self._end("", FAILED)
        except (CommandError, ArchiveError, OSError) as error:
            self._end(str(error), getattr(error, "code", FAILED))
        except KeyboardInterrupt:
            self._end("interrupted", INTERRUPTED)

    def refuse(self, message: str) -> NoReturn:
        """Print a mistake in what was typed in one line, and end the program."""
        if message.startswith("argument "):  # argparse's; else the colon stands before what is missing
            message = message.removeprefix("argument ").replace(": ", " ", 1)
        self._end(f"{message} (see scrapy {self.name} --help)", USAGE)

    def _end(self, message: str, code: int) -> NoReturn:
        if message:
            line = escape_control_characters(" ".join(message.split()))
            print(f"scrapy {self.name}: {hide_passwords(line)}", file=sys.stderr)
        with suppress(OSError):
            flush_stdout()
        sys.exit(code)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; return the exit code. Raises ArgumentError, CommandError, ArchiveError or OSError: one line."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work. A character that the console can't show is escaped."""
        keep_others_from_writing()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: no temporary file is left
        with self.errors_in_one_line():
            if args:  # Scrapy hands on what it does not know, misspelled options too
                raise ArgumentError(f"{' '.join(args)!r} is not understood")
            self.exitcode = self.work(args, opts)

    @property
    def name(self) -> str:
        """The command's name, as it is typed."""
        return self.__module__.rpartition(".")[2]


class ArchiveCommand(BaseCommand):
    """A command on an archive. It sends no request to any site."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the values of all settings."""
        super().process_options(args, opts)
        with self.errors_in_one_line():
            validate_values(self.settings)

    def open_archive(self) -> Archive:
        """Open the archive at ``ARCHIVE_URL``; raises ArchiveError if there is none."""
        return Archive.open_existing(self.settings["ARCHIVE_URL"])

    @contextmanager
    def open_selection(self, opts: argparse.Namespace, **more: Any) -> Iterator[tuple[Archive, Selection]]:
        """Open the archive; yield it with the articles that the options name and ``more``, other parts of a Selection.

        Raises ArgumentError for a section without articles, too: a slip would pass for an empty section.
        """
        section = getattr(opts, "section", None)
        with self.open_archive() as archive:
            site = self._choose_site(read_sites(archive), opts.site)
            held = read_section_ids(archive, site)
            if section is not None and section not in held:
                raise ArgumentError(f"--section {section}: the archive has articles of {', '.join(held)} only")
            yield archive, Selection(site, section, ids=getattr(opts, "ids", None), **more)

    def find_key(self, site: str) -> str | None:
        """Return the name that the site of ``--site`` is archived under; None for every site."""
        return None if site in ("", ALL) else urls.site_key(site, self.settings.getdict("MIRRORS"))

    def _choose_site(self, held: Sequence[str], site: str) -> str | None:
        """Return the name of the site of ``--site``, None for every site; without one, the only site archived.

        Raises ArgumentError if there are several to choose from, CommandError if nothing of the site is archived.
        """
        every = [] if ONE_SITE in self.options else [ALL]
        choices = f"say --site {' or '.join([*held, *every])}" if held else "it is empty"
        if not site and len(held) > 1:
            raise ArgumentError(f"the archive has several sites: {choices}")
        key = self.find_key(site) if site else next(iter(held), None)
        if not held or (key is not None and key not in held):
            raise CommandError(f"the archive has no article{f' of {key}' if key else ''}: {choices}")
        return key


def require_fleet() -> None:
    """Raise CommandError unless the packages of the fleet are installed."""
    try:
        import sassspider.fleet.node  # noqa: F401
    except ImportError as error:
        advice = "pip install procrastinate 'psycopg[binary]'"
        raise CommandError(f"{error.name} is not installed: {advice}") from None


def put_into_queue(url: str, ids: Mapping[str, Sequence[int]], write_words: Callable[[str, str], list[str]]) -> int:
    """Let the nodes of the fleet do a command's work, by ranges of ids; return its exit code.

    ``write_words`` returns the words of the command for a site and a range. Raises ArchiveError and CommandError.
    """
    require_fleet()
    from sassspider.fleet.queue import defer_ranges

    total, new = defer_ranges(url, ids, RANGE, write_words)
    print(f"{new:,} of {total:,} ranges were put into the queue: scrapy fleet status shows how far they are.")
    return OK
