"""Processors on any text, and where ``cases/`` and ``pages/`` have no example."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.processors import (
    clean_alt_text,
    count_words,
    detect_language,
    hash_content,
    normalize_whitespace,
    parse_date,
    parse_int,
    remove_control_characters,
    strip_text,
)

# ruff: noqa: RUF001
# fmt: off
INVISIBLE = "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u200c\u200d\u0081"
EXAMPLES: dict[Any, dict[str, Any]] = {
    remove_control_characters: {
        "a\u200bb\ufeff\x00\x1e\uffff\U0010fffe\ud800": "ab",
        "\u202ea\u2066b\u2069\u202c\u200e\u200f\u061cc": "abc",
        "\x1b[31mred\x7f\x1b[0m": "[31mred[0m",
        "har\u00advest\u2060 fes\u2063tival": "harvest festival",
        "a\fb\vc\u00a0\td\u2028e\u2029f\n": "a b c\u00a0\td e f\n",
        "\x93Weir\x94, \x8a 5 \x80\x85": "“Weir”, Š 5 €…",
        "a\x81b\x8dc\x8fd\x90e\x9df": "abcdef",
        **{f"{before}{joiner}b": f"{before}b" for before in "a9é.”渡カ한 \n" for joiner in "\u200c\u200d"},
        **dict.fromkeys(["\u0646\u0645\u06cc\u200c\u062e", "क\u094d\u200dष", "\U0001f469\u200d\U0001f33e"]),
    },
    strip_text: {"\u00a02026-01-20  12:00\n a": "2026-01-20  12:00  a"},
    parse_int: {
        " 1,234,567 ": 1234567, "１２，３４５": 12345, "1\u00a0234": 1234, "0": 0, "9" * 18: 10**18 - 1,
        **dict.fromkeys(["9" * 19, "", ",", "12,34", "1,2345", "1 2", "-5", "1.5", "10³", "①", f"1{' ' * 200}2"], ""),
    },
    parse_date: {
        **dict.fromkeys(["2019. 3. 7", "7 MAR 2019 10:30", "07-Mar-2019", "7th March, 2019", "Mar. 7th, 2019",
                         "Thu, 7 Mar 2019 10:30:00 GMT", "Thursday 2019-03-07", "Posted 2019-03-07"], "2019-03-07"),
        **{mark.join(["", *printed, ""]): "2019-03-07"
           for mark in INVISIBLE for printed in ("2019-03-07 10:30", "2019年3月7日", "7 March 2019")},
        **{f"9 {date(2021, month, 9):{name}} 2021": f"2021-{month:02}-09"
           for month in range(1, 13) for name in ("%B", "%b", "%b.")},
        **dict.fromkeys(["", "0000-01-01", "2026-01-201", "2026年2月", "5 Maybe 2026", "5 May 20266", "May 2026",
                         "20-01-2026", "5 May 26", "5: 2026-01-20", "Monday"], ""),
    },
    clean_alt_text: {
        **dict.fromkeys([" \u00a0", "\u200b", "my photo.JPEG", "img/1.jpg", r"C:\fakepath\1.png", "C:/pictures/ferry",
                         r"C:\Users\Ada Brook\Desktop\ferry", r"\\server\my pictures\ferry", "https://a.cn/b"], ""),
        **dict.fromkeys(["A pier at dawn", "Fig. 2", "the .png format", "either/or", "5.5", "A: B"]),
    },
    count_words: {"one - two": 2, "10³ m²": 2, "well-known 3.5%": 2, "在Chengdu的渡口": 5, "…": 0},
    detect_language: {"": "en", "ab渡口": "en", "a渡口": "zh", "渡口 2026, 300": "zh"},
}
# fmt: on


@pytest.mark.parametrize("function", EXAMPLES, ids=lambda function: function.__name__)
def test_processor_gives_expected_value(function: Any) -> None:
    """None among the expected values stands for the text itself, an empty string for None."""
    expected = {text: text if value is None else value for text, value in EXAMPLES[function].items()}
    found = {text: "" if (value := function(text)) is None else value for text in expected}
    assert found == expected


@given(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "L"])))
def test_one_line_texts_have_no_controls(text: str) -> None:
    for function in (normalize_whitespace, strip_text):
        line = function(text)
        assert not re.search(
            "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", line
        )
        assert function(line) == line
        line.encode()
    assert not re.search(r"^\s|\s$|\s\s|[\u00a0\u3000\u200b\ufeff]", normalize_whitespace(text))


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from("-/.－．／–"), st.sampled_from(["", " 12:00", "\u00a0"]))
def test_parse_date_reads_year_first(day: date, mark: str, rest: str) -> None:
    assert parse_date(f" {day:%Y}{mark}{day:%m}{mark}{day:%d}{rest}") == day.isoformat()
    assert parse_date(f"{day.year}{mark}{day.month}{mark}{day.day}{rest}") == day.isoformat()


@given(
    st.text("ab1é٣½²— \n\t\x1c\x1f\xa0\u2028\u3000.,“”·_\x00\x7f\ud800\U0001f600\u2003")
    | st.text("ab1é½ª²— \n\t\x1c\x1f\xa0.,“”·_\x00\x7f")
)
def test_a_word_has_letters_or_digits(text: str) -> None:
    assert count_words(text) == sum(any(map(str.isalnum, run)) for run in text.split())


def test_hash_is_sha256_of_content() -> None:
    # printf 'Ferries\x1fThey run.' | sha256sum
    expected = "sha256:bc7726f3e2866863c68f1e7d12cfbcf90248239a2a17bc408ee7cafa973dd258"
    assert hash_content("Ferries", "They run.") == expected
