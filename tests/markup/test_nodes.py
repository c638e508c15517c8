"""Reading and changing lxml's tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sassspider.markup import nodes


def parse(markup: str) -> etree._Element:
    """The one paragraph of a piece of HTML."""
    (paragraph,) = nodes.parse_html(markup).iter("p")
    return paragraph


@given(st.text(st.characters(codec=None)))
def test_any_text_is_html_that_can_be_written_once_the_invisible_is_gone(text: str) -> None:
    root = nodes.parse_html(f"<p>{text}")
    nodes.drop_invisible(root)
    for element in root.iter():
        element.text, element.tail = element.text, element.tail
    assert root.tag == "html"


def test_inner_text_is_all_of_it() -> None:
    assert nodes.inner_text(parse("<p>a<b>b<!-- c --></b>d</p>e")) == "abd"


def test_the_text_before_an_elements_end_is_its_own_or_its_last_childs_tail() -> None:
    plain, nested = parse("<p>a</p>"), parse("<p>a<b>b</b>c</p>")
    assert [nodes.last_text(plain), nodes.last_text(nested), nodes.last_text(nested[0])] == ["a", "c", "b"]
    nodes.set_last_text(plain, "x")
    nodes.set_last_text(nested, "")
    assert (plain.text, nested[0].tail) == ("x", None)


def test_the_text_right_before_an_element_is_its_parents_or_a_siblings_tail() -> None:
    first, second = parse("<p>a<b>b</b>c<i>d</i></p>")
    assert [nodes.text_before(first), nodes.text_before(second)] == ["a", "c"]
    nodes.set_text_before(first, "x")
    nodes.set_text_before(second, "y")
    assert nodes.inner_text(first.getparent()) == "xbyd"


def test_a_root_has_nothing_before_it_and_stays_where_it_is() -> None:
    root = etree.Element("p")
    nodes.set_text_before(root, "x")
    nodes.remove(root)
    assert nodes.text_before(root) == ""


def test_an_element_is_removed_with_the_text_after_it() -> None:
    paragraph = parse("<p>a<b>b</b>c</p>")
    nodes.remove(paragraph[0])
    assert (len(paragraph), paragraph.text) == (0, "a")
