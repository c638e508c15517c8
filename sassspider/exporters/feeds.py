"""Feeds that are whole: a file is replaced only by a complete feed, and a feed that fails costs no other."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, Self
from urllib.parse import urlparse

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions import feedexport
from scrapy.extensions.feedexport import FeedSlot, FileFeedStorage, apply_uri_params
from scrapy.settings import BaseSettings
from scrapy.utils.conf import feed_complete_default_values_from_settings

from sassspider.archive.engine import is_file_of
from sassspider.arguments import ArgumentError
from sassspider.errors import describe_error
from sassspider.exporters import check_fields, check_installed
from sassspider.files import PendingFile
from sassspider.running import count, stats_of

logger = logging.getLogger(__name__)

_PLACEHOLDER = re.compile(r"%\(([^)]+)\)")
# Stats of finished crawls that are at fault themselves if a feed has no article.
_NO_ARTICLE = ("crawl/no_way_in", "spider_exceptions/count", "articles/pipeline_errors")
_OF_FEEDS = {"time", "batch_time", "batch_id"}


class AtomicFileStorage(FileFeedStorage):
    """Store a feed as a file, which is replaced when the feed is complete."""

    pending: PendingFile | None = None

    def open(self, spider: Spider | None = None) -> BinaryIO:
        """Return the file to write to; raises OSError, and ArgumentError for one with content that is to stay."""
        path = Path(self.path)
        if self.write_mode == "ab" and path.is_file() and path.stat().st_size:
            raise ArgumentError(f'feed {path} has content already; to replace it, type -O ("overwrite" in FEEDS)')
        self.pending = PendingFile(path)
        return self.pending.file

    def store(self, file: IO[bytes]) -> None:
        """Put the file in its place."""
        assert self.pending is not None
        try:
            self.pending.commit()
        finally:
            self.discard()

    def discard(self) -> None:
        """Leave the file as it was before the feed."""
        if self.pending is not None:
            self.pending.discard()


class FeedExporter(feedexport.FeedExporter):
    """Scrapy's feed exports; counts the feeds that could not be written in the stat ``feeds/failed``.

    A feed is complete if the spider has closed by itself, or has set the stat ``feeds/complete``. ``written`` are the
    feeds, as FEEDS names them, that have a new file.
    """

    def __init__(self, crawler: Crawler):
        self.failed: set[str] = set()
        self.written: set[str] = set()
        self.to_store = 0  # feeds, and batches of them
        super().__init__(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        try:
            return super().from_crawler(crawler)
        except NotConfigured:
            if feeds := crawler.settings.getdict("FEEDS"):  # Scrapy has told why, and would crawl without
                stats_of(crawler).set_value("feeds/failed", len(feeds))
            raise

    def open_spider(self, spider: Spider) -> None:
        """Open each feed, whatever becomes of the others."""
        feeds = self.feeds
        for uri, options in feeds.items():
            self.feeds = {uri: options}
            try:
                super().open_spider(spider)
            except Exception as error:  # of a storage, whichever it is
                self._fail(uri, error)
        self.feeds = feeds

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write an item to each feed, whatever becomes of the others."""
        slots = self.slots
        remaining: list[FeedSlot] = []
        for slot in slots:
            self.slots = [slot]
            try:
                super().item_scraped(item, spider)
            except Exception as error:  # of an exporter or a storage, whichever it is
                self._fail(slot.uri_template, error, slot)
                continue
            if self.slots == [slot] or self._finish(slot):  # the slot goes on, or its batch is full
                remaining += self.slots
        self.slots = remaining

    async def close_spider(self, spider: Spider, reason: str = "finished") -> None:
        """Store the complete feeds."""
        slots, self.slots = self.slots, []
        for slot in slots:
            if not self._is_complete(slot, reason):
                _discard(slot)
                advice = "the file is as it was; scrapy export writes what is archived"
                logger.warning("Feed %s is not complete (%s): %s", slot.uri, reason, advice)
            elif self._finish(slot):
                self.slots.append(slot)
        await super().close_spider(spider)
        stats = stats_of(self.crawler)
        counts = stats.get_stats().items()
        lost = self.to_store - sum(number for name, number in counts if name.startswith("feedexport/success_count/"))
        if lost:
            logger.error("%d feeds were not stored, and their files are as they were", lost)
            stats.inc_value("feeds/failed", lost)

    def _is_complete(self, slot: FeedSlot, reason: str) -> bool:
        value, is_finished = stats_of(self.crawler).get_value, reason == "finished"
        if slot.itemcount == 0 and slot.batch_id == 1:  # nothing is archived, or nothing is new
            return is_finished and not any(map(value, _NO_ARTICLE))
        return is_finished or bool(value("feeds/complete"))

    def _finish(self, slot: FeedSlot) -> bool:
        """Write the end of a feed to the disk; return whether that worked. Scrapy stores the file afterwards."""
        if not slot.itemcount and not (slot.store_empty and slot.batch_id == 1):
            return True
        try:
            if slot.itemcount:
                slot.finish_exporting()
                if slot.file is not None and hasattr(slot.file, "flush"):  # Scrapy's postprocessing has none
                    slot.file.flush()
        except Exception as error:  # of an exporter or a storage, whichever it is
            slot.itemcount, slot.store_empty = 0, False  # Scrapy leaves it alone
            self._fail(slot.uri_template, error, slot)
            return False
        self.written.add(slot.uri_template)
        self.to_store += 1
        return True

    def _fail(self, uri: str, error: Exception, slot: FeedSlot | None = None) -> None:
        """Count a feed as failed, once, and say why in one line."""
        if slot is not None:
            _discard(slot)
        if uri not in self.failed:
            self.failed.add(uri)
            count(self.crawler, "feeds/failed")
            shown = slot.uri if slot else uri
            logger.error("Feed %s could not be written, and the file is as it was: %s", shown, describe_error(error))


