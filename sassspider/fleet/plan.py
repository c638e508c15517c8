"""Read ``sites.toml``: which sections of which sites are crawled, and when."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from croniter import CroniterBadDateError, croniter

from sassspider.arguments import ArgumentError
from sassspider.urls import parse_section, parse_site, site_key


class Crawl(NamedTuple):
    """One section to crawl in one mode, at the times of the cron line ``schedule`` (UTC), by a command of Scrapy."""

    site: str  # the name that it is archived under
    section: str
    rank: int  # of the section in the site
    mode: str  # update, refresh
    schedule: str
    words: list[str]

    @property
    def name(self) -> str:
        """The crawl's name, as ``en.sass.cn/103002/update``. No two jobs of one name wait at once."""
        return f"{self.site}/{self.section}/{self.mode}"


def read_plan(path: Path) -> list[Crawl]:
    """Return the crawls that the file names, one section of each site first: no site waits for all of another.

    Raises ArgumentError for the first error in the file.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArgumentError(f"--sites {path} can't be read: {error.strerror}") from None
    except ValueError as error:
        raise ArgumentError(f"{path}: not TOML: {error}") from None
    tables = content.pop("site", None)
    if content:
        raise ArgumentError(f"{path}: {next(iter(content))!r} is unknown; a site is a table [[site]]")
    if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
        raise ArgumentError(f"{path}: no [[site]] in it")
    crawls: list[Crawl] = []
    for number, table in enumerate(tables, start=1):
        try:
            own = list(_list_crawls(**_read_table(table)))
        except ValueError as error:
            raise ArgumentError(f"{path}, site {number} ({table.get('url', '')}): {error}") from None
        if own[0].site in [one.site for one in crawls]:
            raise ArgumentError(f"{path}: {own[0].site} is in it twice")
        crawls += own
    return sorted(crawls, key=lambda one: (one.mode != "update", one.rank))


def _read_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a ``[[site]]``; raise ValueError for the first that is wrong."""
    values = {}
    for name, value in table.items():
        if name not in _FIELDS:
            raise ValueError(f"{name!r} is unknown; there are {', '.join(_FIELDS)}")
        try:
            values[name] = _FIELDS[name](value)
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{name} = {value!r} is wrong: {error}") from None
    for name in ("url", "sections", "update"):
        if name not in values:
            raise ValueError(f"{name} is missing")
    return values


def _list_crawls(
    url: str,
    sections: Sequence[str],
    mirrors: Sequence[str] = (),
    delay: float | None = None,
    settings: Mapping[str, Any] | None = None,
    **schedule: str,
) -> Iterator[Crawl]:
    key = site_key(url, {})
    given = {"EXPORT_PATH": "", **(settings or {})}  # the corpus is in the archive, that all nodes share
    if delay is not None:
        given["DOWNLOAD_DELAY"] = delay
    if mirrors:
        given["MIRRORS"] = dict.fromkeys(mirrors, key)
    options = [f"-s{name}={_write_value(value)}" for name, value in given.items()]
    for mode, line in schedule.items():
        for rank, section in enumerate(sections):
            words = ["crawl", "section", f"-asite={url}", f"-asection={section}", f"-amode={mode}", "--quiet"]
            yield Crawl(key, section, rank, mode, line, words + options)


def _write_value(value: Any) -> str:
    """Return a setting's value as Scrapy reads it from a command line."""
    if isinstance(value, list):
        return ",".join(map(_write_value, value))
    return value if isinstance(value, str) else json.dumps(value)


def _parse_sections(given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        raise ValueError('write a list of ids: ["103002"]')
    return list(dict.fromkeys(parse_section(str(one)) for one in given))


def _parse_mirrors(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) and one and "/" not in one for one in given):
        raise ValueError('write a list of hosts: ["en.sss.net.cn"]')
    return given


def _parse_schedule(given: Any) -> str:
    if not isinstance(given, str) or len(given.split()) != 5 or not croniter.is_valid(given):
        raise ValueError('write a cron line of five fields, in UTC: "30 3 * * *"')
    try:
        croniter(given).get_next()
    except CroniterBadDateError:
        raise ValueError("there is no such day") from None
    return given


def _parse_delay(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 <= given < math.inf:
        raise ValueError("write a number of seconds")
    return given


def _parse_settings(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not all(name.isupper() for name in given):
        raise ValueError("write names of settings and their values: { DOWNLOAD_TIMEOUT = 60 }")
    json.dumps(given, allow_nan=False)  # as in the queue; raises TypeError or ValueError
    return given


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "url": parse_site,
    "sections": _parse_sections,
    "mirrors": _parse_mirrors,
    "update": _parse_schedule,
    "refresh": _parse_schedule,
    "delay": _parse_delay,
    "settings": _parse_settings,
}
