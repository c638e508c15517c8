"""The limits that a crawl is judged by, from the settings ``HEALTH_…``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrapy.settings import BaseSettings

from sassspider.items import ARTICLE_FIELDS


class LimitError(ValueError):
    """A limit can't be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares are from 0 to 1; settings.py says what each is for."""

    coverage: Mapping[str, float]
    tolerance: float
    max_age_days: float
    max_error_ratio: float
    max_damaged_share: float
    max_odd_share: float
    min_pages: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Limits:
        """Read the settings; raises LimitError on the first that is wrong."""
        return cls(
            coverage=_read_floors(settings),
            tolerance=_read_share("HEALTH_TOLERANCE", settings["HEALTH_TOLERANCE"]),
            max_age_days=_read("HEALTH_MAX_AGE_DAYS", settings["HEALTH_MAX_AGE_DAYS"]),
            max_error_ratio=_read_share("HEALTH_MAX_ERROR_RATIO", settings["HEALTH_MAX_ERROR_RATIO"]),
            max_damaged_share=_read_share("HEALTH_MAX_DAMAGED_SHARE", settings["HEALTH_MAX_DAMAGED_SHARE"]),
            max_odd_share=_read_share("HEALTH_MAX_ODD_SHARE", settings["HEALTH_MAX_ODD_SHARE"]),
            min_pages=_read("HEALTH_MIN_PAGES", settings["HEALTH_MIN_PAGES"]),
        )


def _read(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if not number >= 0:
        raise LimitError(f"{name} is {value!r}: write a number, 0 or more")
    return number


def _read_share(name: str, value: Any) -> float:
    if (number := _read(name, value)) > 1:
        raise LimitError(f"{name} is {value!r}: write a share from 0 to 1")
    return number


def _read_floors(settings: BaseSettings) -> dict[str, float]:
    try:
        floors = settings.getdict("HEALTH_COVERAGE")
    except (TypeError, ValueError):
        raise LimitError('HEALTH_COVERAGE is no JSON object: write {"byline": 0.6}') from None
    for name in floors:
        if name not in ARTICLE_FIELDS:
            raise LimitError(f"HEALTH_COVERAGE names {name!r}, which is no field of an article")
    return {name: _read_share(f"HEALTH_COVERAGE[{name!r}]", value) for name, value in floors.items()}
