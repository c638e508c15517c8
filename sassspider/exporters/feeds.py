"""Feeds that are whole: a file is replaced only by a complete feed, and a feed that fails costs no other."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from urllib.parse import urlparse

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.extensions import feedexport
from scrapy.utils.conf import feed_complete_default_values_from_settings
from w3lib.url import file_uri_to_path

from sassspider.arguments import ArgumentError
from sassspider.exporters.formats import check_installed, describe_error, is_installed
from sassspider.files import PendingFile, check_writable

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.extensions.feedexport import FeedSlot
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_PACKAGES = {"s3": "boto3", "gs": "google.cloud.storage"}
_PLACEHOLDER = re.compile(r"%\(([^)]+)\)")
_OF_FEEDS = {"time", "batch_time", "batch_id"}


class AtomicFileStorage:
    """Store a feed as a file, which is replaced when the feed is complete."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None):
        self.path = find_path(uri)
        self.append = not (feed_options or {}).get("overwrite", False)
        self.pending: PendingFile | None = None

    def open(self, spider: Spider) -> BinaryIO:
        """Return the file to write to."""
        self.pending = PendingFile(self.path, self.append)
        return self.pending.file

    def store(self, file: BinaryIO) -> None:
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

    A feed is complete if the spider has closed by itself, or has set the stat ``feeds/complete``.
    """

    def __init__(self, crawler: Crawler):
        self.failed: set[str] = set()
        self.closing: list[FeedSlot] = []
        self.closed: list[FeedSlot] = []
        super().__init__(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        try:
            exporter = super().from_crawler(crawler)
        except NotConfigured:
            if feeds := find_feeds(crawler.settings):  # Scrapy has told why, and would crawl without
                assert crawler.stats is not None
                crawler.stats.set_value("feeds/failed", len(feeds))
            raise
        crawler.signals.connect(exporter.feed_slot_closed, signals.feed_slot_closed)
        return exporter

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
            is_full = self.slots != [slot]
            if not is_full or self._finish(slot):
                remaining += self.slots
        self.slots = remaining

    async def close_spider(self, spider: Spider, reason: str = "finished") -> None:
        """Store the complete feeds."""
        remaining = []
        for slot in self.slots:
            if not self._is_complete(slot, reason):
                _discard(slot)
                advice = "the file is as it was; scrapy export writes what is archived"
                logger.warning("Feed %s is not complete (%s): %s", slot.uri, reason, advice)
            elif self._finish(slot):
                remaining.append(slot)
        self.slots = remaining
        await super().close_spider(spider)
        for slot in self.closing:
            if slot not in self.closed:
                self._fail(slot.uri_template, OSError("it was not stored"), slot)
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        not_stored = sum(count for name, count in stats.items() if name.startswith("feedexport/failed_count/"))
        if not_stored:
            self.crawler.stats.inc_value("feeds/failed", not_stored)

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """Note that a feed, or a batch of one, was stored or could not be."""
        self.closed.append(slot)

    def _is_complete(self, slot: FeedSlot, reason: str) -> bool:
        assert self.crawler.stats is not None
        value = self.crawler.stats.get_value
        if slot.itemcount == 0 and (value("crawl/no_way_in") or value("spider_exceptions/count")):
            return False
        return reason == "finished" or bool(value("feeds/complete"))

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
        self.closing.append(slot)
        return True

    def _fail(self, uri: str, error: Exception, slot: FeedSlot | None = None) -> None:
        """Count a feed as failed, once, and say why in one line."""
        if slot is not None:
            _discard(slot)
        if uri in self.failed:
            return
        self.failed.add(uri)
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("feeds/failed")
        shown = slot.uri if slot else uri
        logger.error("Feed %s could not be written, and the file is as it was: %s", shown, describe_error(error))


def _discard(slot: FeedSlot) -> None:
    if discard := getattr(slot.storage, "discard", None):
        discard()


def find_feeds(settings: BaseSettings) -> dict[str, dict[str, Any]]:
    """Return the options of each feed of FEEDS and FEED_URI, by URI."""
    feeds: dict[str, dict[str, Any]] = {str(uri): options for uri, options in settings.getdict("FEEDS").items()}
    if settings["FEED_URI"]:
        feeds.setdefault(str(settings["FEED_URI"]), {"format": settings["FEED_FORMAT"]})
    return {
        uri: feed_complete_default_values_from_settings(dict(options), settings, uri) for uri, options in feeds.items()
    }


def find_path(uri: str) -> Path:
    """Return the path of a feed that is a file: its URI, or what is written in place of one."""
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def check_feeds(settings: BaseSettings, names: Collection[str]) -> None:
    """Check the feeds before the crawl; ``names`` are the placeholders that the spider gives.

    Raises ArgumentError for a feed that can't be meant, OSError for a file that can't be written.
    """
    storages: Mapping[str, Any] = settings.getwithbase("FEED_STORAGES")
    exporters: Mapping[str, Any] = settings.getwithbase("FEED_EXPORTERS")
    for uri, options in find_feeds(settings).items():
        scheme = urlparse(uri).scheme
        if storages.get(scheme) is None:
            known = ", ".join(name for name in storages if name)
            raise ArgumentError(f"feed {uri}: there is no scheme {scheme!r}; write a file, or one of {known}")
        if scheme in _PACKAGES and not is_installed(_PACKAGES[scheme]):
            raise ArgumentError(f"feed {uri}: {scheme} needs {_PACKAGES[scheme]}, which is not installed")
        if exporters.get(options.get("format", "")) is None:
            raise ArgumentError(
                f"feed {uri}: {options.get('format')!r} is no format; choose from {', '.join(exporters)}"
            )
        check_installed(options["format"])
        _check_placeholders(uri, options, names)
        if scheme in ("", "file") and not _PLACEHOLDER.search(uri):
            _check_file(uri, options)


def _check_placeholders(uri: str, options: Mapping[str, Any], names: Collection[str]) -> None:
    placeholders = set(_PLACEHOLDER.findall(uri))
    unknown = sorted(placeholders - set(names) - _OF_FEEDS)
    if unknown and not options.get("uri_params"):
        raise ArgumentError(f"feed {uri}: nothing fills %({unknown[0]})s; there are %(name)s, %(time)s and others")
    if options.get("batch_item_count") and not placeholders & {"batch_time", "batch_id"}:
        raise ArgumentError(f"feed {uri}: a batch needs a name of its own; write %(batch_id)d in it")


def _check_file(uri: str, options: Mapping[str, Any]) -> None:
    path = find_path(uri)
    if path.is_dir():
        raise IsADirectoryError(f"feed {uri}: it is a folder")
    if path.is_file() and path.stat().st_size and not options.get("overwrite"):
        raise ArgumentError(f'feed {uri}: it has content already; to replace it, type -O {uri} ("overwrite" in FEEDS)')
    check_writable(path)
