"""The order of requests."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.pqueues import ScrapyPriorityQueue
from scrapy.squeues import LifoMemoryQueue
from scrapy.utils.test import get_crawler

from sassspider.arguments import Arguments
from sassspider.frontier import Frontier, Target
from sassspider.scheduler import TARGET, BestFirstScheduler
from sassspider.urls import article_link

PUSHES = st.lists(st.one_of(st.none(), st.integers(-3, 3)), max_size=40)


def make_scheduler() -> BestFirstScheduler:
    scheduler = BestFirstScheduler.from_crawler(get_crawler())
    arguments = Arguments("http://a.test", "103002")
    scheduler.open(cast("Spider", SimpleNamespace(arguments=arguments, frontier=Frontier(arguments))))
    return scheduler


def make_request(article_id: int, priority: int) -> Request:
    link = article_link("http://a.test", "103002", article_id)
    meta = {TARGET: Target(link, priority, article_id)}
    return Request(f"http://a.test/103002/{article_id}.aspx", priority=priority, meta=meta)


@settings(max_examples=40)
@given(PUSHES)
def test_order_is_that_of_scrapy(pushes: list[int | None]) -> None:
    """Requests pushed, with this priority, and popped (None) in any order."""
    ours, scrapys = make_scheduler(), ScrapyPriorityQueue(get_crawler(), LifoMemoryQueue, "")
    for number, priority in enumerate([*pushes, *[None] * len(pushes)]):
        if priority is None:
            one, other = ours.next_request(), scrapys.pop()
            assert (one and one.url) == (other and other.url)
        else:
            ours.enqueue_request(make_request(number, priority))
            scrapys.push(make_request(number, priority))
        assert ours.has_pending_requests() == bool(len(scrapys))
