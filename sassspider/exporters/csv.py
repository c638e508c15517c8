"""CSV with one flat cell a field, safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scrapy.exporters import CsvItemExporter

# A spreadsheet may run a cell that starts so as a formula, in full width too (OWASP, "CSV Injection"). One that has a
# quote mark there already gets one more: so whoever takes one away always has the text as it was.
_FORMULA = re.compile(r"['\s]*+[=+\-@＝＋－＠]|'*+[\t\r\n]")  # noqa: RUF001
_URL_FIELDS = {"images", "attachments"}


def flatten(name: str, value: Any) -> Any:
    """Return a field's value as a CSV cell: lists joined, None empty, formulas disarmed with a leading quote mark."""
    if name == "breadcrumbs" and isinstance(value, list):
        value = " > ".join(step["name"] for step in value)
    elif name in _URL_FIELDS and isinstance(value, list):
        value = "; ".join(link["url"] for link in value)
    elif isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return "" if value is None else value


class CsvExporter(CsvItemExporter):
    """Write CSV with one flat cell a field."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        serializer: Callable[[Any], Any] | None = field.get("serializer")
        return flatten(name, serializer(value) if serializer else value)
