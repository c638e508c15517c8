"""Bodies as clean HTML, text, Markdown, pictures and files; ``tests/cases`` has more of each kind of fault."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.body import read_body
from sassspider.page import DamagedPageError

from ..invariants import hold
from .strategies import SOUP

SITE = "http://en.sass.cn"
URL = f"{SITE}/103002/41.aspx"


@given(SOUP | st.text(st.characters(codec=None)))
def test_any_text_keeps_rules(markup: str) -> None:
    hold(markup.encode(errors="replace"))


def test_empty_body_has_empty_forms() -> None:
    for markup in ("", " \n", "<p>&nbsp;</p>", "<form><div></div></form>"):
        assert read_body(markup, URL) == ("", "", "", [], [])


# fmt: off
ROW = "<tr><td>b</td><td>c</td><td>d</td></tr>"
FORMS = {
    "<p>2 <k<t</p>": "<p>2</p>",
    "<h2>A<h2>B": "<h2>A</h2>\n<h2>B</h2>",
    "<p>]]></p><p>&#xD800;</p>": "<p>]]&gt;</p>\n<p>\ufffd</p>",
    "a<p>&nbsp;</p>b<div><p> </p></div><div></div>c": "<p>a</p>\n<p>b</p>\n<p>c</p>",
    "<p>x<u><br></u>y <sub> </sub> z<a href='/b'></a></p>": "<p>x<br>y z</p>",
    "<p>a</p></body></html><p>b</p>": "<p>a</p>\n<p>b</p>",
    "<form><p>a</p><center><font size=2>b</font></center></form>": "<p>a</p>\n<p>b</p>",
    "<p>a</p><ul><li>b</li></ul><hr><h2>c</h2>": "<p>a</p>\n<ul><li>b</li></ul>\n<hr>\n<h2>c</h2>",
    "<blockquote>a<p>b</p></blockquote>": "<blockquote><p>a</p><p>b</p></blockquote>",
    "<p>a</p><ul><li></li></ul><p>b</p>": "<p>a</p>\n<p>b</p>",
    "<pre>  a\n  <b> b</b>\tc\n\nd</pre>": "<p>a<br><strong>b</strong> c</p>\n<p>d</p>",
    "<p><b>a</b><strong>b</strong><u></u><b>c</b></p>": "<p><strong>abc</strong></p>",
    "<p><i>a</i> <em>b</em>&nbsp;<i>c</i></p>": "<p><em>a b c</em></p>",
    "<p><b><i>a</i></b><b><i>b</i></b>, <b>c</b></p>": "<p><strong><em>ab</em></strong>, <strong>c</strong></p>",
    "<p><b>a<i>b</i></b><i>c</i></p>": "<p><strong>a<em>b</em></strong><em>c</em></p>",
    "<p>a<b> b </b>c<b>&nbsp;</b>d</p>": "<p>a <strong>b</strong> c d</p>",
    "<p><b><span style='font-weight:400; font-style:normal'>x</span></b></p>": "<p>x</p>",
    "<p><a id='b' title=' t  u ' href='/b' target='_blank'>a</a></p>": f'<p><a href="{SITE}/b" title="t u">a</a></p>',
    "<a href='/b?<tr>'>a</a><img src='/1.png' alt='<tr>'>":
        f'<p><a href="{SITE}/b?%3Ctr%3E">a</a><img src="{SITE}/1.png" alt="&lt;tr&gt;"></p>',
    "<p><a name='top'>a</a><a href='tel:110'>b</a></p>": "<p>ab</p>",
    "<img alt='A  pier' src='//a.cn/1.png'>": '<p><img src="http://a.cn/1.png" alt="A pier"></p>',
    "<video poster='/p.png' src='/v.mp4'>": (
        f'<p><img src="{SITE}/p.png" alt=""> <a href="{SITE}/v.mp4">{SITE}/v.mp4</a></p>'
    ),
    "<embed src='/v.mp4'>": f'<p><a href="{SITE}/v.mp4">{SITE}/v.mp4</a></p>',
    "<iframe src='javascript:go()'></iframe>a": "<p>a</p>",
    "<a href='/b' title='x&#1;&#11;y'>q</a><img src='/1.png' alt='a&#1;&#x202E;b'>":
        f'<p><a href="{SITE}/b" title="x y">q</a><img src="{SITE}/1.png" alt="ab"></p>',
    **{f"<table><tr><td>a{cell}<td>c</table>": f"<table><tbody><tr><td>a</td>{made}<td>c</td></tr></tbody></table>"
       for cell, made in {
           "<td><p>b</p></td>": "<td>b</td>", "<td></td>": "<td></td>", "<th rowspan=2 colspan=1>b</th>": "<th>b</th>",
           "<td><p>b</p><p>c</p></td>": "<td><p>b</p><p>c</p></td>",
           "<td><ul><li>b</li></ul></td>": "<td><ul><li>b</li></ul></td>",
       }.items()},
    **{f"<table><tr><td colspan='{span}'>a</td><tr><td>b<td>c<td>d</table>":
       f"<table><tbody><tr><td{made}>a</td></tr>{ROW}</tbody></table>"
       for span, made in {
           " 02px": ' colspan="2"', "+3": ' colspan="3"', "99": ' colspan="3"', "": "", "+-3": "", "\u0662": "",
       }.items()},
}
TEXTS = {
    "<p>a&#12;b&#11;c&#x2028;d</p>": "a b c d",
    "<p>नक्&#x200D;षा w&#x200C;x</p>": "नक्\u200dषा wx",
    "<pre>c&#1;&#12;d</pre>": "c d",
    "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>d</td></tr></table>": "a b c\n\nd",
    "<p>a &lt;b&gt; &amp;lt;</p>": "a <b> &lt;",
    "<p style='white-space:pre'>a\n\n b</p>": "a\n\nb",
    "<p><span style='white-space:pre-line'>a</span>\n\nb<pre style='white-space:normal'>c\n\nd": "a b\n\nc d",
    **dict.fromkeys(("<p>a\ufdd1b</p>", "<p>a&#xFDD1;b</p>", "<p>a&#64977;b"), "ab"),
    "<p>10<sup>3</sup>, CO<sub>2</sub>, 1<sup>st</sup></p>": "10³, CO₂, 1st",
    "<p>a <img alt='A pier'> b</p>": "a [A pier] b",
    "5 < 6": "5 < 6",
    "<table><tr><td>a<td>b": "a b",
    "<!----><!--><!--->x": "x",
    "<p>x</p><!--c--!><p>y</p>": "x\n\ny",
    "<p>a</p><style><!-- p{} </style><p>b</p>": "a\n\nb",
    "<p>a</p><SCRIPT><!-- x </script><p>b</p>": "a\n\nb",
    "<p title='<!--'>x</p>": "x",
    "<textarea><!--</textarea>z": "z",
    "<p>a</p><p hidden>b": "a",
    "<p>a</p><div style='display:none'><p>b</p>": "a",
    "<p>a</p><select><option>b": "a\n\nb",
    "<p>a</p><object>b": "a\n\nb",
    **{f"<p>a <{tag}>x</{tag}> b</p>": "a b" for tag in ("script", "template", "noscript", "title", "canvas")},
}
MARKDOWN = {
    "<p>a&amp;<b><code>b</code></b></p>": "a&<strong>`b`</strong>",
    "<p><a href='/b(c)' title='d'>e</a></p>": f'[e]({SITE}/b\\(c\\) "d")',
    "<table><tr><td>a<td><table><tr><th>x<tr><td>&nbsp;<tr><th>y</table></table>": "| a | x<br>y |\n| --- | --- |",
    "<p>1. a *b* [c] _d_ &lt;e></p>": "1\\. a \\*b\\* \\[c\\] \\_d\\_ \\<e>",
}
# fmt: on


@pytest.mark.parametrize(
    ("name", "markup", "made"),
    [
        (name, markup, made)
        for name, table in (("html", FORMS), ("text", TEXTS), ("markdown", MARKDOWN))
        for markup, made in table.items()
    ],
)
def test_body_has_one_form(name: str, markup: str, made: str) -> None:
    assert getattr(read_body(markup, URL), name) == made


def test_pictures_and_files_keep_order() -> None:
    body = read_body(
        '<p><img src="/2.png" alt="A pier"><img src="1.png"></p><iframe src="/f.pdf"></iframe>'
        '<a href="/b.PDF?x=1"> <b>B</b> </a><a href="a.doc"><img src="/3.png"></a><a href="/c.pdf"></a>',
        URL,
    )
    assert body.images == [
        {"url": f"{SITE}/2.png", "alt": "A pier"},
        {"url": f"{SITE}/103002/1.png", "alt": None},
        {"url": f"{SITE}/3.png", "alt": None},
    ]
    assert body.attachments == [
        {"url": f"{SITE}/f.pdf", "name": "f.pdf"},
        {"url": f"{SITE}/b.PDF?x=1", "name": "B"},
        {"url": f"{SITE}/103002/a.doc", "name": "a.doc"},
    ]


@pytest.mark.parametrize("end", [
    "<!-- b", "<!-- b --", "<sp", "</", "</p", "</HTML ><p>b</body", "<a href='x", "<p title=\"b>c</p>",
    "<a href=x", "<style>b", "<style><!-- </style><!-- b -- c <p>d</p>", "<SCRIPT>b()",
    "<script><!-- <script> </script>", "<title>b", "<textarea>b</p>", "<iframe src=/x>b", "<template>b",
    '<ruby id="sassspider-end-of-body"><style>b',
])  # fmt: skip
def test_cut_body_is_refused(end: str) -> None:
    with pytest.raises(DamagedPageError, match="its body is cut"):
        read_body(f"<p>a</p>{end}", URL)


def test_long_styles_are_not_kept() -> None:
    long = "x" * 100_000
    assert read_body(f"<p><span style='font-weight:bold;{long}'>a</span></p>", URL).markdown == "**a**"
    tracemalloc.start()
    for number in range(20):
        read_body(f"<p><span style='color:{number};{long}'>a</span></p>", URL)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 500_000
