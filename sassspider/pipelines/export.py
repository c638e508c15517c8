"""Last pipeline: keep the corpus of a section as one JSON Lines file."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import apply_uri_params

from sassspider.archive import ArchiveError
from sassspider.archive.engine import retry_transient
from sassspider.exporters.corpus import JsonLinesExport
from sassspider.extensions.archive import ArchiveExtension

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class ExportPipeline:
    """Bring ``EXPORT_PATH`` (``%(name)s`` is the spider's name) up to the archive when the spider closes."""

    def __init__(self, crawler: Crawler, export: JsonLinesExport, archive: ArchiveExtension):
        self.crawler = crawler
        self.export = export
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path, archive = find_export_path(crawler), crawler.get_extension(ArchiveExtension)
        if path is None or archive is None:
            raise NotConfigured("EXPORT_PATH is empty, or the spider has no archive")
        keep_duplicates = crawler.settings.getbool("KEEP_DUPLICATES")
        export = JsonLinesExport(archive.archive, path, archive.site, archive.arguments.section, keep_duplicates)
        return cls(crawler, export, archive)

    def process_item(self, item: object) -> object:
        """Return the item as it is."""
        return item

    def close_spider(self) -> None:
        """Write the file if anything changed; if the archive failed, the next run will."""
        if self.archive.failed:
            return
        try:
            retry_transient(self.export.write, self.archive.timeout)
        except (OSError, ArchiveError) as error:
            assert self.crawler.stats is not None
            self.crawler.stats.inc_value("export/failed")
            logger.error("%s could not be written: %s", self.export.path, error)


def find_export_path(crawler: Crawler) -> Path | None:
    """Return the path that ``EXPORT_PATH`` names for this spider; None if it is empty, or in ``scrapy shell``."""
    template = crawler.settings["EXPORT_PATH"]
    if not template or crawler.spider is None:
        return None
    return Path(apply_uri_params(template, {"name": crawler.spider.name}))
