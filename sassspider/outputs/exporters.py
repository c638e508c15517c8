"""Feed exporters for the formats that Scrapy's own leave lossy or unsafe for articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scrapy.exporters import CsvItemExporter, XmlItemExporter

# A spreadsheet runs a cell that starts so as a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_URL_FIELDS = {"images", "attachments"}


def flatten(name: str, value: Any) -> Any:
    """A field's value as one CSV cell: lists joined, None empty, formulas disarmed with a leading quote mark."""
    if name == "breadcrumbs":
        value = " > ".join(step["name"] for step in value)
    elif name in _URL_FIELDS:
        value = "; ".join(link["url"] for link in value)
    elif isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


class ArticleCsvExporter(CsvItemExporter):
    """CSV with one flat cell a field, safe to open in a spreadsheet."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        serializer: Callable[[Any], Any] | None = field.get("serializer")
        return flatten(name, serializer(value) if serializer else value)


class ArticleXmlExporter(XmlItemExporter):
    """XML in which an empty field is an empty element, where Scrapy's own exporter prints ``None``."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [_without_none(entry) for entry in value]
        return "" if value is None else value


def _without_none(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {key: "" if value is None else value for key, value in entry.items()}
    return entry
