"""JSON Lines, CSV and XML: Scrapy's exporters, with what they lack."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, BinaryIO

import orjson
from scrapy.exporters import BaseItemExporter, CsvItemExporter, XmlItemExporter
from scrapy.utils.serialize import ScrapyJSONEncoder

from sassspider.items import ARTICLE_FIELDS, Article, as_record

_encode_other = ScrapyJSONEncoder().default  # for items of other spiders: dates, decimals, items in items
# A spreadsheet may run a cell that starts so as a formula, in full width too (OWASP, "CSV Injection"). One that has a
# quote mark there already gets one more: so whoever takes one away always has the text as it was.
_FORMULA = re.compile(r"['\s]*+[=+\-@＝＋－＠]|'*+[\t\r\n]")  # noqa: RUF001
_KEYS = {"breadcrumbs": "name", "images": "url", "attachments": "url"}


def dump_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as a line, with its end. U+2028 and U+2029 are escaped: some readers take them for line ends."""
    try:
        line = orjson.dumps(record, default=_encode_other, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # half a surrogate pair, or an integer beyond 64 bits
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_encode_other)
        line = text.encode("utf-8", errors="backslashreplace") + b"\n"
    if b"\xa8" in line or b"\xa9" in line:  # their last bytes: a single one is found ten times as fast as three
        line = line.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return line


class JsonLinesExporter(BaseItemExporter):
    """Write JSON Lines, several times as fast as Scrapy's exporter."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        encoding = self.encoding or "utf-8"
        # It writes a byte order mark once.
        self.encoder = None if codecs.lookup(encoding).name == "utf-8" else codecs.getincrementalencoder(encoding)()

    def export_item(self, item: Any) -> None:
        """Write an item; raises UnicodeEncodeError if the feed's encoding lacks a character."""
        is_whole = self.fields_to_export is None and isinstance(item, Article)
        line = dump_line(as_record(item) if is_whole else dict(self.get_serialized_fields(item)))
        self.file.write(self.encoder.encode(line.decode()) if self.encoder else line)


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
    """Write CSV with one flat cell a field; each is quoted, as some programs part cells at semicolons too.

    Without an item, the header line is that of articles.
    """

    def __init__(self, file: BytesIO, **options: Any):
        super().__init__(file, quoting=csv.QUOTE_ALL, **options)
        self.is_empty = True

    def export_item(self, item: Any) -> None:
        self.is_empty = False
        super().export_item(item)

    def finish_exporting(self) -> None:
        if self.is_empty and self.include_headers_line:
            chosen = self.fields_to_export or ARTICLE_FIELDS
            self.csv_writer.writerow(chosen.values() if isinstance(chosen, Mapping) else chosen)
        super().finish_exporting()

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        serializer: Callable[[Any], Any] | None = field.get("serializer")
        return flatten(name, serializer(value) if serializer else value)


class XmlExporter(XmlItemExporter):
    """Write XML; None is an empty element."""

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        return _replace_none(value)


def _replace_none(value: Any) -> Any:
    if isinstance(value, list):
        return [_replace_none(one) for one in value]
    if isinstance(value, dict):
        return {key: _replace_none(one) for key, one in value.items()}
    return "" if value is None else value
