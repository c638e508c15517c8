"""What makes an article sound."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.items import Image
from sassspider.validation import find_problems

from .samples import URL, make_article


def test_a_sound_article_has_no_problems() -> None:
    assert list(find_problems(make_article())) == []


def test_an_article_of_images_only_is_sound() -> None:
    images = [Image(url="http://en.sass.cn/upload/1.png", alt=None)]
    assert list(find_problems(make_article(body_text="", images=images))) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": 0}, "id is missing"),
        ({"title": ""}, "title is missing"),
        ({"date_published": "", "date_published_raw": ""}, "date_published is missing"),
        ({"date_published": "", "date_published_raw": "soon"}, "date_published is not a date: 'soon'"),
        ({"body_text": ""}, "body_text is missing"),
        ({"id": 42}, "id 42 of the page disagrees with its URL"),
        ({"section_id": "103001"}, "section_id '103001' of the page disagrees with its URL"),
        ({"url": "http://en.sass.cn/103002/default.aspx"}, "url names no article"),
    ],
)
def test_each_problem_is_told_in_words(changes: dict[str, Any], problem: str) -> None:
    assert list(find_problems(make_article(**changes))) == [problem]


def test_what_the_page_said_is_told_in_a_few_hundred_characters() -> None:
    for said in ("x" * 400_000, "\U000f0000" * 400_000):
        bad = make_article(date_published="", date_published_raw=said, section_id=said)
        problems = list(find_problems(bad))
        assert [len(problem) < 500 for problem in problems] == [True, True]
        assert problems[0].startswith(f"date_published is not a date: {said!r}"[:100])


def test_all_problems_are_told() -> None:
    bad = make_article(id=0, title="", date_published="", body_text="", section_id="")
    assert [problem.split()[0] for problem in find_problems(bad)] == [
        "id", "title", "date_published", "body_text", "section_id",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["section", "subtitle", "editor", "byline", "source_name", "date_modified", "views"])
def test_what_the_site_may_leave_out_is_no_problem(name: str) -> None:
    assert list(find_problems(make_article(url=URL, **{name: None}))) == []
