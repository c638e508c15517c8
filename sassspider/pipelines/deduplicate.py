"""Third pipeline: each article once in the feeds, and re-posts told from originals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from sassspider.items import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class DeduplicatePipeline:
    """Drop an article that repeats another: the archive says so, or this run has let its like through already.

    With ``KEEP_DUPLICATES`` a re-post stays, and names the article that it repeats in ``duplicate_of``.
    """

    def __init__(self, keep_duplicates: bool):
        self.keep_duplicates = keep_duplicates
        self.seen_ids: set[int] = set()
        self.first_by_hash: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getbool("KEEP_DUPLICATES"))

    def process_item(self, item: object) -> object:
        """Return the article if it is new, or a re-post to keep; raise DropItem otherwise."""
        if not isinstance(item, Article):
            return item
        if item.id in self.seen_ids:
            raise DropItem(f"{item.url} came twice", log_level="DEBUG")
        self.seen_ids.add(item.id)
        repeats = item.duplicate_of or self.first_by_hash.setdefault(item.content_hash, item.id)
        if repeats != item.id:
            if not self.keep_duplicates:
                raise DropItem(f"{item.url} repeats article {repeats}", log_level="INFO")
            item.duplicate_of = repeats
        return item
