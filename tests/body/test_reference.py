"""The judges of the property tests on examples by hand: what they read, and what they notice."""

from __future__ import annotations

import pytest

from sassspider.body import Body

from .checks import find_failure, find_markdown_failure
from .reference import read
from .structure import describe


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("", []),
        ("<p>a<b>b</b> c</p>d", ["ab c", "d"]),
        ("<p>One</p>\n<div>two<p>three</div>four", ["One", "two", "three", "four"]),
        ("<section>a</section><center>b</center>c</p>d", ["a", "b", "c", "d"]),
        ("<p>a<br>b<br><br>c<br>&nbsp;d<br>\n\u3000e</p>", ["a b", "c", "d", "e"]),
        ("<p>a<span style='display: BLOCK'>b</span>c<span style='display:inline'>d</span></p>", ["a", "b", "cd"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a", "b", "c"]),
        ("<table><tr><td>a<p>b</p><br>c<td>d<tr><td>e</table>", ["a b c d", "e"]),
        ("<table><tr><td><p>a</p>b<tr><td colspan=3>c</table>", ["a", "b", "c"]),
        ("<table><tr><th>a<tr><td><p>b</p>c</table>", ["a", "b c"]),
        ("<table><tr><td rowspan=2>a<tr><td>b</table>", ["a", "b"]),
        ("<table>x<tr><td>A<table><tr><td>B<td>C</table><td>G</table>", ["x", "A B C G"]),
        ("10<sup>3</sup> CO<sub>2</sub> 1<sup>st</sup> w<sup>[1]</sup> <sup>-6</sup>", ["10³ CO₂ 1st w[1] ⁻⁶"]),
        ("m<span style='vertical-align:super'>2</span><math><msup><mi>c</mi><mn>2</mn></msup></math>", ["m²c²"]),
        ("a<span style='display:none'>b</span><span hidden>c</span><i style='mso-hide:all'>d</i>e", ["ae"]),
        ("a<p style='visibility:hidden'>b<b style='visibility:visible'>c</b></p>", ["a", "c"]),
        ("a<i style='visibility:hidden'>b</i>c", ["a c"]),
        ("5<del>6</del><s>7</s>8<br><del>9</del><br>10", ["578 10"]),
        ("a<td>b</td><td>c</td></tr><tr>d<table><td>e<td>f</table>", ["a b c", "d", "e f"]),
        ("<table><table></table>a<td>b", ["a b"]),
        ("<pre>a\n  b\n\nc</pre>", ["a b", "c"]),
        ("a<a class=msocomanchor>[A1]</a><div style='mso-element:comment-list'>b</div>", ["a"]),
        ("a&shy;b\u200bc<!-- d --><style>e</style><wbr>f", ["abcf"]),
        (
            "<span style='font-family:Wingdings'>l</span> a<font face=symbol>n</font>\uf0b7 \x96 &#150;",
            ["• a•• \u2013 \u2013"],
        ),
        ("a<img src=b.png>c<br><img src=b.png><br>d", ["a c d"]),
        ("a<img src='data:,x' alt='A pier'><img src='file:///b'><q>c</q>", ["a [A pier] [picture] “c”"]),
        ("a<iframe src=b>c</iframe>d", ["a d"]),
    ],
)
def test_reference_reads_paragraphs(markup: str, paragraphs: list[str]) -> None:
    assert [paragraph.text for paragraph in read(markup)] == paragraphs


@pytest.mark.parametrize(
    ("markup", "looks"),
    [
        ("<b>a<span style='font-weight:normal'>b</span></b>", "{bold:a}b"),
        ("<p style='font:italic bold 12pt/2 Arial'>a<i style='font:9pt serif'>b</i>", "{bold,italic:a}b"),
        ("<b>a<font style='font:bold'>b</font></b><i style='font:700 9pt x'>c</i>", "{bold:abc}"),
        ("<span style='mso-bidi-font-weight:bold;font-weight:600;font-weight:500'>a</span>", "a"),
        ("<s>a</s><span style='text-decoration:underline line-through'>b</span><del>c</del>", "{struck:ab}"),
        ("<b><p>a</b>b", "{bold:a}b"),
        ("<table><caption><s><i></s>\n<table><th>w", "{italic:w}"),
        ("<b><p>a</p>b<i>c</b>d", "{bold:a}|{bold:b}{bold,italic:c}{italic:d}"),
    ],
)
def test_reference_reads_looks(markup: str, looks: str) -> None:
    assert "|".join(paragraph.describe() for paragraph in read(markup)) == looks


