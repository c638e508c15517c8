"""Emit each article once, drop re-posts, and complete the feeds from the archive."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from sassspider.archive import ArchiveError
from sassspider.exporters.feeds import FeedExporter
from sassspider.extensions.archive import ArchiveExtension
from sassspider.items import Article
from sassspider.running import stats_of

logger = logging.getLogger(__name__)


class DuplicatesPipeline:
    """Drop an article that repeats another one: an archived one, or one emitted before in this run.

    With ``KEEP_DUPLICATES`` a re-post is emitted too, with the id of the article that it repeats in ``duplicate_of``.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.keep_duplicates = crawler.settings.getbool("KEEP_DUPLICATES")
        self.seen_ids: set[int] = set()
        self.first_by_hash: dict[str, int] = {}
        self.emitted = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> object:
        """Return an article that is new, or a re-post to keep; raise DropItem for any other article."""
        if not isinstance(item, Article):
            return item
        if item.id in self.seen_ids:
            raise DropItem(f"{item.url} was emitted before", log_level="DEBUG")
        self.seen_ids.add(item.id)
        original = item.duplicate_of
        if original is None and item.body_text:  # articles without text differ in their pictures
            original = self.first_by_hash.setdefault(item.content_hash, item.id)
        if original not in (None, item.id):
            if not self.keep_duplicates:
                raise DropItem(f"{item.url} repeats article {original}", log_level="INFO")
            item.duplicate_of = original
        self.emitted += 1
        return item

    async def close_spider(self) -> None:
        """Emit the archived articles that belong into the feeds and were not fetched in this run, however it ended.

        They go to the feeds only: the other pipelines have no work with them.
        """
        archive, feeds = self.crawler.get_extension(ArchiveExtension), self.crawler.get_extension(FeedExporter)
        if archive is None or feeds is None:
            return
        limit = archive.arguments.limit
        try:
            for article in archive.read_articles(self.keep_duplicates):
                if limit is not None and self.emitted >= limit:
                    break
                await self._emit(article)
            stats_of(self.crawler).set_value("feeds/complete", archive.arguments.emit == "all")
        except ArchiveError as error:
            logger.error("The feeds lack archived articles: %s", error)
            archive.fail(error)

    async def _emit(self, article: Article) -> None:
        try:
            self.process_item(article)
        except DropItem:
            return
        sent = {"item": article, "response": None, "spider": self.crawler.spider}
        await self.crawler.signals.send_catch_log_async(signals.item_scraped, **sent)
