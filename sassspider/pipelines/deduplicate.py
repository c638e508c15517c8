"""Second pipeline: each article once, and re-posts told from originals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from sassspider.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


class DeduplicatePipeline:
    """Drop what was seen in this run: the same id, or the same content under another id.

    With ``KEEP_DUPLICATES`` a re-post is kept and names the article that it repeats in ``duplicate_of``.
    """

    def __init__(self, keep_duplicates: bool, stats: StatsCollector):
        self.keep_duplicates = keep_duplicates
        self.stats = stats
        self.seen_ids: set[int] = set()
        self.first_by_hash: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(crawler.settings.getbool("KEEP_DUPLICATES"), crawler.stats)

    def process_item(self, item: object) -> object:
        """Return the article if it is new, or a kept re-post; raise DropItem otherwise."""
        if not isinstance(item, Article):
            return item
        if item.id in self.seen_ids:
            raise DropItem(f"{item.url} came twice", log_level="INFO")
        self.seen_ids.add(item.id)
        first = self.first_by_hash.setdefault(item.content_hash, item.id)
        if first != item.id:
            self.stats.inc_value("articles/duplicates")
            if not self.keep_duplicates:
                raise DropItem(f"{item.url} repeats article {first}", log_level="INFO")
            item.duplicate_of = first
        return item
