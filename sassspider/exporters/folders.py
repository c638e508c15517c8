"""Folders with a file an article: Markdown with YAML front matter (needs PyYAML), and plain text with a table."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urldefrag

from scrapy.exporters import BaseItemExporter

from sassspider.exporters.bibliography import UniqueNames
from sassspider.exporters.parquet import DATES
from sassspider.exporters.plain import CsvExporter
from sassspider.items import ARTICLE_FIELDS, Article, Attachment, as_record

_BODIES = ("body_html", "body_text", "body_markdown")
_LEFT_OUT = {
    *(*_BODIES, "breadcrumbs", "images"),
    *("date_published_raw", "date_modified_raw"),  # a reader would take them for times
}
# Static site generators take these names for something else, or expect others.
_RENAMED = {"url": "source", "date_published": "date"}
_TARGET = re.compile(r"(?<=\]\()(?:\\.|[^\\\s)])+")  # of a link or a picture, as our Markdown has it
_ESCAPE = re.compile(r"\\(.)")


class _FolderExporter(BaseItemExporter):
    """Write a file an article, named after its day and id."""

    def __init__(self, folder: Path, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.folder = folder
        self.names = UniqueNames()

    def write_file(self, article: Article, ending: str, text: str) -> str:
        """Write a file of an article; return its name."""
        name = f"{self.names.choose(f'{article.date_published}_{article.id}')}{ending}"
        (self.folder / name).write_bytes(text.encode("utf-8", errors="replace"))
        return name


class MarkdownExporter(_FolderExporter):
    """Write Markdown, for Obsidian, static sites and language models: ``2026-03-02_5601.md``.

    ``files`` has the paths of kept pictures and files by address. Those of an article are copied to ``media/``, and
    linked there: the folder needs neither the site nor the archive, and a change to a copy leaves the archive alone.
    """

    def __init__(self, folder: Path, files: Mapping[str, Path] | None = None, **options: Any):
        super().__init__(folder, **options)
        self.files = files or {}

    def export_item(self, item: Article) -> None:
        """Write a file, and copy what it links to."""
        fields = make_front_matter(item)
        if item.attachments:
            fields["attachments"] = [self._add_path(one) for one in item.attachments]
        body = _TARGET.sub(self._link, item.body_markdown)
        self.write_file(item, ".md", f"---\n{dump_yaml(fields)}---\n\n{body}\n")

    def _link(self, target: re.Match[str]) -> str:
        return self._keep(_ESCAPE.sub(r"\1", target[0])) or target[0]

    def _add_path(self, attachment: Attachment) -> dict[str, object]:
        path = self._keep(attachment["url"])
        return {**attachment, "file": path} if path else {**attachment}

    def _keep(self, url: str) -> str | None:
        """Return the link to the copy of a kept file, which is made if there is none; None if it is not kept."""
        address, fragment = urldefrag(url)
        if (path := self.files.get(address)) is None:
            return None
        copy = self.folder / "media" / path.name
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
        return f"media/{path.name}{fragment and f'#{fragment}'}"


def make_front_matter(article: Article) -> dict[str, Any]:
    """Return the fields of an article that have a value, the title first and days as days."""
    fields: dict[str, Any] = {"title": article.title}
    for name, value in as_record(article).items():
        if name not in _LEFT_OUT and value not in (None, []):
            fields[_RENAMED.get(name, name)] = date.fromisoformat(value) if name in DATES else value
    return fields


def dump_yaml(value: Any) -> str:
    """Return a value in YAML, in one way whatever the text: what could be read otherwise is quoted."""
    import yaml

    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)
    return text


class TextExporter(_FolderExporter):
    """Write plain text, for AntConc, Voyant and quanteda, and ``metadata.csv`` with a row for each file."""

    def start_exporting(self) -> None:
        columns = ["file", *(name for name in ARTICLE_FIELDS if name not in _BODIES)]
        self.file = (self.folder / "metadata.csv").open("wb")
        self.metadata = CsvExporter(cast(Any, self.file), fields_to_export=columns)
        self.metadata.start_exporting()

    def export_item(self, item: Article) -> None:
        """Write a file and a row."""
        name = self.write_file(item, ".txt", f"{item.body_text}\n")
        self.metadata.export_item({"file": name, **as_record(item)})

    def finish_exporting(self) -> None:
        self.metadata.finish_exporting()
        self.file.close()
