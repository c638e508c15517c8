"""Bodies that are refused for their measure."""

from __future__ import annotations

import pytest

from sassspider.markup.body import clean_html, html_to_markdown
from sassspider.markup.bounds import MAX_LEVELS, MAX_REFERENCES, MAX_TAG_ATTRIBUTES, refuse_oversized
from sassspider.page import MAX_TAGS, DamagedPageError

FILLING = "x" * 70_000  # what is short is harmless


@pytest.mark.parametrize("attribute", [" a", " a=b", ' a="> <p "', " a=' > '", "/a", "\na = b"])
def test_a_tag_may_have_so_many_attributes_and_no_more(attribute: str) -> None:
    refuse_oversized(f"{FILLING}<p{attribute * MAX_TAG_ATTRIBUTES}>")
    with pytest.raises(DamagedPageError, match="1,000 attributes"):
        refuse_oversized(f"{FILLING}<p{attribute * (MAX_TAG_ATTRIBUTES + 1)}>")


def test_tags_and_references_are_counted() -> None:
    refuse_oversized("<" * MAX_TAGS + "&" * MAX_REFERENCES)
    for markup in ("<" * (MAX_TAGS + 1), "&" * (MAX_REFERENCES + 1)):
        with pytest.raises(DamagedPageError, match="more than"):
            refuse_oversized(markup)


def test_words_are_no_attributes_and_pictures_may_stand_in_the_body() -> None:
    refuse_oversized("<p>" + "a word, " * 20_000 + "</p>" * 100)
    refuse_oversized(f"<img src='data:image/png;base64,{'A/+=' * 200_000}'>")


def clean(markup: str) -> str:
    return clean_html(markup, "http://en.sass.cn/103002/41.aspx")


def test_a_body_that_its_parser_would_blow_up_is_refused() -> None:
    emphases = "".join(f"<em x{n}=1>" for n in range(240))
    for markup in (
        f"<p>{emphases}{'<p>x' * 10_000}",
        f"<p><a href='/{'a' * 8_000}'>{'<p>x' * 600}",
        f"<table>{'<em>' * 200}{'x<tr>' * 10_000}",
    ):
        with pytest.raises(DamagedPageError, match="formatting"):
            clean(markup)


def test_an_emphasis_may_go_on_over_a_thousand_paragraphs() -> None:
    assert clean(f"<strong><em>{'<p>x</p>' * 1_000}</em></strong>").count("x") == 1_000


def test_quotations_and_lists_may_be_as_deep_as_people_make_them_and_no_deeper() -> None:
    for tag in ("blockquote", "li", "em"):
        html_to_markdown(f"<{tag}>" * MAX_LEVELS + "x" + f"</{tag}>" * MAX_LEVELS)
    for markup in ("<blockquote>" * 200 + "<p>x" * 6_000, "<blockquote>" * 40 + "<p>x" * 20_000):
        with pytest.raises(DamagedPageError, match="too deeply"):
            html_to_markdown(clean(markup))


def test_rows_of_a_table_are_counted_as_wide_as_the_widest() -> None:
    for first in ("<td colspan=999999999>x", "<td>x" * 1_000):
        assert html_to_markdown(clean(f"<table><tr>{first}{'<tr><td>x' * 20}"))
        with pytest.raises(DamagedPageError, match="25,000 cells"):
            html_to_markdown(clean(f"<table><tr>{first}{'<tr><td>x' * 30}"))
    many = "<table>" + "<tr><td>x<td>x" * 20 + "</table>"
    assert html_to_markdown(clean(many * 100)).count("x") == 4_000


def test_what_a_link_or_a_picture_says_of_itself_is_a_field_too() -> None:
    for element in ("<a href=/x title='{}'>x</a>", "<img src=/x alt='{}'>", "{}"):
        with pytest.raises(DamagedPageError, match="500,000 characters"):
            clean(element.format("x " * 1_000_002))
