"""The spider's arguments (``-a name=value``): what each means, and which values are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from sassspider import urls

# What each argument means, for crawl --help.
HELP = {
    "site": f"base URL of the site (default: {urls.DEFAULT_SITE})",
    "section": "id of the section; required by the spider section, fixed in commentary",
    "since": "only articles published on or after this day, YYYY-MM-DD",
    "until": "only articles published on or before this day, YYYY-MM-DD",
    "limit": "at most this many articles, newest first",
    "start": "URL of any article of the section: an entry if the list page is missing",
    "mode": "update: fetch what the archive lacks (default); refresh: also check what it has for edits and removals",
    "recheck": "in update, also check articles published in the last so many days",
    "emit": "articles for the feeds: all that are archived (default), or new: only those new or changed in this run",
}
NAMES = tuple(HELP)

Mode = Literal["update", "refresh"]
Emit = Literal["all", "new"]
T = TypeVar("T")


class ArgumentError(ValueError):
    """A spider argument is unknown or wrong; the message tells its user what to write instead."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What one crawl was asked for.

    ``site`` is a base URL, ``section`` a section id; ``since`` and ``until`` are dates of publication,
    inclusive; ``limit`` is a number of articles, None for all; ``start`` is the URL of an article to enter by.
    ``mode`` is ``update`` (fetch what the archive lacks) or ``refresh`` (ask again for what it has, too); ``recheck``
    a number of days: what was published in the last so many is asked for again. ``emit`` says which articles go to the
    feeds: ``all`` that the archive has when the run ends, or only those ``new`` or changed in it. ``job`` is the id
    that Scrapyd gave this crawl, None if it was not Scrapyd that started it.
    """

    site: str
    section: str
    since: date | None = None
    until: date | None = None
    limit: int | None = None
    start: str | None = None
    mode: Mode = "update"
    recheck: int | None = None
    emit: Emit = "all"
    job: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every article of the section was asked for."""
        return self.since is None and self.until is None and self.limit is None

    def admits(self, day: str) -> bool:
        """Whether an article published on ``day`` (``YYYY-MM-DD``) was asked for."""
        published = date.fromisoformat(day)
        return not ((self.since and published < self.since) or (self.until and published > self.until))


def parse_arguments(given: Mapping[str, str], section: str | None = None) -> Arguments:
    """Check the arguments as given on the command line; raises ArgumentError on the first that is wrong.

    ``section`` is the one that the spider is for, None if it must be given. Names with a leading underscore
    are the caller's own and not looked at, save the ``_job`` that Scrapyd gives each of its jobs.
    """
    for name in given:
        if name not in NAMES and not name.startswith("_"):
            raise ArgumentError(f"unknown argument {name!r}: the spider knows {', '.join(NAMES)}")
    site = _parse(given, "site", urls.parse_site) or urls.DEFAULT_SITE
    section_id = _choose_section(_parse(given, "section", urls.parse_section), section)
    since, until = _parse(given, "since", parse_day), _parse(given, "until", parse_day)
    if since and until and since > until:
        raise ArgumentError(f"since={since} is later than until={until}: no article is published in between")
    limit, recheck = _parse(given, "limit", _parse_number), _parse(given, "recheck", _parse_number)
    mode = _parse(given, "mode", _parse_mode) or "update"
    emit = _parse(given, "emit", _parse_emit) or "all"
    start = _parse(given, "start", str)
    if start is not None:
        link = urls.classify(start, site, section_id)
        if link is None or link.kind != "article":
            example = urls.article_url(site, section_id, 5542)
            raise ArgumentError(
                f"start={start!r} is no article of section {section_id} on {site}; one looks like {example}"
            )
        start = link.url
    return Arguments(site, section_id, since, until, limit, start, mode, recheck, emit, given.get("_job"))


def _parse(given: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T | None:
    if name not in given:
        return None
    try:
        return parse(given[name])
    except ValueError as error:
        raise ArgumentError(f"{name}={given[name]!r} is wrong: {error}") from None


def _choose_section(given: str | None, own: str | None) -> str:
    if own is None and given is None:
        raise ArgumentError("which section? Say -a section=103002 (digits, as in the site's URLs)")
    if own is not None and given not in (None, own):
        raise ArgumentError(f"this spider crawls section {own} only; use: scrapy crawl section -a section={given}")
    return given or own or ""


def parse_day(text: str) -> date:
    """The day that ``YYYY-MM-DD`` names; ValueError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError("write a day as YYYY-MM-DD")
    return day


def _parse_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValueError("write a number, 1 or more")
    return int(text)


def _parse_mode(text: str) -> Mode:
    modes: dict[str, Mode] = {"update": "update", "refresh": "refresh"}
    if text not in modes:
        raise ValueError("write update or refresh")
    return modes[text]


def _parse_emit(text: str) -> Emit:
    choices: dict[str, Emit] = {"all": "all", "new": "new"}
    if text not in choices:
        raise ValueError("write all or new")
    return choices[text]
