"""Second pipeline: what was seen is recorded before anything else is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem, NotConfigured

from sassspider.archive import ArchiveError
from sassspider.archive.records import ScrapedPage
from sassspider.extensions.archive import ArchiveKeeper
from sassspider.items import Article, Observation

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


class ArchivePipeline:
    """Commit each article before it goes on, and tell it which article it repeats."""

    def __init__(self, keeper: ArchiveKeeper, stats: StatsCollector):
        self.keeper = keeper
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keeper = crawler.get_extension(ArchiveKeeper)
        if keeper is None:
            raise NotConfigured
        assert crawler.stats is not None
        return cls(keeper, crawler.stats)

    async def process_item(self, item: object) -> object:
        """Return the article once it is archived; one that comes from the archive is passed on. Drops observations."""
        try:
            if isinstance(item, Observation):
                await self._observe(item)
                raise DropItem(f"article {item.article_id} noted", log_level="DEBUG")
            if isinstance(item, Article) and item.page is not None:
                await self._save(item)
        except ArchiveError as error:
            self.keeper.fail(error)
            raise DropItem(f"{item} could not be archived", log_level="DEBUG") from error
        return item

    async def _observe(self, seen: Observation) -> None:
        if seen.day is not None:
            await self.keeper.call(self.keeper.removals.add_known_date, seen.article_id, seen.day)
        elif seen.present:
            await self.keeper.call(self.keeper.removals.mark_unchanged, seen.article_id, seen.seen_at)
            self.stats.inc_value("archive/unchanged")
        elif await self.keeper.call(self.keeper.removals.mark_not_found, seen.article_id, seen.seen_at):
            self.stats.inc_value("archive/removed")
            self.keeper.removed_ids.append(seen.article_id)

    async def _save(self, article: Article) -> None:
        assert article.page is not None
        saved = await self.keeper.save(ScrapedPage(article, article.page, article.names, only_if_changed=article.probe))
        self.stats.inc_value(f"archive/{saved.change}")
        if saved.change in ("changed", "returned"):
            self.keeper.changed_ids.append(article.id)
        if saved.duplicate_of is not None and saved.change != "unchanged":
            self.stats.inc_value("articles/duplicates")
        article.duplicate_of = saved.duplicate_of
        only_news = article.probe or self.keeper.arguments.emit == "new"
        if only_news and saved.change == "unchanged":
            raise DropItem(f"{article.url} is as it was", log_level="DEBUG")
