"""Last pipeline: the corpus as one JSON Lines file that grows from run to run."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured

from sassspider.archive.errors import ArchiveError
from sassspider.archive.retry import retrying
from sassspider.extensions.archive import ArchiveKeeper
from sassspider.items import Article
from sassspider.outputs.projection import Projection

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)

BATCH = 50


class ExportPipeline:
    """Keep ``EXPORT_PATH`` (``%(name)s`` is the spider's name) at one line per current article of the archive.

    Lines are appended every few articles; a line that changed is replaced when the spider closes. What could not be
    written meanwhile is written then: only that counts.
    """

    def __init__(self, projection: Projection, keeper: ArchiveKeeper, stats: StatsCollector):
        self.projection = projection
        self.keeper = keeper
        self.stats = stats
        self.waiting = 0
        self.told = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        template = crawler.settings["EXPORT_PATH"]
        if not template:
            raise NotConfigured("EXPORT_PATH is empty")
        keeper = crawler.get_extension(ArchiveKeeper)
        assert keeper is not None
        assert crawler.spider is not None
        assert crawler.stats is not None
        path = Path(template % {"name": crawler.spider.name})
        keep_duplicates = crawler.settings.getbool("KEEP_DUPLICATES")
        projection = Projection(keeper.archive, path, keeper.site, keeper.arguments.section, keep_duplicates)
        return cls(projection, keeper, crawler.stats)

    def open_spider(self) -> None:
        """Bring the file up to what the archive holds, should a crash have left it behind."""
        self._sync(rewrite=True)

    def process_item(self, item: object) -> object:
        """Count what was archived; always hand it on."""
        if isinstance(item, Article) and item.page is not None:
            self.waiting += 1
            if self.waiting == BATCH:
                self._sync(rewrite=False)
        return item

    def close_spider(self) -> None:
        """Bring the file up to date, whatever that takes; where the archive failed, the next run will."""
        if self.keeper.failed:
            return
        try:
            retrying(partial(self.projection.sync, rewrite=True), self.keeper.patience)
        except (OSError, ArchiveError) as error:
            self.stats.inc_value("export/failed")
            logger.error("%s could not be written: %s", self.projection.path, error)

    def _sync(self, rewrite: bool) -> None:
        self.waiting = 0
        try:
            self.projection.sync(rewrite)
        except (OSError, ArchiveError) as error:
            if str(error) != self.told:
                logger.warning("%s could not be written now: %s", self.projection.path, error)
            self.told = str(error)
