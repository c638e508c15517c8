"""Names in bylines of many forms; ``cases/bylines.toml`` has more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.names import parse_authors
from sassspider.processors import normalize_whitespace

# ruff: noqa: RUF001
# fmt: off
TOKENS = [
    "Lin", "and", "&", " ", ",", "、", "By", "photos by", "Ph. D.", "MA", "Jr.", "(", "）", "\n", "College", "文/", ":",
]
NAMES = ["Cai Fang", "LIU TING", "Andy Rand", "Sandor", "蔡昉", "O'Shea", "Jack Ma", "Anand de Wit"]
BREAKS = [
    ",", ", ", ";", "，", "、", "；", "/", " / ", "|", "／", "｜", "\n", "\r\n\t", "\u2028", "\u200b,\u200b",
    " and ", " AND ", " & ", "&", "＆", ", and ", ",and ", "、and ", ", & ", " (a, b) and ",
]
DEGREES = [
    "PhD", "Ph.D.", "Ph.D", "Ph. D.", "MD", "M.D.", "MA", "M.A.", "MSc", "M.Sc.", "MBA", "MPhil", "LL.M.", "Dr.", "JD",
]
INSTITUTIONS = [
    "Institute", "University", "Academy", "College", "School", "Center", "Centre", "Ministry", "Department", "Bureau",
    "Office", "Committee", "Commission", "INSTITUTE", "schools", "Academies",
]
PAIR = ["Ada Brook", "Bo Reed"]
ADDED = [
    "Ada Brook (Ford\nHill)\nBo Reed", "Ada Brook), Bo Reed", "by: Ada Brook, by Bo Reed",
    "Text by Ada Brook Photos by Bo Reed", "Written by Ada Brook and edited by Bo Reed",
    "Written and photographed by Ada Brook, translated by Bo Reed", "Ada Brook, with photos by Bo Reed",
    "Author(s): Ada Brook, Bo Reed", "文 | Ada Brook\n摄影：Bo Reed",
    *(f"Ada Brook, {degree}, and Bo Reed {degree}" for degree in DEGREES),
    *(f"Ada Brook {degree} MBA, Bo Reed, MBA {degree}" for degree in DEGREES),
]
BYLINES = {
    "Ada Brook (Ford, Bo Reed": ["Ada Brook", "Ford", "Bo Reed"],
    "张文/李四": ["张文", "李四"],
    "Standby Reed, Byrd Ford, Ole By, Photios Reed": ["Standby Reed", "Byrd Ford", "Ole By", "Photios Reed"],
    "Sandy R&D, AT&T, Ada B.&C. Reed": ["Sandy R&D", "AT&T", "Ada B.", "C. Reed"],
    "(staff)": [],
    **dict.fromkeys(ADDED, PAIR),
    **{name: [name] for name in ("JACK MA", "Jun MA", "LI XIAO MA", "Ma Jun", "MA JUN", "Dr. Reed", "MA", "BA JIN")},
    **{f"Ada Brook {suffix} and Bo Reed, {suffix}, PhD": [f"{one} {suffix}" for one in PAIR]
       for suffix in ("Jr.", "Jr", "Sr.", "II", "III", "IV")},
    **{f"{word} of Rivers and Weirs, Ada Brook and Bo Reed": [f"{word} of Rivers and Weirs", *PAIR]
       for word in INSTITUTIONS},
}
# fmt: on


@pytest.mark.parametrize("byline", BYLINES)
def test_byline_gives_names(byline: str) -> None:
    assert parse_authors(byline) == BYLINES[byline]


@given(st.lists(st.sampled_from(NAMES), max_size=5), st.data())
def test_parse_authors_reads_every_separator(names: list[str], data: st.DataObject) -> None:
    byline = "".join(name + data.draw(st.sampled_from(BREAKS)) for name in names[:-1])
    assert parse_authors(byline + "".join(names[-1:])) == names


@given(st.text() | st.lists(st.sampled_from(TOKENS)).map("".join) | st.lists(st.sampled_from(TOKENS)).map(" ".join))
def test_parsed_names_stay_whole(byline: str) -> None:
    for name in parse_authors(byline):
        assert name == normalize_whitespace(name)
        assert "By" in name or parse_authors(name) == [name]  # which is a name only at the end


@pytest.mark.parametrize(
    "byline",
    [
        "(" * 400_000,
        "a, " + "Jr., " * 80_000,
        "by " * 130_000,
        "reporter " * 40_000,
        "A b" + " MA" * 130_000,
        "text and " * 40_000,
        "Ada, editor of " + "at university and " * 20_000,
    ],
)
def test_long_bylines_take_linear_time(byline: str) -> None:
    assert len(" ".join(parse_authors(byline))) <= len(byline)  # where time is quadratic, minutes to hours
