"""Keep the files that the media spider downloaded, named after their content, and record them in the archive."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.pipelines.files import FilesPipeline, FSFilesStore, FTPFilesStore
from scrapy.utils.defer import ensure_awaitable

from sassspider.archive import ArchiveError
from sassspider.archive.engine import retry_transient
from sassspider.archive.media import save_file
from sassspider.errors import describe_error
from sassspider.files import atomic_write
from sassspider.media import CONTENT_TYPES, MediaFile, RefusedFileError, find_ending
from sassspider.running import count

if TYPE_CHECKING:
    from sassspider.spiders.media import MediaSpider

logger = logging.getLogger(__name__)


class AtomicFilesStore(FSFilesStore):
    """Write a file whole or not at all."""

    def persist_file(self, path: Any, buf: BytesIO, *_args: Any, **_options: Any) -> None:
        """Write a file; raise OSError if that fails."""
        with atomic_write(Path(self.basedir) / path) as file:
            file.write(buf.getvalue())


class FtpStore(FTPFilesStore):
    """Write to port 21 if the address names none, where Scrapy demands one."""

    def __init__(self, uri: str):
        parts = urlsplit(uri)
        super().__init__(uri if parts.port else parts._replace(netloc=f"{parts.netloc}:21").geturl())


class MediaFilesPipeline(FilesPipeline):
    """Write each file to FILES_STORE, then its row to the archive.

    The spider downloads: Scrapy 2.19 does not end a crawl that is stopped while a pipeline downloads for an item of
    ``start``, and its pipelines request nothing again.
    """

    STORE_SCHEMES: ClassVar = {
        **FilesPipeline.STORE_SCHEMES,
        "": AtomicFilesStore,
        "file": AtomicFilesStore,
        "ftp": FtpStore,
    }
    storing: asyncio.Lock  # two uploads at once would both make the folder on an FTP server, and one would fail

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        try:
            pipeline = super().from_crawler(crawler)
        except (OSError, KeyError) as error:
            store = crawler.settings["FILES_STORE"]
            raise NotConfigured(f"{store} is neither a folder nor a storage: {error}") from error
        pipeline.storing = asyncio.Lock()
        return pipeline

    async def process_item(self, item: MediaFile, spider: Spider | None = None) -> MediaFile:
        """Return the item with what became of it; end the crawl if that can't be written."""
        owner: MediaSpider = self.crawler.spider  # type: ignore[assignment]
        save = partial(save_file, owner.archive, owner.site_key, item)
        timeout = self.crawler.settings.getfloat("ARCHIVE_TIMEOUT")
        try:
            if item.response is not None:
                await self._keep(item, item.response)
            is_settled = await asyncio.to_thread(retry_transient, save, timeout)
        except ArchiveError as error:
            owner.fail("archive/failed", f"The archive failed: {error}")
        except Exception as error:  # any exception of any store
            owner.fail("media/not_stored", f"FILES_STORE could not be written: {describe_error(error)}")
        else:
            self._report(item, is_settled)
        return item

    async def _keep(self, item: MediaFile, response: Response) -> None:
        """Write the file of a response, if it is one to keep."""
        try:
            ending = find_ending(response.body, item.url)
        except RefusedFileError as error:
            item.status, item.answer = "refused", str(error)
            return
        digest = hashlib.sha256(response.body).hexdigest()
        path = f"{digest}{ending}"
        item.content_type, item.bytes = CONTENT_TYPES[ending], len(response.body)
        headers = {"Content-Type": item.content_type}
        async with self.storing:
            stored = self.store.persist_file(path, BytesIO(response.body), self.spiderinfo, headers=headers)
            await ensure_awaitable(stored)
        item.path, item.sha256 = path, digest

    def _report(self, item: MediaFile, is_settled: bool) -> None:
        """Count the result, and log why there is no file."""
        name: str = item.status
        if item.status != "kept":
            logger.info("%s: %s%s", item.url, item.answer, "; it is not requested again" if is_settled else "")
            name = "final" if is_settled else "forbidden" if item.status == "forbidden" else "failed"
        count(self.crawler, f"media/{name}")
