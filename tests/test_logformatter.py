"""One line a message."""

from __future__ import annotations

import logging

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.settings import Settings

from sassspider.logformatter import LogFormatter

from .samples import URL, make_article


def dropped(error: DropItem, default: str = "WARNING") -> tuple[int, str]:
    spider = Spider(name="any")
    spider.settings = Settings({"DEFAULT_DROPITEM_LOG_LEVEL": default})
    message = LogFormatter().dropped(make_article(), error, None, spider)
    return message["level"], message["msg"] % message["args"]


def test_an_article_is_named_by_its_url_and_quietly() -> None:
    message = LogFormatter().scraped(make_article(), None, Spider(name="any"))
    assert message["level"] == logging.DEBUG
    assert message["msg"] % message["args"] == f"Scraped: {URL}"


def test_an_item_without_a_url_is_shown_whole() -> None:
    message = LogFormatter().scraped({"id": 1}, None, Spider(name="any"))
    assert message["msg"] % message["args"] == "Scraped: {'id': 1}"


@pytest.mark.parametrize("level", ["ERROR", logging.ERROR])
def test_a_dropped_article_says_why_as_loudly_as_its_exception_asks(level: str | int) -> None:
    assert dropped(DropItem("100% wrong", log_level=level)) == (logging.ERROR, "Dropped: 100% wrong")


def test_without_a_level_the_setting_decides() -> None:
    assert dropped(DropItem("twice"), default="INFO") == (logging.INFO, "Dropped: twice")
