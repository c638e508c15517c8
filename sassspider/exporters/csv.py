"""CSV with one flat cell a field, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from scrapy.exporters import CsvItemExporter

# A spreadsheet may run a cell that starts so as a formula, in full width too (OWASP, "CSV Injection"). One that has a
# quote mark there already gets one more: so whoever takes one away always has the text as it was.
_FORMULA = re.compile(r"['\s]*+[=+\-@＝＋－＠]|'*+[\t\r\n]")  # noqa: RUF001
_KEYS = {"breadcrumbs": "name", "images": "url", "attachments": "url"}


def flatten(name: str, value: Any) -> Any:
    """Return a field's value as a CSV cell: lists joined, None empty, formulas disarmed with a leading quote mark."""
    if isinstance(value, list):
        key = _KEYS.get(name)
        separator = " > " if name == "breadcrumbs" else "; "
        value = separator.join(str(one[key] if key else one) for one in value)
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return "" if value is None else value


class CsvExporter(CsvItemExporter):
    """Write CSV with one flat cell a field; each is quoted, as some programs part cells at semicolons too."""

    def __init__(self, file: BytesIO, **options: Any):
        super().__init__(file, quoting=csv.QUOTE_ALL, **options)

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        serializer: Callable[[Any], Any] | None = field.get("serializer")
        return flatten(name, serializer(value) if serializer else value)
