"""Read ``sites.toml``: which sections of which sites are crawled, and when."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from croniter import CroniterBadDateError, croniter

from sassspider.urls import parse_section, parse_site, site_key

Mode = Literal["update", "refresh"]
MODES: tuple[Mode, ...] = ("update", "refresh")


class PlanError(Exception):
    """The file can't be used; ``lines`` name each error."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Site:
    """A ``[[site]]``: base URL, ids of sections, cron lines (UTC) by mode, and what its crawls are started with.

    ``mirrors`` are hosts that serve the same site; ``settings`` are Scrapy's, ``delay`` among them.
    """

    url: str
    sections: list[str]
    schedule: Mapping[Mode, str]
    mirrors: list[str] = field(default_factory=list)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name that the site is archived under."""
        return site_key(self.url, {})


@dataclass(frozen=True, slots=True)
class Crawl:
    """One section to crawl in one mode, at the times of the cron line ``schedule``, None for never."""

    site: Site
    section: str
    mode: Mode

    @property
    def name(self) -> str:
        """As shown: ``en.sass.cn/103002/update``. No two of them wait at once."""
        return f"{self.site.key}/{self.section}/{self.mode}"

    @property
    def schedule(self) -> str:
        """The cron line."""
        return self.site.schedule[self.mode]

    @property
    def job(self) -> dict[str, Any]:
        """The arguments of the queue's task ``crawl``: nodes need no file."""
        mirrors = {"MIRRORS": dict.fromkeys(self.site.mirrors, self.site.key)} if self.site.mirrors else {}
        settings = {**self.site.settings, **mirrors}
        return {"site": self.site.url, "section": self.section, "mode": self.mode, "settings": settings}


def read_plan(path: Path) -> list[Crawl]:
    """Return the crawls that the file names, one section of each site first: no site waits for all of another.

    Raises PlanError with every error in the file, OSError if it can't be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError([f"{path}: not TOML: {error}"]) from None
    errors: list[str] = []
    tables = content.pop("site", [])
    errors += [f"{path}: {name!r} is unknown; a site is a table [[site]]" for name in content]
    if not isinstance(tables, list) or not tables:
        errors.append(f"{path}: no [[site]] in it")
        tables = []
    sites = [site for number, table in enumerate(tables, start=1) if (site := _read_site(table, number, path, errors))]
    keys = [site.key for site in sites]
    errors += [f"{path}: {key} stands in it twice" for key in sorted({one for one in keys if keys.count(one) > 1})]
    if errors:
        raise PlanError(errors)
    return list(_list_crawls(sites))


def _list_crawls(sites: Iterable[Site]) -> Iterator[Crawl]:
    ranked = [
        (rank, Crawl(site, section, mode))
        for site in sites
        for rank, section in enumerate(site.sections)
        for mode in MODES
        if mode in site.schedule
    ]
    ranked.sort(key=lambda one: (one[1].mode != "update", one[0]))
    return (crawl for _, crawl in ranked)


def _read_site(table: Any, number: int, path: Path, errors: list[str]) -> Site | None:
    """Return the site of a table, None if there is an error in it: each becomes a line of ``errors``."""
    place = f"{path}, site {number}"
    if not isinstance(table, dict):
        errors.append(f"{place}: not a table")
        return None
    values: dict[str, Any] = {}
    found: list[str] = [f"{name!r} is unknown; there are {', '.join(_FIELDS)}" for name in table if name not in _FIELDS]
    found += [f"{name} is missing" for name in ("url", "sections", "update") if name not in table]
    for name in table.keys() & _FIELDS.keys():
        try:
            values[name] = _FIELDS[name](table[name])
        except (ValueError, TypeError, AttributeError) as error:
            found.append(f"{name} = {table[name]!r} is wrong: {error}")
    errors += [f"{place} ({table['url']}): {line}" if "url" in table else f"{place}: {line}" for line in found]
    if found:
        return None
    settings = {**values.get("settings", {}), **({"DOWNLOAD_DELAY": values["delay"]} if "delay" in values else {})}
    schedule = {mode: values[mode] for mode in MODES if mode in values}
    return Site(values["url"], values["sections"], schedule, values.get("mirrors", []), settings)


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
