"""First pipeline: keep the bytes of damaged pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from sassspider.items import RejectedPage
from sassspider.printable import truncate
from sassspider.quarantine import Quarantine

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from sassspider.page import Page


class PageRefused(DropItem):
    """A page became no article; ``url`` and ``reason`` say which and why."""

    def __init__(self, page: Page, reason: str, kept: str):
        self.url = truncate(page.url)
        super().__init__(f"{self.url} is damaged: {reason} ({kept})", log_level="ERROR")
        self.reason = reason


class ValidatePipeline:
    """Drop a damaged or incomplete page: count it, say why in one line, keep its bytes in ``QUARANTINE_DIR``."""

    def __init__(self, quarantine: Quarantine, stats: StatsCollector):
        self.quarantine = quarantine
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(Quarantine(Path(crawler.settings["QUARANTINE_DIR"])), crawler.stats)

    def process_item(self, item: object) -> object:
        """Return an article, and any item that is none of ours; raise PageRefused for a page to refuse."""
        if isinstance(item, RejectedPage):
            self._refuse(item.page, item.reason)
        return item

    def _refuse(self, page: Page, reason: str) -> None:
        self.stats.inc_value("articles/damaged")
        try:
            path = self.quarantine.keep(page, reason)
            kept = f"bytes kept in {path}" if path else "QUARANTINE_DIR is full: its bytes are not kept"
        except OSError as error:
            kept = f"its bytes could not be kept: {error}"
        raise PageRefused(page, reason, kept)
