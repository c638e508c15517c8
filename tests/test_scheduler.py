"""The order of requests that no frontier gave a priority."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scrapy import Request

from sassspider.arguments import Arguments
from sassspider.frontier import Frontier
from sassspider.scheduler import BestFirstScheduler


def test_equal_requests_come_latest_first() -> None:
    scheduler = BestFirstScheduler()
    arguments = Arguments("http://a.test", "103002")
    spider: Any = SimpleNamespace(arguments=arguments, frontier=Frontier(arguments))
    scheduler.open(spider)
    requests = [Request(f"http://a.test/{number}", priority=number // 2) for number in range(4)]
    for request in requests:
        scheduler.enqueue_request(request)
    assert [scheduler.next_request() for _ in range(5)] == [*reversed(requests), None]
