"""Check the values of settings before a crawl starts: a wrong one costs its user one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from scrapy.settings import BaseSettings, default_settings

from sassspider import settings as project
from sassspider.arguments import ArgumentError
from sassspider.items import ARTICLE_FIELDS

# Whole numbers, and the least that makes sense. Other numbers may have a fraction, and are 0 or more.
_WHOLE = {
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "REACTOR_THREADPOOL_MAXSIZE": 1,
    "CLOSESPIDER_ERRORCOUNT": 0,
    "CLOSESPIDER_ITEMCOUNT": 0,
    "CLOSESPIDER_PAGECOUNT": 0,
    "CLOSESPIDER_PAGECOUNT_NO_ITEM": 0,
    "CLOSESPIDER_TIMEOUT_NO_ITEM": 0,
    "DEPTH_LIMIT": 0,
    "DEPTH_PRIORITY": -1000,
    "DNSCACHE_SIZE": 0,
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "FEED_EXPORT_BATCH_ITEM_COUNT": 0,
    "FEED_EXPORT_INDENT": 0,
    "HEALTH_MIN_PAGES": 0,
    "MEMUSAGE_LIMIT_MB": 0,
    "MEMUSAGE_WARNING_MB": 0,
    "REDIRECT_MAX_TIMES": 0,
    "REDIRECT_PRIORITY_ADJUST": -1000,
    "RETRY_PRIORITY_ADJUST": -(10**60),
    "RETRY_TIMES": 0,
    "URLLENGTH_LIMIT": 0,
}
_POSITIVE = ("DOWNLOAD_TIMEOUT", "DNS_TIMEOUT", "AUTOTHROTTLE_TARGET_CONCURRENCY")
_SHARES = ("HEALTH_MAX_ERROR_RATIO", "HEALTH_MAX_DAMAGED_SHARE", "HEALTH_MAX_ODD_SHARE")
_DICT = "write a JSON object, as in '{\"name\": 1}'"
_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


def validate_options(options: Iterable[str], settings: BaseSettings) -> None:
    """Raise ArgumentError for an option ``-s NAME=VALUE`` of components whose value Scrapy could not even store."""
    for name, _, value in (one.partition("=") for one in options):
        if isinstance(settings.get(name), BaseSettings):
            try:
                is_dict = isinstance(json.loads(value), dict)
            except ValueError:
                is_dict = False
            if not is_dict:
                raise ArgumentError(f"{name}={value!r} is wrong: {_DICT}")


def validate_settings(settings: BaseSettings) -> None:
    """Raise ArgumentError for the first setting whose value Scrapy or this project can't use."""
    for name in sorted(settings, key=str):
        if settings.getpriority(name):  # 0 is Scrapy's own default
            try:
                _find_check(name)(settings, name)
            except (TypeError, ValueError) as error:
                raise ArgumentError(f"{name}={settings[name]!r} is wrong: {error}") from None
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise ArgumentError(
            "HTTPCACHE_ENABLED=True is refused: cached answers would be archived as seen today; "
            "scrapy reparse reads archived pages again without a request"
        )


def _find_check(name: str) -> Callable[[BaseSettings, str], None]:
    """Return the check for a setting, chosen by its name or by the type of its default."""
    default = getattr(project, name, getattr(default_settings, name, None))
    if name == "LOG_LEVEL":
        return _check_level
    if name == "HEALTH_COVERAGE":
        return _check_coverage
    if isinstance(default, bool) or name.endswith("_ENABLED"):
        return _check_switch
    if isinstance(default, (int, float)):
        return _check_number
    if isinstance(default, dict):
        return _check_dict
    return lambda _settings, _name: None


def _check_switch(settings: BaseSettings, name: str) -> None:
    try:
        settings.getbool(name)
    except ValueError:
        raise ValueError("write True or False") from None


def _check_number(settings: BaseSettings, name: str) -> None:
    least = _WHOLE.get(name, 0)
    kind = "whole number" if name in _WHOLE else "share from 0 to 1" if name in _SHARES else "number"
    largest = 1 if name in _SHARES else float("inf")
    above = name in _POSITIVE
    message = f"write a {kind}" if name in _SHARES else f"write a {kind}, {'above 0' if above else f'{least} or more'}"
    number = _parse_number(settings[name], whole=name in _WHOLE)
    if number is None or not least <= number <= largest or (above and not number):
        raise ValueError(message)


def _parse_number(value: Any, whole: bool) -> float | None:
    try:
        number = int(value) if whole else float(value)
    except (TypeError, ValueError):
        return None
    return None if number in (float("inf"), float("-inf")) else number


def _check_dict(settings: BaseSettings, name: str) -> None:
    try:
        settings.getdict(name)
    except (TypeError, ValueError):
        raise ValueError(_DICT) from None


def _check_level(settings: BaseSettings, name: str) -> None:
    value = settings[name]
    if not isinstance(value, int) and value not in _LEVELS and not str(value).isdigit():
        raise ValueError(f"write {', '.join(_LEVELS[:-1])} or {_LEVELS[-1]}")


def _check_coverage(settings: BaseSettings, name: str) -> None:
    _check_dict(settings, name)
    for field, share in settings.getdict(name).items():
        if field not in ARTICLE_FIELDS:
            raise ValueError(f"{field!r} is no field of an article")
        number = _parse_number(share, whole=False)
        if number is None or not 0 <= number <= 1:
            raise ValueError(f"write a share from 0 to 1 for {field!r}")
