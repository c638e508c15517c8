"""Processors: from a field as printed to its value."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.items import Attachment
from sassspider.processors import (
    clean_alt_text,
    count_words,
    detect_language,
    hash_content,
    normalize_whitespace,
    parse_authors,
    parse_date,
    parse_int,
    remove_control_characters,
    strip_text,
    unique_by_url,
)

# ruff: noqa: RUF001

INVISIBLE = "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u200c\u200d\u0081"


@given(st.text())
def test_normalized_text_has_single_spaces(text: str) -> None:
    normalized = normalize_whitespace(text)
    assert not re.search(r"^\s|\s$|\s\s|[\u00a0\u3000\u200b\ufeff]", normalized)
    assert normalize_whitespace(normalized) == normalized


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u200bb\ufeff\x00\x1e\uffff\U0010fffe\ud800", "ab"),
        ("\u202ea\u2066b\u2069\u202c\u200e\u200f\u061cc", "abc"),
        ("\x1b[31mred\x7f\x1b[0m", "[31mred[0m"),
        ("har\u00advest\u2060 fes\u2063tival", "harvest festival"),
        ("a\fb\vc\u00a0\td\u2028e\u2029f\n", "a b c\u00a0\td e f\n"),
    ],
)
def test_invisible_characters_are_removed(text: str, kept: str) -> None:
    assert remove_control_characters(text) == kept


def test_white_space_is_normalized() -> None:
    assert normalize_whitespace("\ufeff a\u00a0\u3000b\r\n\tc\u200bd ") == "a b cd"
    assert strip_text("\u00a02026-01-20  12:00\n a") == "2026-01-20  12:00  a"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("the miller\x92s mule", "the miller’s mule"),
        ("\x93Weir\x94", "“Weir”"),
        ("1987\x961991\x97then\x85", "1987–1991—then…"),
        ("5 \x80", "5 €"),
        ("\x99\x9f\x8a", "™ŸŠ"),
        ("a\x81b\x8dc\x8fd\x90e\x9df", "abcdef"),
    ],
)
def test_c1_controls_are_windows_1252(printed: str, shown: str) -> None:
    for function in (normalize_whitespace, strip_text, remove_control_characters):
        assert function(printed) == shown
    assert clean_alt_text(printed) == shown
    assert parse_authors(printed) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "क\u094d\u200dष",  # Devanagari
        "\U0001f469\u200d\U0001f33e",  # a farmer
        "\u2764\ufe0f\u200d\U0001f525",  # a heart on fire
    ],
)
def test_needed_joiners_stay(text: str) -> None:
    assert normalize_whitespace(text) == text


@pytest.mark.parametrize("before", ["a", "9", "é", ".", "”", "渡", "カ", "한", " ", "\n", "क\u200b", ""])
@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_useless_joiners_are_removed(before: str, joiner: str) -> None:
    assert remove_control_characters(f"{before}{joiner}b") == f"{before}b".replace("\u200b", "")


@given(st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "L"])))
def test_one_line_texts_have_no_controls(text: str) -> None:
    for function in (normalize_whitespace, strip_text):
        line = function(text)
        assert not re.search(
            "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", line
        )
        assert function(line) == line
        line.encode()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("92", 92),
        (" 1,234 ", 1234),
        ("1,234,567", 1234567),
        ("1，234", 1234),
        ("１２，３４５", 12345),
        ("\u00a092\u00a0", 92),
        ("1\u00a0234", 1234),
        ("\u200b9\u20602\ufeff", 92),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        (",", None),
        ("12,34", None),
        ("1,2345", None),
        ("1 2", None),
        ("-5", None),
        ("1.5", None),
        ("many", None),
        (f"1{' ' * 200}2", None),
    ],
)
def test_parse_int_reads_whole_numbers(text: str, number: int | None) -> None:
    assert parse_int(text) == number


@given(st.text() | st.from_regex(r"[\d,\s]{0,40}"))
def test_parse_int_never_fails(text: str) -> None:
    number = parse_int(text)
    assert number is None or 0 <= number < 10**18


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from("-/.－．／–"), st.sampled_from(["", " 12:00", "\u00a0"]))
def test_parse_date_reads_year_first(day: date, mark: str, rest: str) -> None:
    assert parse_date(f" {day:%Y}{mark}{day:%m}{mark}{day:%d}{rest}") == day.isoformat()
    assert parse_date(f"{day.year}{mark}{day.month}{mark}{day.day}{rest}") == day.isoformat()


@given(st.text() | st.from_regex(r"\d{4}-\d{1,2}-\d{1,3}"))
def test_parse_date_returns_a_day(text: str) -> None:
    day = parse_date(text)
    assert day is None or date.fromisoformat(day).isoformat() == day


# fmt: off
@pytest.mark.parametrize("printed", [
    "2019年3月7日", "２０１９年０３月０７日10:30", "２０１９－３－７", "2019. 3. 7", "7 MAR 2019 10:30", "07-Mar-2019",
    "7th March, 2019", "7 Mar. 2019", "March 7 2019", "Mar. 7th, 2019", "Thu, 7 Mar 2019 10:30:00 GMT",
    "Thursday, March 7, 2019", "Thursday 2019-03-07",
])
def test_parse_date_reads_other_forms(printed: str) -> None:
    assert parse_date(printed) == "2019-03-07"


@pytest.mark.parametrize("text", [
    "", "soon", "2026-02-30", "2026-13-01", "0000-01-01", "2026-01-201", "2026年2月30日", "2026年2月",
    "30 February 2026", "5 Maybe 2026", "5 May 20266", "May 2026", "20-01-2026", "01/02/2026", "5 May 26",
    "Posted 2026-01-20", "Monday",
])
def test_other_stamps_are_no_date(text: str) -> None:
    assert parse_date(text) is None
# fmt: on


@pytest.mark.parametrize("number", range(1, 13))
def test_parse_date_knows_every_month(number: int) -> None:
    day = date(2021, number, 9)
    for name in (f"{day:%B}", f"{day:%b}", f"{day:%b}.", f"{day:%B}".upper()):
        assert parse_date(f"9 {name} 2021") == parse_date(f"{name} 9, 2021") == day.isoformat()
    assert parse_date("Sept. 9, 2021") == "2021-09-09"


@pytest.mark.parametrize("mark", INVISIBLE)
def test_parse_date_ignores_invisible_marks(mark: str) -> None:
    for printed in ("2019-03-07 10:30", "2019年3月7日", "7 March 2019"):
        assert parse_date(mark.join(["", *printed, ""])) == "2019-03-07"


PAIR = ["Ada Brook", "Bo Reed"]
NAMES = st.lists(
    st.sampled_from(["Cai Fang", "LIU TING", "Andy Rand", "Sandor", "蔡昉", "O'Shea", "Jack Ma", "Anand de Wit"]),
    max_size=5,
)
BREAKS = st.sampled_from([
    ",", ", ", ";", "，", "、", "；", "/", " / ", "|", "／", "｜", "\n", "\r\n\t", "\u2028", "\u200b,\u200b",
    " and ", " AND ", " & ", "&", "＆", ", and ", ",and ", "、and ", ", & ", " (a, b) and ",
])  # fmt: skip


@given(NAMES, st.data())
def test_parse_authors_reads_every_separator(names: list[str], data: st.DataObject) -> None:
    byline = names[0] if names else ""
    for name in names[1:]:
        byline += data.draw(BREAKS) + name
    assert parse_authors(byline) == names


TOKENS = [
    "Lin", "and", "&", " ", ",", "、", "By", "photos by", "Ph. D.", "MA", "Jr.", "(", "）", "\n", "College", "文/", ":",
]  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(TOKENS)).map("".join) | st.lists(st.sampled_from(TOKENS)).map(" ".join))
def test_parsed_names_stay_whole(byline: str) -> None:
    for name in parse_authors(byline):
        assert name == normalize_whitespace(name)
        assert parse_authors(name) == [name]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Brook（Hill College；Ford）and Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Ada Brook (Ford （a, b） c) & Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Ada Brook (Ford\nHill)\nBo Reed", ["Ada Brook", "Bo Reed"]),
        ("Ada Brook), Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Ada Brook (Ford, Bo Reed", ["Ada Brook", "Ford", "Bo Reed"]),
        ("by: Ada Brook, by Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Text by Ada Brook Photos by Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Written by Ada Brook and edited by Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Written and photographed by Ada Brook, translated by Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Ada Brook, with photos by Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("Author(s): Ada Brook, Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("文 | Ada Brook\n摄影：Bo Reed", ["Ada Brook", "Bo Reed"]),
        ("张文/李四", ["张文", "李四"]),
        ("Standby Reed, Byrd Ford, Ole By, Photios Reed", ["Standby Reed", "Byrd Ford", "Ole By", "Photios Reed"]),
        ("Alexander Brandt and Sandy Andersen", ["Alexander Brandt", "Sandy Andersen"]),
        ("Sandy R&D, AT&T, Ada B.&C. Reed", ["Sandy R&D", "AT&T", "Ada B.", "C. Reed"]),
        ("(staff)", []),
    ],
)
def test_bylines_are_split_into_names(byline: str, names: list[str]) -> None:
    assert parse_authors(byline) == names


# fmt: off
@pytest.mark.parametrize("degree", [
    "PhD", "Ph.D.", "Ph.D", "Ph. D.", "MD", "M.D.", "MA", "M.A.", "MSc", "M.Sc.", "MBA", "MPhil", "LL.M.", "Dr.", "JD",
])
def test_degrees_are_left_out(degree: str) -> None:
    assert parse_authors(f"Ada Brook, {degree}, and Bo Reed {degree}") == ["Ada Brook", "Bo Reed"]
    assert parse_authors(f"Ada Brook {degree} MBA, Bo Reed, MBA {degree}") == ["Ada Brook", "Bo Reed"]


@pytest.mark.parametrize("name", [
    "Jack Ma", "JACK MA", "Jun MA", "LI XIAO MA", "Ma Jun", "MA JUN", "Dr. Reed", "MA", "BA JIN",
])
def test_names_like_degrees_stay(name: str) -> None:
    assert parse_authors(name) == [name]


@pytest.mark.parametrize("suffix", ["Jr.", "Jr", "Sr.", "II", "III", "IV"])
def test_suffix_joins_previous_name(suffix: str) -> None:
    assert parse_authors(f"Ada Brook, {suffix}, Bo Reed") == [f"Ada Brook {suffix}", "Bo Reed"]
    assert parse_authors(f"Ada Brook {suffix} and Bo Reed, {suffix}, PhD") == [f"{one} {suffix}" for one in PAIR]


@pytest.mark.parametrize("word", [
    "Institute", "University", "Academy", "College", "School", "Center", "Centre", "Ministry", "Department", "Bureau",
    "Office", "Committee", "Commission", "INSTITUTE", "schools", "Academies",
])
def test_institution_keeps_its_and(word: str) -> None:
    assert parse_authors(f"{word} of Rivers and Weirs, Ada Brook and Bo Reed") == [f"{word} of Rivers and Weirs", *PAIR]
# fmt: on


@pytest.mark.parametrize(
    "byline", ["(" * 400_000, "a, " + "Jr., " * 80_000, "by " * 130_000, "A b" + " MA" * 130_000, "text and " * 40_000]
)
def test_long_bylines_take_linear_time(byline: str) -> None:
    assert len(" ".join(parse_authors(byline))) <= len(byline)  # where time is quadratic, minutes to hours


@pytest.mark.parametrize("alt", [
    "", " \u00a0", "\u200b", "1.png", "my photo.JPEG", "img/1.jpg", r"C:\fakepath\1.png",
    r"C:\Users\Ada Brook\Desktop\ferry", r"\\server\my pictures\ferry", "C:/pictures/ferry", "/upload/x",
    "https://a.cn/b", "图.gif",
])  # fmt: skip
def test_alt_text_of_files_is_none(alt: str) -> None:
    assert clean_alt_text(alt) is None
    for words in ("A pier at dawn", "Fig. 2", "the .png format", "either/or", "5.5", "A: B"):
        assert clean_alt_text(f"  {words} ") == words


@given(st.text())
def test_clean_alt_text_is_idempotent(alt: str) -> None:
    cleaned = clean_alt_text(alt)
    assert cleaned is None or (cleaned == normalize_whitespace(alt) and clean_alt_text(cleaned) == cleaned)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("a b\n\nc", 3),
        ("one - two", 2),
        ("one – “two”", 2),
        ("10³ m²", 2),
        ("well-known 3.5%", 2),
        ("渡口", 2),
        ("在Chengdu的渡口", 5),
        ("…", 0),
    ],
)
def test_words_are_runs_and_han(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text("ab1é٣½²— \n\t\x1c\x1f\xa0\u2028\u3000.,“”·_\x00\x7f\ud800\U0001f600\u2003") | st.text("ab1 \n.,_–“"))
def test_a_word_has_letters_or_digits(text: str) -> None:
    assert count_words(text) == sum(any(map(str.isalnum, run)) for run in text.split())


@given(st.text(), st.text())
def test_word_count_adds_up(one: str, two: str) -> None:
    assert count_words(f"{one}\n\n{two}") == count_words(one) + count_words(two)


@pytest.mark.parametrize(
    ("text", "language"),
    [("", "en"), ("2026", "en"), ("ab渡口", "en"), ("a渡口", "zh"), ("渡口 2026, 300", "zh"), ("The 渡口 ferry", "en")],
)
def test_mostly_han_text_is_chinese(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(st.text("ab9 ,渡口é豈𠮷、\ud800"))
def test_language_counts_letters_only(text: str) -> None:
    han, letters = sum(map("渡口豈𠮷".count, text)), sum(map(str.isalpha, text))
    assert detect_language(text) == ("zh" if han > letters - han else "en")


def test_hash_is_sha256_of_content() -> None:
    # printf 'Ferries\x1fThey run.' | sha256sum
    assert hash_content("Ferries", "They run.") == (
        "sha256:bc7726f3e2866863c68f1e7d12cfbcf90248239a2a17bc408ee7cafa973dd258"
    )


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_equal_hashes_mean_equal_contents(one: tuple[str, str], two: tuple[str, str]) -> None:
    if "\x1f" not in "".join((*one, *two)):
        assert (hash_content(*one) == hash_content(*two)) == (one == two)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=2))))
def test_unique_by_url_keeps_the_first(given: list[tuple[str, str]]) -> None:
    links = [Attachment(url=url, name=name) for url, name in given]
    kept = unique_by_url(links)
    assert [link["url"] for link in kept] == list(dict.fromkeys(link["url"] for link in links))
    assert all(link is next(one for one in links if one["url"] == link["url"]) for link in kept)
