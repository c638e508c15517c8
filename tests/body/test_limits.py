"""Bodies that are refused for their size, and large ones that are read."""

from __future__ import annotations

from contextlib import suppress

import pytest

from sassspider.body import Body, read_body
from sassspider.body.reader import MAX_ATTRIBUTE_NAMES, MAX_LEVELS, MAX_TAGS
from sassspider.body.tables import MAX_CELLS
from sassspider.page import MAX_CHARACTERS, DamagedPageError

TEXT = "x" * 70_000  # what takes too long is counted in long bodies only


def read(markup: str) -> Body:
    return read_body(markup, "http://en.sass.cn/103002/41.aspx")


def refused(message: str) -> pytest.RaisesExc[DamagedPageError]:
    return pytest.raises(DamagedPageError, match=message)


def write_names(count: int, attribute: str = " a{}") -> str:
    return "".join(attribute.format(number) for number in range(count))


@pytest.mark.parametrize("attribute", [" a{}", " a{}=b", ' a{}=">"', " a{}=' > '", "/a{}", "\na{} = b", "a{}=''"])
def test_names_of_attributes_are_limited(attribute: str) -> None:
    assert read(f"{TEXT}<p {write_names(MAX_ATTRIBUTE_NAMES, attribute)}>").text == TEXT
    with refused("300 names of attributes"):
        read(f"{TEXT}<p {write_names(MAX_ATTRIBUTE_NAMES, attribute)}{attribute.format('b')}>")


def test_names_are_counted_in_all_tags() -> None:
    most = write_names(MAX_ATTRIBUTE_NAMES, "<p a{}>")
    assert read(f"{TEXT}{most}<p a0>" + "<p a1>" * MAX_ATTRIBUTE_NAMES).text == TEXT
    with refused("300 names of attributes"):
        read(f"{TEXT}{most}<p b>")


@pytest.mark.parametrize(
    "before",
    [
        "<!--<a b='-->", "<!<a b='>", "<?<a b='>", "</<a b='>", "<![CDATA[<a b=']]>", "<svg><![CDATA[<a b=']]></svg>",
        "<textarea><a b='</textarea>", "<title><a b='</title>", "<style><a b='</style>", "<script><a b='</script>",
        "<xmp><a b='</xmp>", "<iframe><a b='</iframe>", "<p a=\xa0'>", "<p a=\v'>", "<p b=''c='>'>", "<p a'>",
        "<p a/='>", "<p ='>", "<p =='>",
    ],
)  # fmt: skip
def test_no_markup_hides_attributes(before: str) -> None:
    """A parser takes time that grows with the square of their number, wherever a pattern believes that it is."""
    with refused("300 names of attributes"):
        read(f"{TEXT}{before}<p{write_names(MAX_ATTRIBUTE_NAMES + 1)}>'")


@pytest.mark.parametrize("unit", ["<a", "<a ", "<a 'b", "<a b=", "<a b=' '<a"])
def test_tags_in_tags_are_limited(unit: str) -> None:
    with refused("characters in tags"):
        read(unit * 6_000)


def test_many_equal_attributes_are_read() -> None:
    style = "<span style='font-weight:bold' lang=en-US class=a>x</span>"
    assert read(f"{style * 5_000}<p{' a=b' * 500_000}>").text == "x" * 5_000


def test_long_data_is_read() -> None:
    """A word processor's body may have more styles and settings than text."""
    hidden = f"<!--[if gte mso 9]><xml>{'<w:x w:y=1/>' * 5_000}</xml><![endif]--><style>{'p {} /* x */ ' * 100_000}"
    assert read(f"{hidden}</style><p>x<img src='data:image/png;base64,{'A' * 1_000_000}'></p>").text == "x [picture]"


