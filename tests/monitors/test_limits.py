"""The limits that a crawl is judged by."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from sassspider import settings as project
from sassspider.monitors.limits import LimitError, Limits


def read(**given: str) -> Limits:
    settings = Settings()
    settings.setmodule(project)
    settings.update(given, priority="cmdline")
    return Limits.from_settings(settings)


def test_the_limits_that_come_with_the_project_are_sound() -> None:
    assert read().coverage["byline"] == 0.6
    assert read().max_age_days == 45


def test_limits_may_be_given_on_the_command_line() -> None:
    limits = read(HEALTH_COVERAGE='{"views": "0.5"}', HEALTH_MAX_AGE_DAYS="7.5")
    assert (limits.coverage, limits.max_age_days) == ({"views": 0.5}, 7.5)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HEALTH_MAX_AGE_DAYS", "soon", "HEALTH_MAX_AGE_DAYS is 'soon': write a number, 0 or more"),
        ("HEALTH_MAX_AGE_DAYS", "-1", "HEALTH_MAX_AGE_DAYS is '-1': write a number, 0 or more"),
        ("HEALTH_MIN_PAGES", "nan", "HEALTH_MIN_PAGES is 'nan': write a number, 0 or more"),
        ("HEALTH_TOLERANCE", "2", "HEALTH_TOLERANCE is '2': write a share from 0 to 1"),
        ("HEALTH_COVERAGE", '{"author": 1}', "HEALTH_COVERAGE names 'author', which is no field of an article"),
        ("HEALTH_COVERAGE", '{"byline": 60}', "HEALTH_COVERAGE['byline'] is 60: write a share from 0 to 1"),
        ("HEALTH_COVERAGE", "byline", 'HEALTH_COVERAGE is no JSON object: write {"byline": 0.6}'),
        ("HEALTH_COVERAGE", "3", 'HEALTH_COVERAGE is no JSON object: write {"byline": 0.6}'),
    ],
)
def test_a_wrong_limit_is_told_with_what_to_write(name: str, value: str, says: str) -> None:
    with pytest.raises(LimitError) as error:
        read(**{name: value})
    assert str(error.value) == says
