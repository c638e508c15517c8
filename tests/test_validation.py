"""Wrong values of settings."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings

from sassspider import settings as project
from sassspider.arguments import ArgumentError
from sassspider.validation import validate_settings


def check(**given: Any) -> None:
    settings = Settings()
    settings.setmodule(project)
    settings.update(given, priority="cmdline")
    validate_settings(settings)


def test_own_settings_are_valid() -> None:
    check()
    check(CONCURRENT_REQUESTS="8", DOWNLOAD_DELAY="0.5", LOG_LEVEL="DEBUG")
    check(MEDIA_HOSTS="a.example:81, https://b.example/,[::1]")
    check(RETRY_PRIORITY_ADJUST="-2", COOKIES_ENABLED="1", RETRY_HTTP_CODES="500, 503")
    check(HEALTH_COVERAGE='{"views": "0.5"}', HEALTH_MAX_AGE_DAYS="7.5", FEEDS={"x.csv": {"format": "csv"}})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CONCURRENT_REQUESTS", "lots", "CONCURRENT_REQUESTS='lots' is wrong: write a whole number, 1 or more"),
        ("CONCURRENT_REQUESTS", "0", "whole number, 1 or more"),
        ("DOWNLOAD_DELAY", "-1", "DOWNLOAD_DELAY='-1' is wrong: write a number, 0 or more"),
        ("RETRY_TIMES", "1.5", "whole number, 0 or more"),
        ("ROBOTSTXT_OBEY", "maybe", "write True or False"),
        ("AUTOTHROTTLE_ENABLED", "maybe", "write True or False"),
        ("LOG_LEVEL", "LOUD", "write DEBUG, INFO, WARNING or ERROR"),
        ("LOG_LEVEL", "10", "write DEBUG, INFO, WARNING or ERROR"),
        ("BROWSER", "yes", "BROWSER='yes' is wrong: write auto, always or never"),
        ("BROWSER_EXECUTABLE", "/not/there", "BROWSER_EXECUTABLE=/not/there is not a program"),
        ("PLAYWRIGHT_LAUNCH_OPTIONS", '{"slow_mo": 100', "PLAYWRIGHT_LAUNCH_OPTIONS='{\"slow_mo\": 100' is wrong"),
        ("MIRRORS", "en.sass.cn", "write a JSON object"),
        ("MEDIA_HOSTS", "http://[", "MEDIA_HOSTS='http://[' is wrong: write hosts, separated by commas"),
        ("MEDIA_HOSTS", "a.example b.example", "write hosts, separated by commas"),
        ("RETRY_HTTP_CODES", "[500, 503]", "write numbers, separated by commas"),
        ("RETRY_HTTP_CODES", 500, "write numbers, separated by commas"),
        ("QUARANTINE_DIR", "", "QUARANTINE_DIR='' is wrong: write a folder"),
        ("QUARANTINE_DIR", None, "write a folder"),
        ("HEALTH_MAX_AGE_DAYS", "nan", "write a number, 0 or more"),
        ("HEALTH_MAX_ERROR_RATIO", "2", "write a number from 0 to 1"),
        ("HEALTH_COVERAGE", "byline", "write a JSON object"),
        ("HTTPCACHE_ENABLED", "True", "HTTPCACHE_ENABLED=True is refused"),
    ],
)
def test_wrong_value_names_the_setting(name: str, value: object, says: str) -> None:
    with pytest.raises(ArgumentError) as error:
        check(**{name: value})
    assert says in str(error.value)
    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)
