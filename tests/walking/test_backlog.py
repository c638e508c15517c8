"""The order in which steps are taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.pqueues import ScrapyPriorityQueue
from scrapy.squeues import LifoMemoryQueue
from scrapy.utils.test import get_crawler

from sassspider.urls import Link
from sassspider.walking.backlog import Backlog
from sassspider.walking.walk import Step

PUSHES = st.lists(st.one_of(st.none(), st.integers(-3, 3)), max_size=40)


def make_step(article_id: int, priority: int = 0) -> Step:
    return Step(Link("article", f"http://a.test/103002/{article_id}.aspx", article_id), priority, top=article_id)


def everything(_step: Step) -> bool:
    return True


@given(PUSHES)
def test_the_order_is_that_of_scrapy(pushes: list[int | None]) -> None:
    """Pushed and popped (None) in any order."""
    ours = Backlog()
    scrapys = ScrapyPriorityQueue(get_crawler(), LifoMemoryQueue, "")
    for number, priority in enumerate([*pushes, *[None] * len(pushes)]):
        if priority is None:
            step, request = ours.pop(everything), scrapys.pop()
            assert (step and step.link.url) == (request and request.url)
        else:
            step = make_step(number, priority)
            ours.push([step])
            scrapys.push(Request(step.link.url, priority=priority))
        assert len(ours) == len(scrapys)


def test_what_is_no_longer_wanted_is_forgotten() -> None:
    backlog = Backlog()
    backlog.push([make_step(one, priority=one) for one in (1, 5, 9)])
    assert backlog.pop(lambda step: step.link.id < 9) == make_step(5, priority=5)
    assert len(backlog) == 1
    assert backlog.pop(lambda step: False) is None
    assert len(backlog) == 0
