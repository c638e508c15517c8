"""Save each article to the archive before it is exported."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from sassspider.archive import ArchiveError
from sassspider.extensions.archive import ArchiveExtension
from sassspider.items import Article
from sassspider.running import count


class ArchivePipeline:
    """Commit an article that was read from a page, and add the id of the article that it repeats, if any."""

    def __init__(self, crawler: Crawler, archive: ArchiveExtension):
        self.crawler = crawler
        self.archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        archive = crawler.get_extension(ArchiveExtension)
        if archive is None:
            raise NotConfigured
        return cls(crawler, archive)

    async def process_item(self, item: object) -> object:
        """Return the item; drop an article that is outside the dates, could not be saved, or is not to be emitted."""
        if not isinstance(item, Article) or item.page is None:
            return item
        arguments = self.archive.arguments
        if item.id not in self.archive.state.archived_ids and not arguments.admits(item.date_published):
            count(self.crawler, "articles/outside_dates")
            await self.archive.add_known_date(item.id, item.date_published)
            raise DropItem(f"{item.url} is outside the requested dates", log_level="DEBUG")
        try:
            change, item.duplicate_of = await self.archive.save(item, item.page)
        except ArchiveError as error:
            self.archive.fail(error)
            raise DropItem(f"{item.url} could not be archived", log_level="DEBUG") from error
        count(self.crawler, f"archive/{change}")
        if change == "changed":
            self.archive.changed_ids.append(item.id)
        if change == "unchanged" and (item.page.only_if_changed or arguments.emit == "new"):
            raise DropItem(f"{item.url} is unchanged", log_level="DEBUG")
        if item.duplicate_of is not None and change != "unchanged":
            count(self.crawler, "articles/duplicates")
        return item
