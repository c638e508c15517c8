"""The canonical form of a body, rule by rule."""

from __future__ import annotations

import tracemalloc

import pytest
from lxml import etree

from sassspider.markup.nodes import parse_html
from sassspider.markup.tidy import ALLOWED_TAGS, tidy

URL = "http://en.sass.cn/103002/41.aspx"


def tidied(markup: str) -> str:
    root = parse_html(f"<section>{markup}")
    tidy(root, URL)
    return (root.text or "") + "".join(etree.tostring(child, encoding="unicode", method="html") for child in root)


@pytest.mark.parametrize(
    ("markup", "form"),
    [
        ("<form><p>a</p><center><font size=2>b</font></center></form>", "<p>a</p>b"),
        ("<p>a<o:p>b</o:p><nobr>c</nobr></p>", "<p>abc</p>"),
        ("<p>a<!-- b --><?p c?></p>", "<p>a</p>"),
        ("<div><p>a</p></div>", "<div><p>a</p></div>"),
        ("<p>a</p><ul><li>b</li></ul><hr><h2>c</h2>", "<p>a</p>\n<ul><li>b</li></ul>\n<hr>\n<h2>c</h2>"),
    ],
)
def test_wrappers_go_and_blocks_stand_on_lines_of_their_own(markup: str, form: str) -> None:
    assert tidied(markup) == form


@pytest.mark.parametrize(
    "tag", ["script", "style", "iframe", "object", "svg", "template", "noscript", "textarea", "button"]
)
def test_what_is_no_text_of_the_article_goes_with_its_content(tag: str) -> None:
    assert tag not in ALLOWED_TAGS
    assert tidied(f"<p>a <{tag}>x</{tag}> b</p>") == "<p>a b</p>"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2", ' colspan="2"'),
        (" 02px", ' colspan="02"'),
        ("+3", ' colspan="3"'),
        ("", ""),
        ("+-3", ""),
        ("two", ""),
        ("\x7f2", ""),
        ("٢", ""),
        ("1234567890", ""),
    ],
)
def test_a_count_is_its_number_or_not_there(value: str, form: str) -> None:
    row = f"<tr><td{form}>a</td></tr>"
    assert tidied(f'<table><tr><td colspan="{value}">a</td></tr></table>') == f"<table><tbody>{row}</tbody></table>"


def test_a_list_may_start_below_nought_and_counts_keep_their_order() -> None:
    assert tidied('<ol start="-1"><li>a</li></ol>') == '<ol start="-1"><li>a</li></ol>'
    cell = '<td rowspan="2" colspan="3">a</td>'
    assert tidied(f"<table><tbody><tr>{cell}</tr></tbody></table>") == f"<table><tbody><tr>{cell}</tr></tbody></table>"


@pytest.mark.parametrize(
    ("style", "form"),
    [
        ("font-weight:bold", "<strong>x</strong>"),
        ("FONT-WEIGHT : 700; color:red", "<strong>x</strong>"),
        ("font-style:italic", "<em>x</em>"),
        ("font-style: oblique; font-weight: bolder", "<strong><em>x</em></strong>"),
        ("font-weight:400; font-style:normal", "x"),
        ("color:red", "x"),
    ],
)
def test_emphasis_given_by_style_becomes_an_element(style: str, form: str) -> None:
    assert tidied(f'<p>a <span style="{style}">x</span> b</p>') == f"<p>a {form} b</p>"


@pytest.mark.parametrize(
    ("markup", "form"),
    [
        ("<b>a</b><strong>b</strong>", "<strong>ab</strong>"),
        ("<i>a</i> <em>b</em>&nbsp;<i>c</i>", "<em>a b c</em>"),
        ("<b>a</b>, <b>b</b>", "<strong>a</strong>, <strong>b</strong>"),
        ("<b>a</b><i>b</i>", "<strong>a</strong><em>b</em>"),
        ("<b><i>a</i></b><b><i>b</i></b>", "<strong><em>ab</em></strong>"),
        ("a<b> b </b>c", "a <strong>b</strong> c"),
        ("a<b>&nbsp;</b>c", "a c"),
        ("<b><img src='/1.png'></b>", '<strong><img src="http://en.sass.cn/1.png" alt=""></strong>'),
    ],
)
def test_neighbouring_emphases_merge_and_hold_no_outer_space(markup: str, form: str) -> None:
    assert tidied(f"<p>{markup}</p>") == f"<p>{form}</p>"


@pytest.mark.parametrize(
    ("markup", "form"),
    [
        ("<p>\n a&nbsp;&nbsp;\u3000b\u200b\ufeff\tc </p>", "<p>a b c</p>"),
        ("<p>a <br> b</p>", "<p>a<br>b</p>"),
        ("<ul>\n <li> a </li>\n <li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<pre>  a\n\n  <b> b</b>\tc</pre>", "<pre>  a\n\n  <strong> b</strong>\tc</pre>"),
        ("<p>a</p> \n <p>b</p>", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_white_space_is_collapsed_except_in_pre(markup: str, form: str) -> None:
    assert tidied(markup) == form


@pytest.mark.parametrize(
    "markup",
    [
        "<p>&nbsp;</p>",
        "<p><br></p>",
        "<ul><li></li></ul>",
        "<p><span> </span></p>",
        "<div><p></p></div>",
        "<p>&#x200b;</p>",
    ],
)
def test_a_block_without_content_is_removed(markup: str) -> None:
    assert tidied(f"<p>a</p>{markup}<p>b</p>") == "<p>a</p>\n<p>b</p>"


def test_cells_stay_though_empty() -> None:
    table = "<table><tbody><tr><td></td><td>a</td></tr></tbody></table>"
    assert tidied(table) == table


@pytest.mark.parametrize(
    ("markup", "form"),
    [
        ('<a href="../103002/7.aspx#x">a</a>', '<a href="http://en.sass.cn/103002/7.aspx#x">a</a>'),
        ('<a href=" mailto:desk@example.org ">a</a>', '<a href="mailto:desk@example.org">a</a>'),
        ('<a id="b" title=" t  u " href="/b" target="_blank">a</a>', '<a href="http://en.sass.cn/b" title="t u">a</a>'),
        ('<a href="javascript:go()">a</a>', "a"),
        ('<a href=" JAVA&#10;SCRIPT:go()">a</a>', "a"),
        ('<a name="top">a</a>', "a"),
        ('<a href="tel:110">a</a>', "a"),
        ('a<img src="data:image/png,x">', "a"),
        ('a<img alt="A pier">', "a"),
        (r'<img width=1 alt="C:\fakepath\1.png" src="1.png">', '<img src="http://en.sass.cn/103002/1.png" alt="">'),
        ('<img alt="A  pier " src="//a.cn/1.png">', '<img src="http://a.cn/1.png" alt="A pier">'),
    ],
)
def test_links_and_pictures_are_absolute_or_gone(markup: str, form: str) -> None:
    assert tidied(f"<p>{markup}</p>") == f"<p>{form}</p>"


def test_long_styles_are_read_and_not_kept() -> None:
    assert tidied(f"<p><span style='{'x' * 5_000};font-weight:bold'>a</span></p>") == "<p><strong>a</strong></p>"
    tracemalloc.start()
    for number in range(20):
        tidied(f"<p><span style='color:{number};{'x' * 100_000}'>a</span></p>")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 500_000
