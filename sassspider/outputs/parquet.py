"""Articles as Parquet: typed columns for data frames and databases. Needs pyarrow, the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet
from scrapy.exporters import BaseItemExporter

from sassspider.items import Article, as_record

ROW_GROUP = 1000  # rows; readers take or skip one group at a time

_LINK = [pa.field("url", pa.string(), nullable=False)]
_STEP = pa.struct([pa.field("name", pa.string(), nullable=False), *_LINK])
_IMAGE = pa.struct([*_LINK, pa.field("alt", pa.string())])
_ATTACHMENT = pa.struct([*_LINK, pa.field("name", pa.string(), nullable=False)])
_TIME = pa.timestamp("ms", tz="UTC")  # Parquet has no seconds

SCHEMA = pa.schema([
    pa.field("id", pa.int64(), nullable=False),
    pa.field("url", pa.string(), nullable=False),
    pa.field("section_id", pa.string(), nullable=False),
    pa.field("section", pa.string()),
    pa.field("breadcrumbs", pa.list_(_STEP), nullable=False),
    pa.field("title", pa.string(), nullable=False),
    pa.field("subtitle", pa.string()),
    pa.field("editor", pa.string()),
    pa.field("byline", pa.string()),
    pa.field("authors", pa.list_(pa.string()), nullable=False),
    pa.field("source_name", pa.string()),
    pa.field("source_url", pa.string()),
    pa.field("date_published", pa.date32(), nullable=False),
    pa.field("date_published_raw", pa.string(), nullable=False),
    pa.field("date_modified", pa.date32()),
    pa.field("date_modified_raw", pa.string()),
    pa.field("body_html", pa.string(), nullable=False),
    pa.field("body_text", pa.string(), nullable=False),
    pa.field("body_markdown", pa.string(), nullable=False),
    pa.field("images", pa.list_(_IMAGE), nullable=False),
    pa.field("attachments", pa.list_(_ATTACHMENT), nullable=False),
    pa.field("word_count", pa.int64(), nullable=False),
    pa.field("language", pa.string(), nullable=False),
    pa.field("views", pa.int64()),
    pa.field("previous_id", pa.int64()),
    pa.field("next_id", pa.int64()),
    pa.field("content_hash", pa.string(), nullable=False),
    pa.field("duplicate_of", pa.int64()),
    pa.field("date_removed", pa.date32()),
    pa.field("fetched_at", _TIME, nullable=False),
])  # fmt: skip
_READ = {pa.date32(): date.fromisoformat, _TIME: datetime.fromisoformat}
_CONVERT: dict[str, Callable[[str], date]] = {one.name: _READ[one.type] for one in SCHEMA if one.type in _READ}


class ArticleParquetExporter(BaseItemExporter):
    """Writes row groups of ``ROW_GROUP`` articles: so many are in memory at a time."""

    def __init__(self, file: BinaryIO):
        super().__init__()
        self.file = file
        self.rows: list[dict[str, Any]] = []

    def start_exporting(self) -> None:
        self.writer = parquet.ParquetWriter(self.file, SCHEMA, compression="zstd")

    def export_item(self, item: Article) -> None:
        self.rows.append(to_row(item))
        if len(self.rows) == ROW_GROUP:
            self._write()

    def finish_exporting(self) -> None:
        if self.rows:
            self._write()
        self.writer.close()

    def _write(self) -> None:
        self.writer.write_table(pa.Table.from_pylist(self.rows, schema=SCHEMA), row_group_size=ROW_GROUP)
        self.rows.clear()


def to_row(article: Article) -> dict[str, Any]:
    """The article with dates as dates."""
    row = as_record(article)
    for name, convert in _CONVERT.items():
        if row[name] is not None:
            row[name] = convert(row[name])
    return row
