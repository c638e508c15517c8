"""Spider middleware: retry a page that is damaged; keep its bytes in quarantine if it stays so."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request

from sassspider.clock import now
from sassspider.extensions.health import HealthExtension
from sassspider.files import make_folder
from sassspider.middlewares.retry import RetryMiddleware, requested_url
from sassspider.page import DamagedPageError, Page
from sassspider.printable import truncate
from sassspider.running import count
from sassspider.urls import parse_article_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

MAX_PAGES = 500  # in quarantine
MAX_BYTES = 100_000_000
_DAMAGED = "damaged"  # flag of a response
_DIGEST = "damaged_digest"  # meta key: SHA-256 of the bytes that came last


class DamagedPageMiddleware:
    """Retry a page for which a callback raised DamagedPageError, unless the same bytes are served twice.

    Then it is kept in QUARANTINE_DIR, and ``damaged_pages`` has the reason by its URL.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.folder = Path(crawler.settings["QUARANTINE_DIR"])
        self.max_damaged = crawler.settings.getint("RETRY_MAX_DAMAGED")
        self.damaged_pages: dict[str, str] = {}
        self.urls_by_digest: dict[str, str] = {}
        self.damaged_in_a_row: set[str] = set()  # URLs

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yield everything unchanged, and note a whole page."""
        async for item_or_request in result:
            yield item_or_request
        if _DAMAGED not in response.flags:
            self.damaged_in_a_row.clear()

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """Return a retry request for a damaged page, or nothing if it is refused; None for other exceptions."""
        if not isinstance(exception, DamagedPageError):
            return None
        response.flags.append(_DAMAGED)
        retry = self._make_retry(response, str(exception))
        if retry is None:
            self._refuse(response, str(exception))
        return [] if retry is None else [retry]

    def _make_retry(self, response: Response, reason: str) -> Request | None:
        """Return a retry request for a damaged page, or None if the same bytes were served twice.

        Give the site up after RETRY_MAX_DAMAGED pages in a row that had other bytes at each try, or all the same bytes.
        """
        request = response.request
        retrying = self.crawler.get_downloader_middleware(RetryMiddleware)
        if request is None or retrying is None:  # RETRY_ENABLED is false
            return None
        url, before = requested_url(request), request.meta.get(_DIGEST)
        digest = hashlib.sha256(response.body).hexdigest()
        if self.urls_by_digest.setdefault(digest, url) != url or before not in (None, digest):
            self.damaged_in_a_row.add(url)
        if len(self.damaged_in_a_row) >= self.max_damaged:
            retrying.close_spider(
                f"{len(self.damaged_in_a_row)} pages in a row were damaged, each time otherwise or all alike "
                f"(RETRY_MAX_DAMAGED is {self.max_damaged}), the last with: {reason}"
            )
        # Next, not last: only two copies of a page tell whether the site damages it or the way to it does.
        retry = None if before == digest else retrying.retry(request, "damaged", priority_adjust=0)
        if retry is not None:
            retry.meta[_DIGEST] = digest
            logger.info("%s is damaged: %s; retried", request.url, reason)
        return retry

    def _refuse(self, response: Response, reason: str) -> None:
        """Log why a page is refused; count an article's page and keep its bytes."""
        assert response.request is not None
        url = requested_url(response.request)
        if parse_article_url(url) is None:
            logger.warning("%s, a list or fallback page, is damaged: %s", truncate(url), reason)
        else:
            self.damaged_pages[truncate(url)] = reason
            count(self.crawler, "articles/damaged")
            logger.error("%s is damaged: %s (%s)", truncate(url), reason, self._keep(url, response.body, reason))
            health = self.crawler.get_extension(HealthExtension)
            if health is not None:
                health.count_damaged_page(response.body)

    def _keep(self, url: str, body: bytes, reason: str) -> str:
        try:
            return f"bytes kept in {keep_page(self.folder, Page(url, body, now()), reason)}"
        except OSError as error:
            return f"its bytes could not be kept: {error}"


def keep_page(folder: Path, page: Page, reason: str) -> Path:
    """Write a refused page as served, and the reason: ``<section>-<id>-<digest>.xml`` and ``.json``.

    Return the path of the bytes. Raises OSError, also if the folder is full.
    """
    make_folder(folder)
    digest, parsed = hashlib.sha256(page.body).hexdigest()[:12], parse_article_url(page.url)
    # Nothing else that the site sends is part of the name: it could lead out of the folder.
    path = folder / f"{f'{parsed.section_id}-{parsed.id}' if parsed else 'page'}-{digest}.xml"
    sizes = [one.stat().st_size for one in folder.glob("*.xml")]
    if not path.exists() and (len(sizes) >= MAX_PAGES or sum(sizes) + len(page.body) > MAX_BYTES):
        raise OSError(f"{folder} has {MAX_PAGES} pages or {MAX_BYTES:,} bytes: move them elsewhere")
    path.write_bytes(page.body)
    note = {"url": truncate(page.url), "reason": reason, "fetched_at": page.fetched_at, "bytes": len(page.body)}
    path.with_suffix(".json").write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
