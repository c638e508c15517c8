"""A folder of Markdown files with YAML front matter, for Obsidian, static sites and language models. Needs PyYAML."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from scrapy.exporters import BaseItemExporter

from sassspider.exporters.bibliography import UniqueNames
from sassspider.items import Article, as_record

_LEFT_OUT = {
    *("body_html", "body_text", "body_markdown", "breadcrumbs", "images"),
    *("date_published_raw", "date_modified_raw"),  # a reader would take them for times
}
_DAYS = {"date_published", "date_modified", "date_removed"}
# Static site generators take these names for something else, or expect others.
_RENAMED = {"url": "source", "date_published": "date"}


class MarkdownExporter(BaseItemExporter):
    """Write a file an article, named after its day and id: ``2026-03-02_5601.md``."""

    def __init__(self, folder: Path, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.folder = folder
        self.names = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write a file."""
        name = self.names.choose(f"{item.date_published}_{item.id}")
        text = f"---\n{dump_yaml(make_front_matter(item))}---\n\n{item.body_markdown}\n"
        (self.folder / f"{name}.md").write_bytes(text.encode("utf-8", errors="replace"))


def make_front_matter(article: Article) -> dict[str, Any]:
    """Return the fields of an article that have a value, the title first and days as days."""
    fields: dict[str, Any] = {"title": article.title}
    for name, value in as_record(article).items():
        if name not in _LEFT_OUT and value not in (None, []):
            fields[_RENAMED.get(name, name)] = date.fromisoformat(value) if name in _DAYS else value
    return fields


def dump_yaml(value: Any) -> str:
    """Return a value in YAML, in one way whatever the text: what could be read otherwise is quoted."""
    import yaml

    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)
    return text
