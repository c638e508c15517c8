"""No request that the walk has made unnecessary."""

from __future__ import annotations

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from sassspider.arguments import Arguments
from sassspider.middlewares.wanted import NoLongerWanted, WantedMiddleware
from sassspider.urls import Link
from sassspider.walking.walk import Step, Walk

URL = "http://en.sass.cn/103002/41.aspx"


@pytest.fixture
def walk() -> Walk:
    return Walk(Arguments("http://en.sass.cn", "103002"))


@pytest.fixture
def middleware(walk: Walk) -> WantedMiddleware:
    crawler = Crawler(Spider)
    crawler.spider = Spider(name="any", walk=walk)
    return WantedMiddleware.from_crawler(crawler)


def request_for(article_id: int) -> Request:
    return Request(URL, meta={"step": Step(Link("article", URL, article_id), 0, top=article_id)})


def test_a_request_that_is_wanted_passes(middleware: WantedMiddleware) -> None:
    assert middleware.process_request(request_for(41)) is None


def test_a_request_below_the_floor_is_dropped(middleware: WantedMiddleware, walk: Walk) -> None:
    walk.floor = 41
    assert middleware.process_request(request_for(41)) is None
    with pytest.raises(NoLongerWanted, match=URL):
        middleware.process_request(request_for(40))


def test_after_a_stop_every_request_is_dropped_as_one_that_scrapy_ignores(
    middleware: WantedMiddleware, walk: Walk
) -> None:
    walk.stop()
    with pytest.raises(IgnoreRequest):
        middleware.process_request(request_for(41))


def test_requests_that_are_no_steps_pass(middleware: WantedMiddleware, walk: Walk) -> None:
    walk.stop()
    assert middleware.process_request(Request("http://en.sass.cn/robots.txt")) is None


@pytest.mark.parametrize("spider", [None, Spider(name="other")])
def test_spiders_without_a_walk_are_left_alone(spider: Spider | None) -> None:
    crawler = Crawler(Spider)
    crawler.spider = spider
    assert WantedMiddleware(crawler).process_request(request_for(41)) is None
