"""Last pipeline: the corpus as one JSON Lines file that grows from run to run."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import NotConfigured

from sassspider.items import Article
from sassspider.jsonl import LineWriter, read_lines, repair_torn_line, rewrite_lines

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# What differs from run to run without the article having changed.
VOLATILE_FIELDS = frozenset({"views", "previous_id", "next_id", "fetched_at", "duplicate_of"})


class ExportPipeline:
    """Keep ``EXPORT_PATH`` (``%(name)s`` is the spider's name) holding one line per article.

    New articles are appended as they come. A changed article's line is replaced when the spider closes. Without
    ``KEEP_DUPLICATES`` an article whose content another run already wrote under another id is left out.
    """

    def __init__(self, path: Path, keep_duplicates: bool):
        self.path = path
        self.keep_duplicates = keep_duplicates
        self.known: dict[int, int] = {}
        self.id_by_hash: dict[str, int] = {}
        self.changed: dict[int, dict[str, Any]] = {}
        self.writer: LineWriter | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        template = crawler.settings["EXPORT_PATH"]
        if not template:
            raise NotConfigured("EXPORT_PATH is empty")
        assert crawler.spider is not None
        path = Path(template % {"name": crawler.spider.name})
        return cls(path, crawler.settings.getbool("KEEP_DUPLICATES"))

    def open_spider(self) -> None:
        """Mend the file if a crash tore its last line, and learn what it holds."""
        torn = repair_torn_line(self.path)
        if torn:
            logger.warning("%s ended in half a line: %d bytes cut, the article is fetched again", self.path, torn)
        for record in read_lines(self.path):
            self.known[record["id"]] = _digest(record)
            self.id_by_hash.setdefault(record["content_hash"], record["id"])
        self.writer = LineWriter(self.path)

    def process_item(self, item: object) -> object:
        """Write the article unless the file has it; always hand it on."""
        if isinstance(item, Article) and self.writer is not None:
            self._write(asdict(item))
        return item

    def _write(self, record: dict[str, Any]) -> None:
        article_id, digest = record["id"], _digest(record)
        if article_id in self.known:
            if self.known[article_id] != digest:
                self.changed[article_id] = record
            return
        first = self.id_by_hash.setdefault(record["content_hash"], article_id)
        if first != article_id and not self.keep_duplicates:
            return
        assert self.writer is not None
        self.writer.write(record)
        self.known[article_id] = digest

    def close_spider(self) -> None:
        """Replace the lines of changed articles, all at once."""
        if self.writer is not None:
            self.writer.close()
        if self.changed:
            rewrite_lines(self.path, (self.changed.get(record["id"], record) for record in read_lines(self.path)))


def _digest(record: dict[str, Any]) -> int:
    return hash(repr([value for name, value in record.items() if name not in VOLATILE_FIELDS]))
