"""From a field as printed to its value."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider import processors
from sassspider.items import Attachment

NAMES = st.lists(st.sampled_from(["Cai Fang", "LIU TING", "Andy Rand", "Sandor", "蔡昉", "O'Shea"]), max_size=5)
BREAKS = st.sampled_from([",", ", ", ";", "，", "、", "；", " and ", " & ", " AND ", ", and ", ",and ", "、and "])  # noqa: RUF001


@given(st.text())
def test_collapsed_text_has_single_spaces_and_stays_so(text: str) -> None:
    collapsed = processors.collapse(text)
    assert not re.search(r"^\s|\s$|\s\s|[\u00a0\u3000\u200b\ufeff]", collapsed)
    assert processors.collapse(collapsed) == collapsed


def test_collapse_keeps_every_visible_character() -> None:
    assert processors.collapse("\ufeff a\u00a0\u3000b\r\n\tc\u200bd ") == "a b cd"


def test_visible_text_is_what_a_page_can_show() -> None:
    assert processors.visible("a\u200bb\ufeff\x00\x1e\uffff\U0010fffe\ud800") == "ab"
    assert processors.visible("a\fb\vc\u00a0\td\u2028e\x85f") == "a b c\u00a0\td e f"
    assert processors.visible("\u202ea\u2066b\u2069\u202c\u200e\u200f\u061cc") == "abc"
    assert processors.visible("\x9b31mred\x7f\x1b[0m") == "31mred[0m"


def test_joiners_that_words_need_stay() -> None:
    assert processors.collapse("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 क\u094d\u200dष") == (
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 क\u094d\u200dष"
    )


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "L"])))
def test_no_single_line_has_a_control_or_turns_its_direction(text: str) -> None:
    for function in (processors.collapse, processors.strip):
        line = function(text)
        assert not re.search(
            "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", line
        )
        assert function(line) == line
        line.encode()


def test_strip_keeps_what_is_inside() -> None:
    printed = "\u00a02026-01-20  12:00\n"
    assert processors.strip(printed) == "2026-01-20  12:00"


@pytest.mark.parametrize(
    ("text", "number"),
    [("92", 92), (" 1,234 ", 1234), ("0", 0), ("", None), (",", None), ("-5", None), ("1.5", None), ("many", None)],
)
def test_a_count_is_digits_or_nothing(text: str, number: int | None) -> None:
    assert processors.parse_count(text) == number


@given(st.text() | st.from_regex(r"[\d,\s]{0,40}"))
def test_a_count_is_never_negative_and_never_fails(text: str) -> None:
    number = processors.parse_count(text)
    assert number is None or 0 <= number < 10**18


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from("-/."), st.sampled_from(["", " 12:00", " 2:53", "\u00a0"]))
def test_a_date_is_read_whatever_parts_it_and_follows_it(day: date, mark: str, rest: str) -> None:
    assert processors.parse_date(f" {day:%Y}{mark}{day:%m}{mark}{day:%d}{rest}") == day.isoformat()
    assert processors.parse_date(f"{day.year}{mark}{day.month}{mark}{day.day}{rest}") == day.isoformat()


@given(st.text() | st.from_regex(r"\d{4}-\d{1,2}-\d{1,3}"))
def test_what_parse_date_returns_is_a_day(text: str) -> None:
    day = processors.parse_date(text)
    assert day is None or date.fromisoformat(day).isoformat() == day


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-13-01", "0000-01-01", "2026-01-201", "20-01-2026"])
def test_no_such_day_is_none(text: str) -> None:
    assert processors.parse_date(text) is None


@given(NAMES, st.data())
def test_a_byline_gives_back_the_names_it_was_made_of(names: list[str], data: st.DataObject) -> None:
    byline = names[0] if names else ""
    for name in names[1:]:
        byline += data.draw(BREAKS) + name
    assert processors.split_byline(byline) == names


@given(st.text() | st.lists(st.sampled_from(["Lin", "and", "&", " ", ",", "、", "and,"])).map("".join))
def test_no_name_is_empty_or_could_be_split_again(byline: str) -> None:
    for name in processors.split_byline(byline):
        assert name == processors.collapse(name)
        assert processors.split_byline(name) == [name]


def test_a_word_with_and_in_it_is_one_name() -> None:
    assert processors.split_byline("Alexander Brandt and Sandy R&D") == ["Alexander Brandt", "Sandy R&D"]


@pytest.mark.parametrize(
    "alt",
    [
        "",
        " \u00a0",
        "1.png",
        "my photo.JPEG",
        "img/1.jpg",
        r"C:\fakepath\1.png",
        "/upload/x",
        "https://a.cn/b",
        "图.gif",
    ],
)
def test_an_alt_that_only_names_a_file_is_none(alt: str) -> None:
    assert processors.clean_alt(alt) is None


@pytest.mark.parametrize("alt", ["A pier at dawn", "Fig. 2", "the .png format", "either/or", "5.5"])
def test_an_alt_that_says_something_is_kept(alt: str) -> None:
    assert processors.clean_alt(f"  {alt} ") == alt


@given(st.text())
def test_a_clean_alt_is_clean(alt: str) -> None:
    cleaned = processors.clean_alt(alt)
    assert cleaned is None or (cleaned == processors.collapse(alt) and processors.clean_alt(cleaned) == cleaned)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("a b\n\nc", 3), ("one - two", 2), ("well-known 3.5%", 2), ("渡口", 2), ("在Chengdu的渡口", 5), ("…", 0)],
)
def test_words_are_runs_and_han_characters(text: str, words: int) -> None:
    assert processors.count_words(text) == words


@given(st.text("ab1é٣½²— \n\t\x1c\x1f\xa0\u2028\u3000.,“”·_\x00\x7f\ud800\U0001f600"))
def test_a_word_has_a_letter_or_digit(text: str) -> None:
    assert processors.count_words(text) == sum(any(map(str.isalnum, run)) for run in text.split())


@given(st.text(), st.text())
def test_the_words_of_two_paragraphs_are_those_of_each(one: str, two: str) -> None:
    count = processors.count_words
    assert count(f"{one}\n\n{two}") == count(one) + count(two)


@pytest.mark.parametrize(
    ("text", "language"),
    [("", "en"), ("2026", "en"), ("ab渡口", "en"), ("a渡口", "zh"), ("渡口 2026, 300", "zh"), ("The 渡口 ferry", "en")],
)
def test_the_language_is_chinese_when_most_letters_are(text: str, language: str) -> None:
    assert processors.detect_language(text) == language


@given(st.text("ab9 ,渡口é豈𠮷、\ud800"))
def test_a_language_is_told_by_counting_letters(text: str) -> None:
    han, letters = sum(map("渡口豈𠮷".count, text)), sum(map(str.isalpha, text))
    assert processors.detect_language(text) == ("zh" if han > letters - han else "en")


def test_the_hash_is_sha_256_over_title_and_text() -> None:
    # printf 'Ferries\x1fThey run.' | sha256sum
    assert processors.hash_content("Ferries", "They run.") == (
        "sha256:bc7726f3e2866863c68f1e7d12cfbcf90248239a2a17bc408ee7cafa973dd258"
    )


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_only_equal_contents_have_equal_hashes(one: tuple[str, str], two: tuple[str, str]) -> None:
    if "\x1f" not in "".join((*one, *two)):
        assert (processors.hash_content(*one) == processors.hash_content(*two)) == (one == two)


def test_links_are_unique_by_url_and_the_first_stays() -> None:
    first, again, other = (Attachment(url=url, name=name) for url, name in (("/a", "A"), ("/a", "B"), ("/b", "B")))
    assert processors.unique_by_url([first, again, other]) == [first, other]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=2))))
def test_of_links_each_address_stays_once_where_it_stood_first(given: list[tuple[str, str]]) -> None:
    links = [Attachment(url=url, name=name) for url, name in given]
    kept = processors.unique_by_url(links)
    assert [link["url"] for link in kept] == list(dict.fromkeys(link["url"] for link in links))
    assert all(link is next(one for one in links if one["url"] == link["url"]) for link in kept)
