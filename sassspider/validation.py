"""Check the values of settings before a crawl starts: a wrong value costs its user one line."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapy.extensions.feedexport import apply_uri_params
from scrapy.settings import BaseSettings, default_settings

from sassspider import settings as project
from sassspider.arguments import ArgumentError
from sassspider.browser import launch_options, read_mode
from sassspider.media import parse_hosts

# Numbers of these names may have a fraction: seconds, days and shares. All others are whole.
_FRACTION = re.compile(r"TIMEOUT|DELAY|BACKOFF|INTERVAL|AFTER|DAYS|TARGET|SHARE|RATIO")
# The lowest and highest value, by a part of the setting's name; others are 0 or more.
_RANGES = {"PRIORITY": (-(10.0**60), 10.0**60), "CONCURRENT": (1, 10**6), "SHARE": (0, 1), "RATIO": (0, 1)}
_ANY_NUMBER = (0, 10**18)


def validate_settings(settings: BaseSettings) -> None:
    """Raise ArgumentError for the first setting with which Scrapy or this project can't crawl."""
    validate_values(settings)
    if read_mode(settings) != "never":
        launch_options(settings)
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise ArgumentError(
            "HTTPCACHE_ENABLED=True is refused: cached answers would be archived as seen today; "
            "scrapy reparse reads archived pages again without a request"
        )


def validate_values(settings: BaseSettings) -> None:
    """Raise ArgumentError for the first setting whose value is of another kind than its default."""
    for name in sorted(settings, key=str):
        is_changed = settings.getpriority(name)  # 0 is Scrapy's own default
        if is_changed and (wanted := _find_problem(settings, name)):
            raise ArgumentError(f"{name}={settings[name]!r} is wrong: write {wanted}")


def _find_problem(settings: BaseSettings, name: str) -> str | None:
    """Return which values a setting takes, told by its default, if it has another one; else None."""
    default = getattr(project, name, getattr(default_settings, name, None))
    value = settings[name]
    if name == "LOG_LEVEL":
        fits, wanted = _accepts(logging.NullHandler().setLevel, value), "DEBUG, INFO, WARNING or ERROR"
    elif name == "FEED_EXPORT_ENCODING":
        fits, wanted = _accepts(codecs.lookup, value or "utf-8"), "an encoding, such as utf-8"
    elif name == "EXPORT_PATH":
        fits, wanted = _accepts(_name_corpus, value or ""), "a path, in which %(name)s is the name of the spider"
    elif name == "QUARANTINE_DIR":
        fits, wanted = _accepts(Path, value or None), "a folder"
    elif name == "MEDIA_HOSTS":
        fits, wanted = _accepts(parse_hosts, settings.getlist(name)), "hosts, separated by commas"
    elif name.endswith("_CODES"):
        fits, wanted = _accepts(lambda: [*map(int, settings.getlist(name))]), "numbers, separated by commas"
    elif isinstance(default, bool) or name.endswith("_ENABLED"):
        fits, wanted = _accepts(settings.getbool, name), "True or False"
    elif isinstance(default, (int, float)):
        least, most = next((limits for part, limits in _RANGES.items() if part in name), _ANY_NUMBER)
        parse, kind = (float, "number") if _FRACTION.search(name) else (int, "whole number")
        fits = _accepts(parse, value) and least <= parse(value) <= most
        wanted = f"a {kind} from 0 to 1" if most == 1 else f"a {kind}, {least:g} or more"
    else:
        fits, wanted = not isinstance(default, dict) or _accepts(settings.getdict, name), "a JSON object"
    return None if fits else wanted


def _name_corpus(template: str) -> str:
    return apply_uri_params(template, {"name": "commentary"})


def _accepts(function: Callable[..., object], *values: Any) -> bool:
    try:
        function(*values)
    except (TypeError, ValueError, LookupError):
        return False
    return True
