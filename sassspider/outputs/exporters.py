"""Feed exporters for the formats that Scrapy's own leave lossy or unsafe for articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from scrapy.exporters import BaseItemExporter, CsvItemExporter, XmlItemExporter

from sassspider.items import as_record
from sassspider.outputs.jsonl import dump_line

if TYPE_CHECKING:
    from sassspider.items import Article

# A spreadsheet may run a cell that starts so as a formula, in full width too (OWASP, "CSV Injection"). One that has a
# quote mark there already gets one more: so whoever takes one away always has the text as it was.
_FORMULA = re.compile(r"['\s]*+[=+\-@＝＋－＠]|'*+[\t\r\n]")  # noqa: RUF001
_URL_FIELDS = {"images", "attachments"}


def flatten(name: str, value: Any) -> Any:
    """A field's value as one CSV cell: lists joined, None empty, formulas disarmed with a leading quote mark."""
    if name == "breadcrumbs":
        value = " > ".join(step["name"] for step in value)
    elif name in _URL_FIELDS:
        value = "; ".join(link["url"] for link in value)
    elif isinstance(value, list):
        value = "; ".join(value)
    if isinstance(value, str) and _FORMULA.match(value):
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


class ArticleLinesExporter(BaseItemExporter):
    """JSON Lines, to the byte as the lines of ``EXPORT_PATH``."""

    def __init__(self, file: BinaryIO):
        super().__init__()
        self.file = file

    def export_item(self, item: Article) -> None:
        self.file.write(dump_line(as_record(item)))