def test_reference_shows_deleted_text() -> None:
    assert [paragraph.describe() for paragraph in read("a<del>b</del>", deleted=True)] == ["a{struck:b}"]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>a <strong>b</strong>c</p>", ["1.p: a {strong:b}c"]),
        ("a<h2>b</h2>", ["1.text: a", "2.h2: b"]),
        (
            '<ol start="3"><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ol>',
            [
                "1.ol 3",
                "1.ol/1.li",
                "1.ol/1.li/1.p: a",
                "1.ol/2.li",
                "1.ol/2.li/1.text: b",
                "1.ol/2.li/2.ul",
                "1.ol/2.li/2.ul/1.li",
                "1.ol/2.li/2.ul/1.li/1.text: c",
            ],
        ),
        ("<blockquote><pre>a\n b\n</pre></blockquote>", ["1.blockquote", "1.blockquote/1.pre: 'a\\n b'"]),
        (
            "<table><caption>t</caption><tr><td rowspan='2'>a</td><td><p>b</p>c</td></tr><tr><td>d</td></tr></table>",
            ["1.p: t", "2.table/row 1 column 1: a", "2.table/row 1 column 2: b c", "2.table/row 2 column 2: d"],
        ),
        (
            '<p>a<br><a href="/x" title="t"><em>b</em></a><img src="y" alt="z"></p>',
            ["1.p: a ⏎ {a /x t,em:b} <img y z>"],
        ),
    ],
)
def test_structure_is_described(markup: str, lines: list[str]) -> None:
    assert describe(markup) == lines


GOOD = Body("<p>One <strong>two</strong> 10<sup>3</sup></p>", "One two 10³", "One **two** 10<sup>3</sup>", [], [])
SOURCE = "<p>One <b>two</b> 10<sup>3</sup></p>"
# fmt: off
WRONG = {
    "body_text is what a reader sees": {"text": [
        "Onetwo 10³", "One 10³", "One two 103", "two One 10³", "One t wo 10³", "One\n\ntwo 10³",
    ]},
    "body_html looks as the page": {"html": [
        "<p>One two 10<sup>3</sup></p>", "<p>One <strong>two</strong> 103</p>",
        "<p>One <strong>tw</strong>o 10<sup>3</sup></p>",
    ]},
    "body_markdown renders as body_html": {"markdown": [
        "One two 10<sup>3</sup>", "One ** two** 10<sup>3</sup>", "One *two* 10<sup>3</sup>",
        "One\n\n**two** 10<sup>3</sup>", "- One **two** 10<sup>3</sup>",
    ]},
    "body_html stays as it is when it is read again": {"html": [GOOD.html.replace("<p>", '<p class="x">')]},
}
# fmt: on


def test_right_body_passes() -> None:
    assert find_failure(SOURCE, lambda *_: GOOD) is None
    assert find_failure(SOURCE) is None


@pytest.mark.parametrize("rule", WRONG)
def test_wrong_body_is_noticed(rule: str) -> None:
    for name, values in WRONG[rule].items():
        for value in values:
            failure = find_failure(SOURCE, lambda *_, change={name: value}: GOOD._replace(**change))
            assert failure is not None, value
            assert failure.rule == rule


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<blockquote><p>a</p></blockquote>\n<blockquote><p>b</p></blockquote>", "> a\n>\n> b"),
        ('<ol start="7"><li>a</li></ol>', "1. a"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
        ("<p>a<br>b</p>", "a\nb"),
        ('<p><a href="http://a.cn/x">a</a></p>', "[a](http://a.cn/y)"),
        ("<p>a*b*</p>", "a*b*"),
        ("<table><tbody><tr><th>a</th><th>b</th></tr></tbody></table>", "| b | a |\n| --- | --- |"),
        ("<p><s>a</s></p>", "~~a~~"),
    ],
)
def test_wrong_markdown_is_noticed(html: str, markdown: str) -> None:
    assert find_markdown_failure(Body(html, "", markdown, [], [])) is not None
