"""What each health check decides, from plain facts."""

from __future__ import annotations

from datetime import date

import pytest

from sassspider.chance import is_too_few, is_too_many
from sassspider.layout import EXPECTED as PLACES
from sassspider.monitors.age import find_staleness
from sassspider.monitors.completeness import find_incompleteness
from sassspider.monitors.coverage import find_thin_fields
from sassspider.monitors.damage import find_damage
from sassspider.monitors.drift import judge_layout
from sassspider.monitors.emptiness import find_emptiness
from sassspider.monitors.errors import find_flakiness
from sassspider.monitors.validity import find_invalidity

TOLERANCE = 0.001
NOTHING = (None, None)


@pytest.mark.parametrize(
    ("count", "of", "floor"),
    [(0, 0, 0.98), (1, 1, 0.98), (0, 1, 0.98), (4, 5, 0.98), (0, 4, 0.6), (60, 60, 1.0), (59, 60, 0.98), (0, 9, 0.0)],
)
def test_chance_explains_a_few(count: int, of: int, floor: float) -> None:
    assert not is_too_few(count, of, floor, TOLERANCE)


@pytest.mark.parametrize(
    ("count", "of", "floor"),
    [(1, 5, 0.98), (0, 2, 0.98), (0, 8, 0.6), (40, 60, 0.98), (59, 60, 1.0), (9000, 20000, 0.5)],
)
def test_chance_does_not_explain_many(count: int, of: int, floor: float) -> None:
    assert is_too_few(count, of, floor, TOLERANCE)


@pytest.mark.parametrize(
    ("count", "of", "said"), [(0, 40, False), (1, 1, False), (1, 5, False), (5, 40, False), (20, 40, True)]
)
def test_a_ceiling_is_a_floor_upside_down(count: int, of: int, said: bool) -> None:
    assert is_too_many(count, of, 0.1, TOLERANCE) is said


def test_nothing_at_all_may_be_forbidden() -> None:
    assert is_too_many(1, 20, 0, TOLERANCE)
    assert not is_too_many(0, 20, 0, TOLERANCE)


def test_of_many_unknown_elements_those_on_most_pages_are_told() -> None:
    places = {**dict.fromkeys(PLACES, 60), **{f"html/body/x{number}": number for number in range(1, 41)}}
    fault, warning = judge_layout(60, places, 0.2, 5)
    assert "x40 on 40 of 60" in str(fault)
    assert "x31 on" in str(fault)
    assert "x30 on" not in f"{fault}{warning}"
    assert warning == "30 more unknown elements"


def test_gaps_are_counted_and_the_first_few_named() -> None:
    assert find_incompleteness([]) is None
    assert find_incompleteness({7, 3}) == (
        "articles that pages of the section name, and that are not archived: 2 (3, 7)"
    )
    assert str(find_incompleteness(range(100, 120))).endswith(": 20 (100, 101, 102, 103, 104, …)")


def test_a_field_that_is_often_missing_is_named_with_what_is_expected() -> None:
    said = find_thin_fields(60, {"byline": 3, "title": 60}, {"title": 0.98, "byline": 0.6, "views": 0.9}, TOLERANCE)
    assert said == (
        "byline in 3 of 60 articles (at least 60% expected); views in 0 of 60 articles (at least 90% expected)"
    )


@pytest.mark.parametrize(("articles", "filled"), [(0, 0), (1, 0), (5, 4), (5, 1), (4, 0), (60, 33)])
def test_one_odd_article_and_a_short_run_are_no_alarm(articles: int, filled: int) -> None:
    assert find_thin_fields(articles, {"byline": filled}, {"byline": 0.6}, TOLERANCE) is None


def test_articles_of_a_wrong_shape_are_told_with_examples() -> None:
    assert find_invalidity(0, []) is None
    assert find_invalidity(1, ["a (views)"]) == "articles with fields of a wrong type or form: 1: a (views)"
    assert str(find_invalidity(9, ["a (views)", "b (id)"])).endswith("9: a (views), b (id), …")


def test_requests_that_come_to_nothing_are_an_alarm_when_many() -> None:
    assert find_flakiness(0, 0, 0.1, TOLERANCE) is None
    assert find_flakiness(2, 6, 0.1, TOLERANCE) is None
    assert find_flakiness(20, 60, 0.1, TOLERANCE) == "20 of 60 requests came to nothing (33%, at most 10% expected)"


def test_a_section_without_articles_is_an_alarm_only_if_it_had_some() -> None:
    assert find_emptiness(before=0, listed=0, sound=0, after=0) is None
    assert find_emptiness(before=60, listed=0, sound=1, after=60) is None
    assert find_emptiness(before=60, listed=20, sound=0, after=60) is None
    assert find_emptiness(before=60, listed=0, sound=0, after=60) == (
        "the site shows no article of a section of which 60 are archived"
    )
    assert find_emptiness(before=60, listed=0, sound=60, after=0) == (
        "all 60 articles of the section count as removed now"
    )


def test_an_old_newest_article_is_told_with_its_age() -> None:
    newest, today = "2026-03-01", date(2026, 4, 30)
    assert find_staleness(newest, today, 60) is None
    assert (
        find_staleness(newest, today, 45) == "published on 2026-03-01, 60 days ago: more than HEALTH_MAX_AGE_DAYS (45)"
    )
    assert find_staleness(newest, today, 0) is None
    assert find_staleness(None, today, 45) is None


def test_pages_of_the_known_layout_are_no_drift() -> None:
    assert judge_layout(60, dict.fromkeys(PLACES, 60), 0.2, 5) == NOTHING
    assert judge_layout(0, {}, 0.2, 5) == NOTHING


def test_an_unknown_element_on_many_pages_is_an_alarm_and_on_one_a_warning() -> None:
    known = dict.fromkeys(PLACES, 60)
    assert judge_layout(60, {**known, "html/body/div/h6": 60}, 0.2, 5) == (
        "unknown element html/body/div/h6 on 60 of 60 pages",
        None,
    )
    assert judge_layout(60, {**known, "html/body/div/h6": 1}, 0.2, 5) == (
        None,
        "unknown element html/body/div/h6 on 1 of 60 pages",
    )
    assert judge_layout(5, {**dict.fromkeys(PLACES, 5), "html/body/div/h6": 1}, 0.2, 5).fault is None


def test_a_known_place_that_no_page_has_is_an_alarm_unless_there_are_few_pages() -> None:
    places = dict.fromkeys(PLACES - {"html/body/div/h5"}, 60)
    assert judge_layout(60, places, 0.2, 5) == ("html/body/div/h5 on none of 60 pages", None)
    assert judge_layout(4, places, 0.2, 5) == (None, "html/body/div/h5 on none of 4 pages")


def test_many_damaged_pages_are_an_alarm_and_one_is_not() -> None:
    assert find_damage(0, 0, 0.05, TOLERANCE) is None
    assert find_damage(1, 14, 0.05, TOLERANCE) is None
    assert find_damage(12, 28, 0.05, TOLERANCE) == "12 of 40 pages were refused (30%, at most 5% expected)"
