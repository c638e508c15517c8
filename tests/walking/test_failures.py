"""What failed requests mean."""

from __future__ import annotations

import logging

import pytest

from sassspider.arguments import parse_arguments
from sassspider.urls import Link
from sassspider.walking.failures import explain_failure, explain_no_way_in
from sassspider.walking.walk import Step

URL = "http://en.sass.cn/103002/7.aspx"


def article(known: bool = False) -> Step:
    return Step(Link("article", URL, 7), 0, 7, known=known)


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_is_named_but_not_there_is_missing(status: int) -> None:
    told = explain_failure(article(), status, f"HTTP status {status}")
    assert (told.stat, told.absent, told.lost, told.level) == ("articles/missing", True, True, logging.ERROR)
    assert URL in told.message


@pytest.mark.parametrize("status", [500, 403, None])
def test_an_article_that_could_not_be_had_says_nothing_of_whether_it_is_there(status: int | None) -> None:
    told = explain_failure(article(), status, "timed out")
    assert (told.stat, told.absent, told.lost) == ("articles/failed", False, True)


def test_an_archived_article_that_is_gone_is_news_not_a_fault() -> None:
    told = explain_failure(article(known=True), 404, "HTTP status 404")
    assert (told.stat, told.absent, told.lost) == ("articles/absent", True, False)


def test_a_failed_way_in_is_counted_nowhere() -> None:
    told = explain_failure(Step(Link("list", URL), 0, None), 404, "HTTP status 404")
    assert (told.stat, told.absent, told.lost, told.level) == (None, False, False, logging.WARNING)


def test_no_way_in_names_a_way_out() -> None:
    assert "-a start=http://en.sass.cn/103002/" in explain_no_way_in(parse_arguments({}, "103002"))
