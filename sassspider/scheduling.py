"""The requests that wait for their turn."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class RequestHeap:
    """A heap, where Scrapy has a queue for each priority and looks through all of them for each request.

    Here every article has a priority of its own: with 20,000 waiting, that took more time than everything else
    together. The order is Scrapy's: the highest priority first; of equal ones the latest, but of those that the spider
    started with the earliest, and after all others. With ``JOBDIR`` nothing is kept on disk: the archive knows what is
    missing.
    """

    @classmethod
    def from_crawler(cls, _crawler: Crawler, *_queues: Any, **_named: Any) -> Self:
        return cls()

    def __init__(self) -> None:
        self.heap: list[tuple[int, bool, int, Request]] = []
        self.pushed = 0

    def push(self, request: Request) -> None:
        """Take a request."""
        self.pushed += 1
        is_start = bool(request.meta.get("is_start_request"))
        heappush(self.heap, (-request.priority, is_start, self.pushed if is_start else -self.pushed, request))

    def pop(self) -> Request | None:
        """Give the request whose turn it is; None if there is none."""
        return heappop(self.heap)[-1] if self.heap else None

    def peek(self) -> Request | None:
        """The same, without taking it out."""
        return self.heap[0][-1] if self.heap else None

    def close(self) -> list[int]:
        """Forget what waits; returns the priorities that are kept on disk: none."""
        self.heap.clear()
        return []

    def __len__(self) -> int:
        return len(self.heap)
