"""The shape that each field of an article has: what ``docs/article.md`` tells people, for machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sassspider.items import ARTICLE_FIELDS, Article

_DAY = r"\d{4}-\d\d-\d\d"


@dataclass(frozen=True, slots=True)
class Shape:
    """``text`` names it for people, ``fits`` tells whether a value has it."""

    text: str
    fits: Callable[[Any], bool]


def _string(text: str = "str", pattern: str = r"(?s).*") -> Shape:
    matches = re.compile(pattern).fullmatch
    return Shape(text, lambda value: isinstance(value, str) and matches(value) is not None)


def _number(least: int) -> Shape:
    return Shape(f"int, {least} or more", lambda value: type(value) is int and value >= least)


def _or_null(shape: Shape) -> Shape:
    return Shape(f"{shape.text}, or null", lambda value: value is None or shape.fits(value))


def _list(shape: Shape) -> Shape:
    return Shape(f"list of {shape.text}", lambda value: isinstance(value, list) and all(map(shape.fits, value)))


def _record(**shapes: Shape) -> Shape:
    def fits(value: Any) -> bool:
        is_whole = isinstance(value, dict) and value.keys() == shapes.keys()
        return is_whole and all(shape.fits(value[name]) for name, shape in shapes.items())

    return Shape(f"{{{', '.join(shapes)}}}", fits)


_TEXT = _string()
_FILLED = _string("str, not empty", r"(?s).*\S.*")
_URL = _string("http(s) URL", r"https?://\S+")
_DATE = _string("YYYY-MM-DD", _DAY)

SHAPES = {
    "id": _number(1),
    "url": _URL,
    "section_id": _string("digits", r"\d+"),
    "section": _or_null(_FILLED),
    "breadcrumbs": _list(_record(name=_TEXT, url=_URL)),
    "title": _FILLED,
    "subtitle": _or_null(_FILLED),
    "editor": _or_null(_FILLED),
    "byline": _or_null(_FILLED),
    "authors": _list(_FILLED),
    "source_name": _or_null(_FILLED),
    "source_url": _or_null(_URL),
    "date_published": _DATE,
    "date_published_raw": _FILLED,
    "date_modified": _or_null(_DATE),
    "date_modified_raw": _or_null(_FILLED),
    "body_html": _FILLED,
    "body_text": _TEXT,
    "body_markdown": _FILLED,
    "images": _list(_record(url=_URL, alt=_or_null(_TEXT))),
    "attachments": _list(_record(url=_URL, name=_TEXT)),
    "word_count": _number(0),
    "language": _string("zh or en", "zh|en"),
    "views": _or_null(_number(0)),
    "previous_id": _or_null(_number(1)),
    "next_id": _or_null(_number(1)),
    "content_hash": _string("sha256:…", r"sha256:[0-9a-f]{64}"),
    "duplicate_of": _or_null(_number(1)),
    "date_removed": _or_null(_DATE),
    "fetched_at": _string("ISO 8601, UTC", rf"{_DAY}T\d\d:\d\d:\d\dZ"),
}


def find_misfits(article: Article) -> Iterator[str]:
    """Yield the name of each field whose value has not the field's shape."""
    return (name for name in ARTICLE_FIELDS if not SHAPES[name].fits(getattr(article, name)))
