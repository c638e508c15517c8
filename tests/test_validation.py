"""Wrong values of settings."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings

from sassspider import settings as project
from sassspider.arguments import ArgumentError
from sassspider.validation import validate_options, validate_settings


def check(**given: Any) -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.update(given, priority="cmdline")
    validate_settings(settings)


def test_own_settings_are_valid() -> None:
    check()
    check(CONCURRENT_REQUESTS="8", DOWNLOAD_DELAY="0.5", LOG_LEVEL="DEBUG")
    check(RETRY_PRIORITY_ADJUST="-2", COOKIES_ENABLED="1")
    check(HEALTH_COVERAGE='{"views": "0.5"}', HEALTH_MAX_AGE_DAYS="7.5", FEEDS={"x.csv": {"format": "csv"}})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CONCURRENT_REQUESTS", "lots", "CONCURRENT_REQUESTS='lots' is wrong: write a whole number, 1 or more"),
        ("CONCURRENT_REQUESTS", "0", "whole number, 1 or more"),
        ("DOWNLOAD_DELAY", "2s", "DOWNLOAD_DELAY='2s' is wrong: write a number, 0 or more"),
        ("DOWNLOAD_DELAY", "-1", "number, 0 or more"),
        ("DOWNLOAD_TIMEOUT", "0", "number, above 0"),
        ("RETRY_TIMES", "1.5", "whole number, 0 or more"),
        ("ROBOTSTXT_OBEY", "maybe", "ROBOTSTXT_OBEY='maybe' is wrong: write True or False"),
        ("AUTOTHROTTLE_ENABLED", "maybe", "write True or False"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL='LOUD' is wrong: write CRITICAL, ERROR, WARNING, INFO or DEBUG"),
        ("MIRRORS", "en.sass.cn", "MIRRORS='en.sass.cn' is wrong: write a JSON object"),
        ("ARCHIVE_TIMEOUT", "long", "write a number, 0 or more"),
        ("HEALTH_MAX_AGE_DAYS", "soon", "HEALTH_MAX_AGE_DAYS='soon' is wrong: write a number, 0 or more"),
        ("HEALTH_MAX_AGE_DAYS", "nan", "write a number, 0 or more"),
        ("HEALTH_MIN_PAGES", "few", "write a whole number, 0 or more"),
        ("HEALTH_MAX_ODD_SHARE", "2", "write a share from 0 to 1"),
        ("HEALTH_COVERAGE", '{"author": 1}', "'author' is no field of an article"),
        ("HEALTH_COVERAGE", '{"byline": 60}', "write a share from 0 to 1 for 'byline'"),
        ("HEALTH_COVERAGE", "byline", "write a JSON object"),
        ("HTTPCACHE_ENABLED", "True", "HTTPCACHE_ENABLED=True is refused"),
    ],
)
def test_wrong_value_names_the_setting(name: str, value: str, says: str) -> None:
    with pytest.raises(ArgumentError) as error:
        check(**{name: value})
    assert says in str(error.value)
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", ["{broken", "3", "a.b.C"])
def test_wrong_components_name_the_setting(value: str) -> None:
    with pytest.raises(ArgumentError, match=r"^ITEM_PIPELINES='.*' is wrong: write a JSON object"):
        validate_options([f"ITEM_PIPELINES={value}"], Settings())
