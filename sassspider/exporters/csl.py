"""CSL-JSON: one web page an article, for citation processors (pandoc, Zotero)."""

from __future__ import annotations

from typing import Any

from scrapy.exporters import JsonItemExporter

from sassspider.exporters.bibliography import UniqueNames, clean_line, find_publisher, find_website, make_key, make_note
from sassspider.items import Article


class CslExporter(JsonItemExporter):
    """Write a JSON array in UTF-8."""

    def __init__(self, file: Any, **options: Any):
        super().__init__(file, **{**options, "encoding": "utf-8", "fields_to_export": None})
        self.keys = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write an object."""
        super().export_item(make_record(item, self.keys.choose(make_key(item))))


def make_record(article: Article, key: str) -> dict[str, Any]:
    """Return an article as CSL-JSON has it; a name is literal, so that nothing takes it apart."""
    record = {
        "id": key,
        "type": "webpage",
        "title": clean_line(article.title),
        "title-short": clean_line(article.subtitle),
        "author": [{"literal": clean_line(name)} for name in article.authors],
        "container-title": find_website(article),
        "publisher": clean_line(find_publisher(article)),
        "issued": make_date(article.date_published),
        "accessed": make_date(article.fetched_at[:10]),
        "URL": clean_line(article.url),
        "language": article.language,
        "note": make_note(article),
    }
    return {name: value for name, value in record.items() if value}


def make_date(day: str) -> dict[str, list[list[int]]]:
    """Return a day, ``YYYY-MM-DD``, in numbers."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}
