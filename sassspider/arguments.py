"""The spider's arguments (``-a name=value``): what each means, and which values are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from scrapy.exceptions import UsageError

from sassspider import urls


class ArgumentError(UsageError, ValueError):
    """A spider argument is unknown or wrong; the message, a line of Scrapy's own commands too, says what to write."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The checked arguments of one crawl; ``HELP`` has their meanings.

    ``site`` and ``start`` are canonical URLs, ``limit`` is None for all articles, and ``job`` is the id that Scrapyd
    gave this crawl, None if it was not started by Scrapyd.
    """

    site: str
    section: str
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    start: str | None = None
    mode: Literal["update", "refresh"] = "update"
    recheck: int | None = None
    emit: Literal["all", "new"] = "all"
    job: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every article of the section was asked for."""
        return self.since is None and self.until is None and self.limit is None

    def admits(self, day: str) -> bool:
        """Return whether an article published on ``day`` (``YYYY-MM-DD``) was asked for."""
        is_early = self.since is not None and day < self.since.isoformat()
        return not (is_early or (self.until is not None and day > self.until.isoformat()))


def parse_day(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` names; raise ValueError for any other text."""
    with suppress(ValueError):
        if (day := date.fromisoformat(text)).isoformat() == text:  # it takes other forms, too
            return day
    raise ValueError("write a day as YYYY-MM-DD")


def parse_number(text: str) -> int:
    """Return the number that the text is; raise ValueError unless it is 1 or more."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValueError("write a number, 1 or more")
    return int(text)


def _choose(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"write {' or '.join(choices)}")
    return text


_PARSERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "site": (urls.parse_site, f"base URL of the site (default: {urls.DEFAULT_SITE})"),
    "section": (urls.parse_section, "id of the section; required by the spider section, fixed in commentary"),
    "since": (parse_day, "only articles published on or after this day, YYYY-MM-DD"),
    "until": (parse_day, "only articles published on or before this day, YYYY-MM-DD"),
    "limit": (parse_number, "at most this many articles, newest first"),
    "start": (str, "URL of any article of the section: an entry if the list page is missing"),
    "mode": (
        partial(_choose, choices=("update", "refresh")),
        "update: fetch what the archive lacks (default); refresh: also check what it has for edits and removals",
    ),
    "recheck": (parse_number, "number of days: in update, also check articles published since then"),
    "emit": (
        partial(_choose, choices=("all", "new")),
        "articles for the feeds: all that are archived (default); new: only those new or changed in this run, and in "
        "the runs just before it that failed",
    ),
}
HELP = {name: text for name, (_, text) in _PARSERS.items()}  # what each argument means, for crawl --help
NAMES = tuple(HELP)


def parse_arguments(given: Mapping[str, str], section: str | None = None, names: Iterable[str] = NAMES) -> Arguments:
    """Check the arguments as given on the command line; raise ArgumentError for the first that is wrong.

    ``section`` is the one that the spider is for, None if it must be given; ``names`` are the arguments that it knows.
    Names with a leading underscore are ignored, except the ``_job`` that Scrapyd gives each of its jobs.
    """
    values: dict[str, Any] = {"site": urls.DEFAULT_SITE, "job": given.get("_job")}
    for name, text in given.items():
        if name.startswith("_"):
            continue
        if name not in names:
            raise ArgumentError(f"unknown argument {name!r}: the spider knows {', '.join(names)}")
        try:
            values[name] = _PARSERS[name][0](text)
        except ValueError as error:
            raise ArgumentError(f"{name}={text!r} is wrong: {error}") from None
    values["section"] = _choose_section(values.get("section"), section)
    if "start" in values:
        values["start"] = _find_start(**values)
    arguments = Arguments(**values)
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise ArgumentError(f"since={arguments.since} is later than until={arguments.until}: no article is in between")
    return arguments


def _choose_section(given: str | None, own: str | None) -> str:
    if own is None and given is None:
        raise ArgumentError("section is missing: write -a section=103002, the digits in the site's URLs")
    if own is not None and given not in (None, own):
        raise ArgumentError(f"this spider crawls section {own} only; use: scrapy crawl section -a section={given}")
    return given or own or ""


def _find_start(start: str, site: str, section: str, **_others: Any) -> str:
    article_id = urls.find_own_id(start, site, section)
    if article_id is None:
        example = urls.article_url(site, section, 5542)
        raise ArgumentError(f"start={start!r} is no article of section {section} on {site}; one looks like {example}")
    return urls.article_url(site, section, article_id)
