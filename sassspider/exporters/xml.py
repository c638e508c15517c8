"""XML in which an empty field is an empty element, where Scrapy's own exporter prints ``None``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scrapy.exporters import XmlItemExporter


class XmlExporter(XmlItemExporter):
    """Write XML; None is an empty element."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [_replace_none(entry) for entry in value]
        return _replace_none(value)


def _replace_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "" if one is None else one for key, one in value.items()}
    return "" if value is None else value
