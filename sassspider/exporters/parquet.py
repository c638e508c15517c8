"""Parquet: typed columns for data frames and databases. Needs pyarrow, the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any, BinaryIO

from scrapy.exporters import BaseItemExporter

from sassspider.items import ARTICLE_FIELDS, Article, as_record

ROW_GROUP = 1000  # rows; readers take or skip one group at a time

DATES = ("date_published", "date_modified", "date_removed")


@cache
def make_schema() -> Any:
    """Return the schema: every field of the article, in order. pyarrow is imported here: it takes long to import."""
    import pyarrow as pa

    link = [pa.field("url", pa.string(), nullable=False)]
    name = pa.field("name", pa.string(), nullable=False)
    types = {
        "str": pa.string(),
        "int": pa.int64(),
        **dict.fromkeys(DATES, pa.date32()),
        "fetched_at": pa.timestamp("ms", tz="UTC"),  # Parquet has no seconds
        "authors": pa.list_(pa.string()),
        "breadcrumbs": pa.list_(pa.struct([name, *link])),
        "images": pa.list_(pa.struct([*link, pa.field("alt", pa.string())])),
        "attachments": pa.list_(pa.struct([*link, name])),
    }
    kinds = {field.name: str(field.type).partition(" | ") for field in fields(Article)}
    return pa.schema([pa.field(one, types.get(one) or types[kind[0]], bool(kind[2])) for one, kind in kinds.items()])


class ParquetExporter(BaseItemExporter):
    """Write row groups of ``ROW_GROUP`` articles, the number in memory at a time.

    Of the fields in ``fields_to_export`` (FEED_EXPORT_FIELDS), those of an article are columns.
    """

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.rows: list[dict[str, Any]] = []
        chosen = ARTICLE_FIELDS if self.fields_to_export is None else self.fields_to_export
        columns = chosen if isinstance(chosen, Mapping) else {name: name for name in chosen}
        self.columns = {field: name for field, name in columns.items() if field in ARTICLE_FIELDS}

    def start_exporting(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self.schema = pa.schema([make_schema().field(field).with_name(name) for field, name in self.columns.items()])
        self.writer = parquet.ParquetWriter(self.file, self.schema, compression="zstd")

    def export_item(self, item: Article) -> None:
        row = to_row(item)
        self.rows.append({name: row[field] for field, name in self.columns.items()})
        if len(self.rows) == ROW_GROUP:
            self._write()

    def finish_exporting(self) -> None:
        if self.rows:
            self._write()
        self.writer.close()

    def __del__(self) -> None:
        """Leave the end of a file that failed unwritten: it is closed, and pyarrow would print a traceback."""
        if hasattr(self, "writer"):
            self.writer.is_open = False

    def _write(self) -> None:
        import pyarrow as pa

        table = pa.Table.from_pylist(self.rows, schema=self.schema)
        self.writer.write_table(table, row_group_size=ROW_GROUP)
        self.rows.clear()


def to_row(article: Article) -> dict[str, Any]:
    """Return the article as a row: dates as dates."""
    row = as_record(article)
    for name in DATES:
        row[name] = row[name] and date.fromisoformat(row[name])
    row["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
    return row