def _discard(slot: FeedSlot) -> None:
    if discard := getattr(slot.storage, "discard", None):
        discard()


def move_feed_uri(settings: BaseSettings) -> None:
    """Move the feed of ``FEED_URI``, which is older than ``FEEDS``, there: it is checked and counted like others."""
    if uri := settings["FEED_URI"]:
        feeds = {str(uri): {"format": settings["FEED_FORMAT"]}, **settings.getdict("FEEDS")}
        settings.setdict({"FEEDS": feeds, "FEED_URI": None}, priority="cmdline")


def check_feeds(settings: BaseSettings, spider: Spider) -> None:
    """Check the feeds before a spider crawls.

    Raises ArgumentError for a feed that can't be meant, OSError for a file that can't be written.
    """
    taken: set[Path] = set()
    if settings["EXPORT_PATH"] and hasattr(spider, "arguments"):
        taken.add(Path(apply_uri_params(settings["EXPORT_PATH"], {"name": spider.name})).resolve())
    for uri, given in settings.getdict("FEEDS").items():
        if not isinstance(given, dict):
            raise ArgumentError(f'feed {uri}: write its options in FEEDS, as in {{"{uri}": {{"format": "csv"}}}}')
        options = feed_complete_default_values_from_settings(given, settings, uri := str(uri))
        _check_options(uri, options, settings, spider)
        scheme = urlparse(uri).scheme
        if scheme == "stdout" and sys.stdout is None:
            raise OSError(f"feed {uri} standard output is closed")  # the URI is "stdout:"
        if scheme in ("", "file") and not _PLACEHOLDER.search(uri):
            storage = AtomicFileStorage(uri, feed_options=options)
            path = Path(storage.path).resolve()
            if path in taken:
                raise ArgumentError(f"feed {uri}: EXPORT_PATH or another feed writes to this file; name another")
            taken.add(path)
            if is_file_of(settings["ARCHIVE_URL"], path):
                raise ArgumentError(f"feed {uri}: it is the archive; name another file")
            _check_writable(uri, storage)


def _check_options(uri: str, options: Mapping[str, Any], settings: BaseSettings, spider: Spider) -> None:
    """Raise ArgumentError for a scheme, a format, a field or a placeholder that is unknown, or lacks its package."""
    scheme, known = urlparse(uri).scheme, settings.getwithbase("FEED_STORAGES")
    if scheme not in known:
        choices = ", ".join(name for name in known if name)
        raise ArgumentError(f"feed {uri}: there is no scheme {scheme!r}; write a file, or one of {choices}")
    if options["format"] not in settings.getwithbase("FEED_EXPORTERS"):
        raise ArgumentError(f"feed {uri}: there is no format {options['format']!r}")
    check_installed(scheme)
    check_installed(options["format"])
    if hasattr(spider, "arguments"):
        check_fields(options["fields"] or (), f"feed {uri}")
    found = set(_PLACEHOLDER.findall(uri))
    if options["batch_item_count"] and not found & {"batch_time", "batch_id"}:
        raise ArgumentError(f"feed {uri}: it is written in batches; write %(batch_id)d into its name")
    placeholders = found - _OF_FEEDS - {*dir(spider), "crawler", "settings"}
    if placeholders and not options["uri_params"]:
        raise ArgumentError(f"feed {uri}: %({min(placeholders)})s is unknown; write %(name)s, %(time)s or a fixed name")


def _check_writable(uri: str, storage: AtomicFileStorage) -> None:
    """Raise OSError or ArgumentError for a file that can't be written, or is not to be replaced."""
    if Path(storage.path).is_fifo():  # its reader would take the end of the trial for the end of the feed
        return
    try:
        storage.open()
    except OSError as error:
        raise OSError(f"feed {uri}: {describe_error(error)}") from error
    storage.discard()
