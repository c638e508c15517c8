"""The published JSON Schema of an article."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.items import ARTICLE_FIELDS, find_invalid_fields, load_schema

from .crawling import PROJECT
from .samples import make_article
from .test_docs import rows

NAMES = {"string": "str", "integer": "int", "null": "null"}


def describe(schema: dict[str, Any]) -> str:
    """Return a schema's type in the words of docs/article.md."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if kinds == ["array"]:
        return f"list of {describe(schema['items'])}"
    if kinds == ["object"]:
        return f"{{{', '.join(schema['properties'])}}}"
    return " or ".join(NAMES[one] for one in kinds)


def test_schema_has_every_field() -> None:
    schema = load_schema()
    assert tuple(schema["properties"]) == tuple(schema["required"]) == ARTICLE_FIELDS


def test_schema_has_documented_types() -> None:
    types = {name: describe(schema) for name, schema in load_schema()["properties"].items()}
    assert types == {row[0].strip("`"): row[1] for row in rows(PROJECT / "docs/article.md")[: len(types)]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "5601"), ("id", 0), ("id", True), ("url", "/103002/1.aspx"), ("section_id", "x"), ("title", " "),
        ("subtitle", ""), ("authors", "Tang Shuyi"), ("authors", [None]), ("authors", None), ("source_url", "a.html"),
        ("date_published", "2026-3-2"), ("date_modified", "yesterday"), ("body_text", None), ("word_count", 1.5),
        ("images", [{"url": "http://x/a.jpg"}]), ("images", [{"url": "a.jpg", "alt": None}]), ("language", "fr"),
        ("views", -1), ("views", "57"), ("content_hash", "md5:0"), ("fetched_at", "2026-03-04"), ("breadcrumbs", [()]),
    ],
)  # fmt: skip
def test_invalid_value_is_found(field: str, value: Any) -> None:
    assert find_invalid_fields(make_article(**{field: value})) == [field]
