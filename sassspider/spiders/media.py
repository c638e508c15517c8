"""Download the pictures and files of archived articles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from sassspider import urls
from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.media import read_addresses, read_settled
from sassspider.archive.section import SectionWriter
from sassspider.arguments import parse_arguments
from sassspider.clock import now
from sassspider.errors import CrawlClosingError
from sassspider.media import MediaFile, classify_failure, parse_hosts
from sassspider.middlewares.retry import requested_url
from sassspider.pipelines.media import MediaFilesPipeline
from sassspider.running import close_spider, count, stats_of, wait_until_idle

_MAX_FAILURES = 5  # files in a row after which a host is left to the next run
_MAX_URL = 2000  # characters; PostgreSQL has no index entry above 2,704 bytes


class MediaSpider(Spider):
    """Pictures and files that the archived articles of a site name, and that are not kept yet.

    Domain
      en.sass.cn, and the hosts in MEDIA_HOSTS
    Spider arguments
      site
        Base URL of the site; default ``http://en.sass.cn``.
    Caveats
      A spider of its own: a host of pictures that fails changes nothing of how a crawl of articles ends. A host of
      which several files in a row fail, or that asks to be left alone (Retry-After), is left to the next run.
    """

    name = "media"
    custom_settings = {  # noqa: RUF012 - as Scrapy has it
        "ITEM_PIPELINES": {"sassspider.pipelines.media.MediaFilesPipeline": 100},
        "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*"},
        "FEEDS": {},  # of articles, which this spider would replace by nothing
        "FEED_URI": None,
    }
    archive: Archive
    site_key: str  # the name that the site is archived under
    sites: list[str]  # base URLs that may be requested
    writer: SectionWriter

    def __init__(self, **given: str):
        super().__init__()
        arguments = parse_arguments(given, section="", names=("site",))
        self.site, self.job = arguments.site, arguments.job
        self.other_hosts: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()  # by host, in a row
        self.failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        mirrors = crawler.settings.getdict("MIRRORS")
        spider.site_key = urls.site_key(spider.site, mirrors)
        spider.sites = [spider.site, *parse_hosts(crawler.settings.getlist("MEDIA_HOSTS"))]
        spider.archive = Archive.open(crawler.settings["ARCHIVE_URL"])
        spider.writer = SectionWriter(spider.archive.engine, spider.site_key, "")
        spider.writer.begin_run(spider.name, "update", now(), spider.job)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each address that lacks a file, unless its host fails."""
        for url in await self._find_wanted():
            await wait_until_idle(self.crawler)
            if self.failures[urlsplit(url).netloc] < _MAX_FAILURES:
                meta = {"max_retry_times": 1}
                yield Request(url, self.parse, errback=self.handle_error, dont_filter=True, meta=meta)
            else:
                count(self.crawler, "media/left")

    async def parse(self, response: Response) -> AsyncIterator[MediaFile]:
        """Yield the file of a response."""
        assert response.request is not None
        file = MediaFile(url=requested_url(response.request))
        file.response = response
        self.failures.pop(urlsplit(file.url).netloc, None)
        yield file

    async def handle_error(self, failure: Failure) -> AsyncIterator[MediaFile]:
        """Yield what a failed request says about a file, and count the failures of its host."""
        error = failure.value
        if error is None or isinstance(error, CrawlClosingError):
            return
        file = classify_failure(requested_url(failure.request), error)  # type: ignore[attr-defined]
        host = urlsplit(file.url).netloc
        if isinstance(error, HttpError) and "Retry-After" in error.response.headers:
            self.failures[host] = _MAX_FAILURES
        elif file.status == "failed":
            self.failures[host] += 1
        else:
            self.failures.pop(host, None)
        if self.failures[host] == _MAX_FAILURES:
            self.logger.warning("%s fails: its other files are left to the next run", host)
        yield file

    def fail(self, stat: str, message: str) -> None:
        """Log once why the crawl can't go on, and end it."""
        count(self.crawler, stat)
        if not self.failed:
            self.failed = True
            self.logger.error("%s", message)
            close_spider(self.crawler, message.partition(":")[0])

    def end_run(self, outcome: str, report: Mapping[str, Any]) -> None:
        """Record how the run ended, and close the archive."""
        try:
            self.writer.end_run(outcome, report)
        except ArchiveError as error:
            self.logger.error("The end of the run could not be saved: %s", error)
        self.archive.close()

    async def _find_wanted(self) -> list[str]:
        """Return the addresses that lack a file and may be requested, in order."""
        if self.crawler.get_item_pipeline(MediaFilesPipeline) is None:  # Scrapy has logged why
            self.fail("media/not_stored", "FILES_STORE can't be used: see the warning above")
            return []
        try:
            found = await asyncio.to_thread(read_addresses, self.archive, self.site_key)
            settled = await asyncio.to_thread(read_settled, self.archive, self.site_key)
        except ArchiveError as error:
            self.fail("archive/failed", f"The archive failed: {error}")
            return []
        allowed = [url for url in sorted(found) if self._is_allowed(url)]
        stats = stats_of(self.crawler)
        stats.set_value("media/found", len(allowed))
        stats.set_value("media/kept_before", sum(settled.get(url) == "kept" for url in allowed))
        return [url for url in allowed if url not in settled]

    def _is_allowed(self, url: str) -> bool:
        """Return whether an address may be requested; count the hosts of those that may not."""
        mirrors = self.settings.getdict("MIRRORS")
        if any(urls.is_same_site(url, site, mirrors) for site in self.sites) and len(url) <= _MAX_URL:
            return True
        self.other_hosts[urlsplit(url).netloc] += 1
        return False
