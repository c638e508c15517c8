"""Charts as numbers for the templates, which draw them in SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sassspider.publishing.pages import Group

WIDTH, HEIGHT = 720, 180  # of the drawing, in its own units
_MONTHS = 12


class Column(NamedTuple):
    """A column of a chart: what it counts, where it stands, and the year below it, if that is written."""

    label: str
    number: int
    x: float
    height: float
    tick: str


class ColumnChart(NamedTuple):
    """A chart of columns, of one width in the drawing's units."""

    columns: list[Column]
    width: float
    most: int
    total: int


class Bar(NamedTuple):
    """A bar of a chart; its length is in percent of the longest."""

    label: str
    number: int
    length: float


def chart_months(days: Iterable[str]) -> ColumnChart:
    """Return the number of days (``YYYY-MM-DD``) in each month from the first to the last, also in empty ones."""
    counts = Counter(day[:7] for day in days)
    months = list(_list_months(min(counts), max(counts))) if counts else []
    step = min(WIDTH / max(len(months), 1), WIDTH / _MONTHS)
    most = max(counts.values(), default=0)
    columns = [
        Column(
            label=month,
            number=counts[month],
            x=round(place * step, 2),
            height=round(counts[month] / most * HEIGHT, 2),
            tick=month[:4] if place == 0 or month.endswith("-01") else "",
        )
        for place, month in enumerate(months)
    ]
    return ColumnChart(columns, round(step * 0.84, 2), most, counts.total())


def _list_months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (one := f"{year:04}-{month:02}") <= last:
        yield one
        year, month = (year, month + 1) if month < _MONTHS else (year + 1, 1)


def chart_groups(groups: Sequence[Group], limit: int) -> list[Bar]:
    """Return the groups with the most articles, at most so many, the largest first."""
    largest = sorted(groups, key=lambda group: -len(group.heads))[:limit]
    return [Bar(one.name, len(one.heads), round(100 * len(one.heads) / len(largest[0].heads), 1)) for one in largest]
