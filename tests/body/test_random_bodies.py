"""Random bodies, judged by another reader (``make fuzz`` tries more), and what this judge notices."""

from __future__ import annotations

import pytest

from sassspider.body import Body, read_body

from .bodies import make_body, split_markup
from .checks import URL, explain_failure, find_failure, find_markdown_failure
from .reference import read

CHUNKS, BODIES = 20, 20
# fmt: off
KINDS = [
    "<b>", "<del>", "<code>", "vertical-align:super", "line-through", "display:block", "display:none", "mso-",
    "font:bold", "<br>", "&nbsp;", "\u3000", "<h2>", "<ol start", "<blockquote><blockquote>", "colspan", "rowspan",
    "<th>", "<form>", "<o:p>", "<!--[if", "[x]: /y", "<img", "<table border=1><tr><td><", "</b>", "🚢", "渡", "**",
    "&lt;b&gt;", "</br>",
]
SOURCE = "<p>One <b>two</b> 10<sup>3</sup></p>"
GOOD = Body("<p>One <strong>two</strong> 10<sup>3</sup></p>", "One two 10³", "One **two** 10<sup>3</sup>", [], [])
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


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_bodies_are_read_right(chunk: int) -> None:
    for seed in range(chunk * BODIES, (chunk + 1) * BODIES):
        markup = make_body(seed)
        if find_failure(markup):
            pytest.fail(f"body {seed}: {explain_failure(markup)}")


def test_bodies_are_of_every_kind() -> None:
    bodies = [make_body(seed) for seed in range(CHUNKS * BODIES)]
    assert make_body(7) == make_body(7) != make_body(8)
    assert [kind for kind in KINDS if not any(kind in body for body in bodies)] == []
    assert sum(bool(read(body)) for body in bodies) > len(bodies) * 0.9
    assert ["".join(split_markup(body)) for body in bodies] == bodies


def test_right_body_passes() -> None:
    assert read_body(SOURCE, URL) == GOOD
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
