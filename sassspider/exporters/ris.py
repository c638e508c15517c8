"""RIS: one web page (``ELEC``) an article, for Zotero, EndNote and Mendeley."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from scrapy.exporters import BaseItemExporter

from sassspider.exporters.bibliography import UniqueNames, clean_line, find_publisher, find_website, make_key, make_note
from sassspider.items import Article


class RisExporter(BaseItemExporter):
    """Write RIS in UTF-8, lines ended as the format asks for."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.keys = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write a record."""
        lines = [f"{tag}  - {text}" for tag, text in make_tags(item, self.keys.choose(make_key(item))) if text]
        self.file.write(("\r\n".join(["TY  - ELEC", *lines, "ER  - "]) + "\r\n\r\n").encode())


def make_tags(article: Article, key: str) -> Iterator[tuple[str, str]]:
    """Yield the tags of a record with their text, which is empty where the article has none."""
    yield "ID", key
    for name in article.authors:
        yield "AU", clean_line(name.replace(",", " "))  # a comma would part family and given names
    yield "TI", clean_line(article.title)
    yield "ST", clean_line(article.subtitle)
    yield "T2", find_website(article)
    yield "PB", clean_line(find_publisher(article))
    yield "PY", article.date_published[:4]
    yield "DA", f"{article.date_published.replace('-', '/')}/"
    yield "Y2", f"{article.fetched_at[:10].replace('-', '/')}/"
    yield "UR", clean_line(article.url)
    yield "LA", article.language
    yield "N1", make_note(article)
