"""Check articles against ``article.schema.json``, the JSON Schema that is published for users of the corpus."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from sassspider.items import Article, as_record


def load_schema() -> dict[str, Any]:
    """Return the JSON Schema of an article."""
    text = files("sassspider").joinpath("article.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def find_invalid_fields(article: Article) -> list[str]:
    """Return the names of the fields whose value violates the schema, in the schema's order."""
    errors = _validator().iter_errors(as_record(article))
    return list(dict.fromkeys(str(error.instance_path[0]) for error in errors if error.instance_path))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(load_schema())
