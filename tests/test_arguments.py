"""The spider's arguments."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.arguments import NAMES, ArgumentError, Arguments, parse_arguments

SITE = "http://en.sass.cn"
SECTION = "103002"


def test_default_is_the_whole_section() -> None:
    assert parse_arguments({"_token": "a1"}, SECTION) == Arguments(SITE, SECTION)


def test_every_argument_is_parsed() -> None:
    given = {
        "site": "HTTP://127.0.0.1:8000/",
        "section": SECTION,
        "since": "2025-01-31",
        "until": "2025-01-31",
        "limit": "20",
        "start": "http://127.0.0.1:8000/103002/0041.aspx?from=mail",
        "mode": "refresh",
        "recheck": "30",
        "emit": "new",
        "_job": "a1",
    }
    site, day = "http://127.0.0.1:8000", date(2025, 1, 31)
    article = f"{site}/103002/41.aspx"
    assert parse_arguments(given) == Arguments(site, SECTION, day, day, 20, article, "refresh", 30, "new", "a1")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sinse": "2025-01-01"}, "unknown argument 'sinse'.*since"),
        ({"site": "en.sass.cn"}, "site='en.sass.cn' is wrong.*http"),
        ({"section": "news"}, "section='news' is wrong.*digits"),
        ({"section": "103001"}, "crawls section 103002 only; use: scrapy crawl section -a section=103001"),
        ({"since": "20250101"}, "since='20250101' is wrong.*YYYY-MM-DD"),
        ({"until": "2025-02-30"}, "YYYY-MM-DD"),
        ({"since": "2025-01-02", "until": "2025-01-01"}, "since=2025-01-02 is later than until=2025-01-01"),
        ({"limit": "0"}, "limit='0' is wrong.*1 or more"),
        ({"limit": "٣"}, "1 or more"),
        ({"limit": "9" * 10}, "1 or more"),
        ({"recheck": "a week"}, "recheck='a week' is wrong.*1 or more"),
        ({"mode": "fast"}, "mode='fast' is wrong.*update or refresh"),
        ({"emit": ""}, "emit='' is wrong.*all or new"),
        ({"start": "41.aspx"}, "no article of section 103002.*http://en.sass.cn/103002/5542.aspx"),
        ({"start": f"{SITE}/103001/41.aspx"}, "no article of section 103002"),
        ({"start": f"{SITE}/103002/default.aspx"}, "no article of section 103002"),
    ],
)
def test_wrong_argument_is_named(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        parse_arguments(given, SECTION)


def test_spider_for_any_section_needs_one() -> None:
    with pytest.raises(ArgumentError, match="section=103002"):
        parse_arguments({})


@given(st.sampled_from(NAMES), st.text(st.characters(codec=None)))
def test_any_text_is_parsed_or_refused(name: str, value: str) -> None:
    try:
        assert parse_arguments({name: value}, SECTION).section == SECTION
    except ArgumentError as error:
        assert name in str(error) or "103002" in str(error)