def test_tags_are_limited() -> None:
    assert read("<p></p>" * (MAX_TAGS // 2) + "x").text == "x"
    with refused("25,000 tags"):
        read("<p></p>" * (MAX_TAGS // 2) + "x<p>")


@pytest.mark.parametrize("tag", ["div", "span", "font size=2", "blockquote", "x-unknown"])
def test_deep_bodies_are_read(tag: str) -> None:
    assert read(f"<{tag}>" * (MAX_TAGS - 1) + "x").text == "x"


@pytest.mark.parametrize(
    "formats",
    [
        "".join(f"<em x{number}=1>" for number in range(240)),
        "".join(f"<font a='>' b{number}>" for number in range(240)),
        "<font'>" + "".join(f"<font b{number}>" for number in range(240)) + "'>",
        '<b a="\'">' + "".join(f"<I a{number}>" for number in range(240)) + '<b a="\'">',
    ],
)
def test_reopened_formats_are_limited(formats: str) -> None:
    assert read(f"<p>{formats}{'<p>x' * 400}").text.count("x") == 400
    with refused("500,000 places for formats"):
        read(f"<p>{formats}{'<p>x' * 8_000}")


@pytest.mark.parametrize(
    "opening",
    [
        "<b a={}><!--</b>-->", "<b a={}><p title='</b>'>", "<b a={}><img alt='</b>'>",
        "<b a={}><textarea></b></textarea>",
        "<b a={}><svg><![CDATA[</b>]]></svg>", "<b a={}><object></b></object>", "<b a={}><script></b></script>",
        "<b a={}></i>", "<b a={}/>",
    ],
)  # fmt: skip
def test_no_markup_hides_open_formats(opening: str) -> None:
    with refused("500,000 places for formats"):
        read(f"<p>{''.join(opening.format(number) for number in range(240))}{'<p>x' * 8_000}")


@pytest.mark.parametrize("element", ["<font color={}>{}</font>", "<b style='color:{}'><i><span>{}</span></i></b>"])
def test_closed_formats_are_not_limited(element: str) -> None:
    assert read("".join(f"<p>{element.format(number, 'x<br>y')}" for number in range(2_500))).text.count("x y") == 2_500


def test_reopened_links_are_limited() -> None:
    with refused("500,000 characters"):
        read(f"<p><a href='/{'a' * 8_000}'>" + "<p>x" * 1_000)


def test_many_loose_rows_are_read() -> None:
    assert read("<p>" + "<tr>x" * (MAX_TAGS - 1)).text.split("\n\n") == ["x"] * (MAX_TAGS - 1)


def test_one_format_holds_many_paragraphs() -> None:
    body = read(f"<strong><em>{'<p>x</p>' * 1_000}</em></strong>")
    assert body.html == "\n".join(["<p><strong><em>x</em></strong></p>"] * 1_000)


@pytest.mark.parametrize(
    ("opening", "levels"),
    [("<blockquote>", MAX_LEVELS), ("<ul><li>", MAX_LEVELS // 2), ("<table><tr><th>", MAX_LEVELS // 2)],
)
def test_deep_levels_are_flattened(opening: str, levels: int) -> None:
    deepest, deeper = read(f"{opening * levels}x"), read(f"{opening * levels * 10}x")
    tag = opening[1:].partition(">")[0]
    assert deepest.html.count(f"<{tag}>") == levels
    assert deeper == deepest


def test_levels_of_side_by_side_lists_do_not_add_up() -> None:
    count = 2 * MAX_LEVELS
    assert read("<ul><li>x</li></ul><p>y</p>" * count).html.count("<ul>") == count


def test_deep_lists_keep_their_words() -> None:
    body = read("".join(f"<ul><li>x{level}<p>y{level}</p>" for level in range(300)))
    assert body.text.split() == [f"{letter}{level}" for level in range(300) for letter in "xy"]


def test_long_deep_bodies_are_refused() -> None:
    for markup in ("<blockquote>" * 200 + "<p>x" * 6_000, "<ul><li>" * 25 + "<p>x" * 12_000):
        with refused("500,000 characters"):
            read(markup)


@pytest.mark.parametrize("first", ["<td>x" * 1_000, "<td colspan=1000>x" * 50])
def test_table_cells_are_limited(first: str) -> None:
    many = f"<table><tr>{first}<tr>{'<td>x' * 1_000}"
    rows = MAX_CELLS // 1_000 - 2
    assert read(f"{many}{'<tr><td>x' * (rows // 2)}").html.count("<tr>") == rows // 2 + 2
    with refused("100,000 cells"):
        read(f"{many}{'<tr><td>x' * (rows + 1)}")


def test_spans_are_no_cells() -> None:
    assert read(f"<table><tr><td colspan=999999999>x{'<tr><td>x' * 200}").text.count("x") == 201
    assert read(f"<table><tr><td rowspan=999999999>x<td>x{'<tr><td>x' * 200}").html.count('rowspan="201"') == 1
    with refused("100,000 cells"):
        read(f"<table>{('<tr>' + '<td colspan=1000>x' * 500) * 2}")


@pytest.mark.parametrize("element", ["<a href=/x title='{}'>x</a>", "<img src=/x alt='{}'>", "{}", "<pre>{}</pre>"])
def test_long_values_are_refused(element: str) -> None:
    assert len(read(element.format("x " * (MAX_CHARACTERS // 2 - 100))).html) < MAX_CHARACTERS
    with refused("500,000 characters"):
        read(element.format("x " * (MAX_CHARACTERS // 2)))


@pytest.mark.parametrize("reference", ["&", "&amp;", "&lt;", "&nbsp;&lt;"])
def test_references_are_limited_before_cleaning(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """nh3 takes time that grows with the square of their number."""
    monkeypatch.delattr("sassspider.body._CLEANER")
    with refused("500,000 characters"):
        read(reference * 800_000)


@pytest.mark.timeout(30)  # seconds; where time is quadratic, it takes minutes to hours
@pytest.mark.parametrize(
    "unit", ["<a", "<a ", "<a <a ", "<a x='", '<a x="" ', "<font", "<td ", "<!--", "</p", "<title"]
)
def test_hostile_body_takes_linear_time(unit: str) -> None:
    with suppress(DamagedPageError):
        read(f"<p>x</p>{unit * (2_000_000 // len(unit))}")
