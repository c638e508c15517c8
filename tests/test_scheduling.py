"""The order in which requests are made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.pqueues import ScrapyPriorityQueue
from scrapy.squeues import FifoMemoryQueue, LifoMemoryQueue
from scrapy.utils.test import get_crawler

from sassspider.scheduling import RequestHeap

PUSHES = st.lists(st.one_of(st.none(), st.tuples(st.integers(-3, 3), st.booleans())), max_size=40)


@given(PUSHES)
def test_the_order_is_that_of_scrapy(pushes: list[tuple[int, bool] | None]) -> None:
    """Pushed and popped (None) in any order."""
    ours = RequestHeap()
    scrapys = ScrapyPriorityQueue(get_crawler(), LifoMemoryQueue, "", start_queue_cls=FifoMemoryQueue)
    for number, push in enumerate([*pushes, *[None] * len(pushes)]):
        if push is None:
            assert ours.peek() is ours.peek()
            assert ours.pop() is scrapys.pop()
        else:
            request = Request(f"http://a.test/{number}", priority=push[0], meta={"is_start_request": push[1]})
            ours.push(request)
            scrapys.push(request)
        assert len(ours) == len(scrapys)


def test_what_waits_when_it_is_closed_is_not_kept() -> None:
    heap = RequestHeap()
    heap.push(Request("http://a.test/"))
    assert heap.close() == []
    assert (len(heap), heap.pop(), heap.peek()) == (0, None, None)
