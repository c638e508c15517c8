"""A folder of plain text files and a table about them, for AntConc, Voyant and quanteda."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from scrapy.exporters import BaseItemExporter

from sassspider.exporters.bibliography import UniqueNames
from sassspider.exporters.csv import CsvExporter
from sassspider.items import ARTICLE_FIELDS, Article, as_record

_BODIES = ("body_html", "body_text", "body_markdown")


class TextExporter(BaseItemExporter):
    """Write a file an article, ``2026-03-02_5601.txt``, and ``metadata.csv`` with a row for each."""

    def __init__(self, folder: Path, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.folder = folder
        self.names = UniqueNames()

    def start_exporting(self) -> None:
        columns = ["file", *(name for name in ARTICLE_FIELDS if name not in _BODIES)]
        self.file = (self.folder / "metadata.csv").open("wb")
        self.metadata = CsvExporter(cast(Any, self.file), fields_to_export=columns)
        self.metadata.start_exporting()

    def export_item(self, item: Article) -> None:
        """Write a file and a row."""
        name = f"{self.names.choose(f'{item.date_published}_{item.id}')}.txt"
        (self.folder / name).write_bytes(f"{item.body_text}\n".encode("utf-8", errors="replace"))
        self.metadata.export_item({"file": name, **as_record(item)})

    def finish_exporting(self) -> None:
        self.metadata.finish_exporting()
        self.file.close()
