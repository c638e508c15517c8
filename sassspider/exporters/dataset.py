"""A folder to publish on Zenodo, Hugging Face or Dataverse: data, schema, and what describes them.

Needs pyarrow and PyYAML, the extra ``dataset``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from scrapy.exporters import BaseItemExporter

from sassspider import __version__
from sassspider.clock import now
from sassspider.exporters.bibliography import find_publisher, find_website
from sassspider.exporters.folders import dump_yaml
from sassspider.exporters.parquet import ParquetExporter
from sassspider.exporters.plain import CsvExporter
from sassspider.items import Article, load_schema

_TABLE_TYPES = {"date": "date", "date-time": "datetime"}
_CARD = """
# {title}

{count:,} articles of {websites}, published from {since} to {until}, read from the site's pages by sassspider {version}.

| file | what it is |
| --- | --- |
| `articles.parquet` | one row an article: days are dates, ids are integers, lists are lists |
| `articles.csv` | the same; a list is one cell, and a cell that a spreadsheet would run has a `'` before it |
| `article.schema.json` | what each field means (JSON Schema) |
| `datapackage.json` | the columns of the CSV (Frictionless Data Package) |
| `CITATION.cff` | how to cite the dataset |

`date_published` and `date_modified` are days. `date_published_raw` and `date_modified_raw` are what the site printed,
from a 12-hour clock without AM or PM: text, not times. `views` is the site's own count on the day of `fetched_at`.

| language | articles |
| --- | --- |
{languages}

{removed} of the articles were no longer on the site (`date_removed`); {repeated} repeat another one (`duplicate_of`).

The texts belong to their authors and publishers: this dataset grants no licence to them.
"""


class DatasetExporter(BaseItemExporter):
    """Write Parquet, CSV, the schema, a data package, a dataset card and a citation."""

    def __init__(self, folder: Path, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.folder = folder
        self.seen: dict[str, Counter[str]] = {name: Counter() for name in ("language", "day", "website", "publisher")}
        self.removed = self.repeated = 0

    def start_exporting(self) -> None:
        self.files: list[Any] = [(self.folder / name).open("wb") for name in ("articles.parquet", "articles.csv")]
        self.tables = [ParquetExporter(self.files[0]), CsvExporter(self.files[1], encoding="utf-8")]
        for table in self.tables:
            table.start_exporting()

    def export_item(self, item: Article) -> None:
        """Write a row of each table."""
        for table in self.tables:
            table.export_item(item)
        values = (item.language, item.date_published, find_website(item), find_publisher(find_website(item)))
        for counter, value in zip(self.seen.values(), values, strict=True):
            counter[value] += 1
        self.removed += item.date_removed is not None
        self.repeated += item.duplicate_of is not None

    def finish_exporting(self) -> None:
        for table, file in zip(self.tables, self.files, strict=True):
            table.finish_exporting()
            file.close()
        schema = load_schema()
        self._write("article.schema.json", _dump_json(schema))
        self._write("CITATION.cff", dump_yaml(self._make_citation()))
        self._write("README.md", f"---\n{dump_yaml(self._make_card())}---\n{self._describe()}")
        self._write("datapackage.json", _dump_json(self._make_package(schema)))

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    @property
    def _title(self) -> str:
        return f"Articles of {', '.join(sorted(self.seen['website'])) or 'no site'}"

    def _make_citation(self) -> dict[str, Any]:
        return {
            "cff-version": "1.2.0",
            "message": "If you use this dataset, please cite it.",
            "type": "dataset",
            "title": self._title,
            "authors": [{"name": name} for name in sorted(self.seen["publisher"]) or ["sassspider"]],
            "version": now()[:10],
            "date-released": now()[:10],
        }

    def _make_card(self) -> dict[str, Any]:
        """Return the head of the card, by which Hugging Face finds the table to load."""
        return {
            "pretty_name": self._title,
            "language": sorted(self.seen["language"]),
            "license": "other",
            "configs": [{"config_name": "default", "data_files": "articles.parquet"}],
        }

    def _describe(self) -> str:
        languages = [f"| `{name}` | {count:,} |" for name, count in sorted(self.seen["language"].items())]
        days = self.seen["day"]
        return _CARD.format(
            title=self._title,
            count=days.total(),
            websites=", ".join(sorted(self.seen["website"])),
            since=min(days, default="-"),
            until=max(days, default="-"),
            version=__version__,
            languages="\n".join(languages),
            removed=f"{self.removed:,}",
            repeated=f"{self.repeated:,}",
        )

    def _make_package(self, schema: dict[str, Any]) -> dict[str, Any]:
        fields = [_make_field(name, one) for name, one in schema["properties"].items()]
        table = {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": {"fields": fields}}
        return {
            "profile": "data-package",
            "name": "articles",
            "title": self._title,
            "created": now(),
            "resources": [
                {"name": "articles", "path": "articles.csv", **self._measure("articles.csv"), **table},
                {
                    "name": "articles-parquet",
                    "path": "articles.parquet",
                    "type": "file",
                    **self._measure("articles.parquet"),
                },
            ],
        }

    def _measure(self, name: str) -> dict[str, Any]:
        """Return a file's size and hash."""
        with (self.folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return {"bytes": file.tell(), "hash": f"sha256:{digest}"}


def _make_field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a column of the CSV, from the JSON Schema of its field; a list is text there."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = _TABLE_TYPES.get(schema.get("format", ""), "integer" if "integer" in kinds else "string")
    field = {"name": name, "type": kind, "description": schema["description"]}
    is_filled = "null" not in kinds and ("pattern" in schema or kind == "integer")
    return {**field, "constraints": {"required": True}} if is_filled else field


def _dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
