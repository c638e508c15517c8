"""A scheduler that returns the best request first, and no more new articles than ``limit``."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from sassspider.spiders.section import SectionSpider

_Heap = list[tuple[int, int, "Request"]]

TARGET = "target"  # meta key: frontier.Target
_LAST = -(10**18)  # priority of what is below any article: retries
_COUNTED = "counts_against_limit"  # meta key: the request was sent before, and is counted


class BestFirstScheduler(BaseScheduler):
    """Requests by priority; of equal ones the latest first, as in Scrapy. For spiders with a ``frontier``.

    Scrapy's own queue takes time that grows with the square of the requests if each has a priority of its own.

    With the spider argument ``limit``, at most that many new articles are in progress or scraped at any time: so the
    newest are scraped, and no article is fetched and then dropped. A request counts once, however often it is retried.
    """

    def __init__(self) -> None:
        self.waiting: _Heap = []
        self.counted: _Heap = []
        self.order = count()
        self.requested = 0
        self.scraped = 0
        self.holds_retries = False  # start() has more requests, which come before them

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        scheduler = cls()
        crawler.signals.connect(scheduler.item_scraped, signals.item_scraped)
        return scheduler

    def open(self, spider: Spider) -> None:
        self.spider: SectionSpider = spider  # type: ignore[assignment]

    def enqueue_request(self, request: Request) -> bool:
        heap = self.counted if request.meta.get(_COUNTED) else self.waiting
        heappush(heap, (-request.priority, -next(self.order), request))
        return True

    def has_pending_requests(self) -> bool:
        return self._find_best() is not None

    def next_request(self) -> Request | None:
        heap = self._find_best()
        if heap is None:
            return None
        request = heappop(heap)[-1]
        if heap is self.waiting and self._is_new_article(request):
            request.meta[_COUNTED] = True
            self.requested += 1
        return request

    def item_scraped(self, response: Response | None = None, **_other: Any) -> None:
        """Count a new article that passed all pipelines."""
        if response is not None and response.meta.get(_COUNTED):
            self.scraped += 1

    def release_failed(self) -> Request | None:
        """Return the next request when none is in progress: those that gave no article no longer count."""
        self.requested = self.scraped
        return self.next_request()

    def _find_best(self) -> _Heap | None:
        """Return the heap with the best request that may be sent now; forget what is no longer wanted."""
        limit = self.spider.arguments.limit
        is_full = limit is not None and self.requested >= limit
        heaps = [heap for heap in ((self.counted,) if is_full else (self.waiting, self.counted)) if self._clean(heap)]
        return min(heaps, key=lambda heap: heap[0][:2]) if heaps else None

    def _clean(self, heap: _Heap) -> _Heap:
        while heap and not self._is_wanted(heap[0][-1]):
            heappop(heap)
        return [] if heap and self.holds_retries and heap[0][-1].priority < _LAST else heap

    def _is_new_article(self, request: Request) -> bool:
        target = request.meta.get(TARGET)  # scrapy parse gives none
        known_ids = self.spider.frontier.state.archived_ids
        return target is not None and target.article_id != 0 and target.article_id not in known_ids

    def _is_wanted(self, request: Request) -> bool:
        target = request.meta.get(TARGET)
        return target is None or self.spider.frontier.wants(target, is_retry="retry_times" in request.meta)
