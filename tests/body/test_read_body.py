"""Bodies as clean HTML, text, Markdown, pictures and files; ``tests/cases`` has more of each kind of fault."""

from __future__ import annotations

import tracemalloc
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.body import Body, read_body
from sassspider.page import DamagedPageError

from ..frozen import ACCEPTED, Case, read
from .checks import ATTRIBUTES, PLAIN_TAGS, find_cleaning_failure, find_markdown_failure
from .strategies import SOUP, TREES

SITE = "http://en.sass.cn"
URL = f"{SITE}/103002/41.aspx"


class Reader(HTMLParser):
    """Lists the elements of a piece of HTML without lexbor or nh3, which made it."""

    def __init__(self, markup: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read_any(markup: str) -> Body | None:
    """Return what is read, or None for a body that is refused as damaged."""
    try:
        return read_body(markup, URL)
    except DamagedPageError as error:
        assert "\n" not in str(error)
        return None


def read_article_body(case: Case) -> Body:
    article = read(case)
    return Body(*(article[name] for name in ("body_html", "body_text", "body_markdown", "images", "attachments")))


def assert_safe(html: str) -> None:
    reader = Reader(html)
    assert reader.others == []
    for tag, attributes in reader.elements:
        assert tag in PLAIN_TAGS or tag in ATTRIBUTES
        assert set(attributes) <= ATTRIBUTES.get(tag, set())
        assert (attributes.get("href") or "mailto:").startswith(("http://", "https://", "mailto:"))
        assert (attributes.get("src") or "http://").startswith(("http://", "https://"))


@given(SOUP | TREES | st.text())
def test_nothing_unsafe_survives(markup: str) -> None:
    if body := read_any(markup):
        assert_safe(body.html)


@given(SOUP | TREES | st.text(st.characters(codec=None)))
def test_any_text_can_be_read(markup: str) -> None:
    if body := read_any(markup):
        for made in (body.html, body.text, body.markdown):
            assert made.encode().decode() == made.strip()
        assert len(body.images) == body.html.count("<img ")
        assert body.text == "\n\n".join(" ".join(part.split()) for part in body.text.split("\n\n"))


@given(TREES)
def test_trees_render_and_stay(markup: str) -> None:
    if body := read_any(markup):
        assert str(find_cleaning_failure(body) or "") == ""
        assert str(find_markdown_failure(body) or "") == ""


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_frozen_pages_render_and_stay(case: Case) -> None:
    body = read_article_body(case)
    assert_safe(body.html)
    assert str(find_cleaning_failure(body) or "") == ""
    assert str(find_markdown_failure(body) or "") == ""


def test_empty_body_has_empty_forms() -> None:
    for markup in ("", " \n", "<p>&nbsp;</p>", "<form><div></div></form>"):
        assert read_body(markup, URL) == ("", "", "", [], [])


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("Bare text & more", "<p>Bare text &amp; more</p>"),
        ("<p>2 <k<t</p>", "<p>2</p>"),
        ('<p lang="en" title="t" id="i" dir="rtl">a</p>', "<p>a</p>"),
        ("<h2>A<h2>B", "<h2>A</h2>\n<h2>B</h2>"),
        ("<p>&amp;nbsp; &amp;lt;</p>", "<p>&amp;nbsp; &amp;lt;</p>"),
        ("<p>]]></p><p>&#xD800;</p>", "<p>]]&gt;</p>\n<p>\ufffd</p>"),
        ("a<p>&nbsp;</p>b<div><p> </p></div><div></div>c", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<p>x<u><br></u>y <sub> </sub> z<a href='/b'></a></p>", "<p>x<br>y z</p>"),
        ("<p><b>a</b><u></u><b>b</b></p><p><u></u> c</p>", "<p><strong>ab</strong></p>\n<p>c</p>"),
        ("<p>a</p></body></html><p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<form><p>a</p><center><font size=2>b</font></center></form>", "<p>a</p>\n<p>b</p>"),
        ("<p>a<o:p>b</o:p><nobr>c</nobr></p>", "<p>abc</p>"),
        ("<p>a<!-- b --><?p c?></p>", "<p>a</p>"),
        ("<div><div><p>a</p></div></div>", "<p>a</p>"),
        ("<p>a</p><ul><li>b</li></ul><hr><h2>c</h2>", "<p>a</p>\n<ul><li>b</li></ul>\n<hr>\n<h2>c</h2>"),
        ("<blockquote>a<p>b</p></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<p>a</p><ul><li></li></ul><p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<p>\n a&nbsp;&nbsp;\u3000b\tc </p>", "<p>a b c</p>"),
        ("<p>a <br> b</p>", "<p>a<br>b</p>"),
        ("<ul>\n <li> a </li>\n <li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a</p> \n <p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<pre>  a\n  <b> b</b>\tc\n\nd</pre>", "<p>a<br><strong>b</strong> c</p>\n<p>d</p>"),
        ("<pre>\n\n a\n</pre><pre>\n \n</pre>", "<p>a</p>"),
    ],
)
def test_blocks_have_one_form(markup: str, html: str) -> None:
    assert read_body(markup, URL).html == html


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("<b>a</b><strong>b</strong>", "<strong>ab</strong>"),
        ("<i>a</i> <em>b</em>&nbsp;<i>c</i>", "<em>a b c</em>"),
        ("<b>a</b>, <b>b</b>", "<strong>a</strong>, <strong>b</strong>"),
        ("<b>a</b><i>b</i>", "<strong>a</strong><em>b</em>"),
        ("<b><i>a</i></b><b><i>b</i></b>", "<strong><em>ab</em></strong>"),
        ("<b>a<i>b</i></b><i>c</i>", "<strong>a<em>b</em></strong><em>c</em>"),
        ("a<b> b </b>c", "a <strong>b</strong> c"),
        ("a<b>&nbsp;</b>c", "a c"),
        ("<b><img src='/1.png'></b>", f'<strong><img src="{SITE}/1.png" alt=""></strong>'),
        ('<span style="FONT-WEIGHT : 700; color:red">x</span>', "<strong>x</strong>"),
        ('<span style="font-style: oblique; font-weight: bolder">x</span>', "<strong><em>x</em></strong>"),
        ('<b><span style="font-weight:400; font-style:normal">x</span></b>', "x"),
        ('<a href="../103002/7.aspx#x">a</a>', f'<a href="{SITE}/103002/7.aspx#x">a</a>'),
        ('<a href=" mailto:desk@example.org ">a</a>', '<a href="mailto:desk@example.org">a</a>'),
        ('<a id="b" title=" t  u " href="/b" target="_blank">a</a>', f'<a href="{SITE}/b" title="t u">a</a>'),
        ('<a href="javascript:go()">a</a>', "a"),
        ('<a href=" JAVA&#10;SCRIPT:go()">a</a>', "a"),
        ('<a name="top">a</a>', "a"),
        ('<a href="tel:110">a</a>', "a"),
        ('<img alt="A  pier " src="//a.cn/1.png">', '<img src="http://a.cn/1.png" alt="A pier">'),
        (r'<img width=1 alt="C:\fakepath\1.png" src="1.png">', f'<img src="{SITE}/103002/1.png" alt="">'),
        ('<embed src="/v.mp4">', f'<a href="{SITE}/v.mp4">{SITE}/v.mp4</a>'),
        ('<iframe src="javascript:go()"></iframe>a', "a"),
    ],
)
def test_lines_have_one_form(markup: str, html: str) -> None:
    assert read_body(f"<p>{markup}</p>", URL).html == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a&#1;b</p><p>c&#8203;d&#xFEFF;e&#173;f</p>", "ab\n\ncdef"),
        ("<p>a&#x202E;b&#x2066;c</p>", "abc"),
        ("<p>a</p><p>&#x200b;</p><p>b</p>", "a\n\nb"),
        ("<p>a&#12;b&#11;c&#x2028;d</p>", "a b c d"),
        ("<p>&#27;a&#127;</p>", "a"),
        ("<p>नक्&#x200D;षा w&#x200C;x</p>", "नक्\u200dषा wx"),
        ("<p>&#x93;a&#x94; &#x80;5</p>", "\u201ca\u201d \u20ac5"),
        ("<pre>c&#1;&#12;d</pre>", "c d"),
        ("<p>a<br>b</p><p>c<br> <br>d</p>", "a b\n\nc\n\nd"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "a\n\nb"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>d</td></tr></table>", "a b c\n\nd"),
        ('<p>a<img src="/1.png" alt="b">c</p>', "a c"),
        ("<p>a &lt;b&gt; &amp;lt;</p>", "a <b> &lt;"),
        ("<pre>a  b\nc\n\n\nd</pre>", "a b c\n\nd"),
        ("<p>10<sup>3</sup>, CO<sub>2</sub>, 1<sup>st</sup></p>", "10³, CO₂, 1st"),
        ("<p>a<del>b</del>c <s>d</s></p>", "ac d"),
        ("<p>a <iframe src='/v'></iframe> b</p>", "a b"),
        ("<p>a <img src='data:image/png;base64,AA'> b</p>", "a [picture] b"),
        ("<p>a <img alt='A pier'> b</p>", "a [A pier] b"),
        ("5 < 6", "5 < 6"),
        ("<p>a<b>b<ul><li>c", "ab\n\nc"),
        ("<table><tr><td>a<td>b", "a b"),
        ("<p>a</p><!--c--><p>b</p>", "a\n\nb"),
        ("<!----><!--><!--->x", "x"),
        ("<p>x</p><!--c--!><p>y</p>", "x\n\ny"),
        ("<p>a</p><style><!-- p{} </style><p>b</p>", "a\n\nb"),
        ("<p>a</p><SCRIPT><!-- x </script><p>b</p>", "a\n\nb"),
        ("<p title='<!--'>x</p>", "x"),
        ('<p title="<!-- >">x</p>', "x"),
        ("<textarea><!--</textarea>z", "z"),
        ("<p>a</p><p hidden>b", "a"),
        ("<p>a</p><div style='display:none'><p>b</p>", "a"),
        ("<p>a</p><select><option>b", "a"),
        ("<p>a</p><object>b", "a\n\nb"),
    ],
)
def test_text_is_what_readers_see(markup: str, text: str) -> None:
    assert read_body(markup, URL).text == text


def test_invisible_characters_leave_attributes() -> None:
    body = read_body('<a href="/b" title="x&#1;&#11;y">q</a><img src="/1.png" alt="a&#1;&#x202E;b">', URL)
    assert body.html == f'<p><a href="{SITE}/b" title="x y">q</a><img src="{SITE}/1.png" alt="ab"></p>'


@pytest.mark.parametrize("tag", ["script", "style", "template", "noscript", "textarea", "title", "select", "canvas"])
def test_hidden_elements_leave_nothing(tag: str) -> None:
    body = read_body(f"<p>a <{tag}>x</{tag}> b</p>", URL)
    assert (body.html, body.text, body.markdown) == ("<p>a b</p>", "a b", "a b")


@pytest.mark.parametrize(
    ("markup", "markdown"),
    [
        ("<h2>A</h2><p>b<br>c</p><hr>", "## A\n\nb\\\nc\n\n***"),
        ("<p><b>a</b> <i>b</i> <u>c</u> <s>d</s></p>", "**a** *b* <u>c</u> <s>d</s>"),
        ("<ul><li>a<ol start=3><li>b</li></ol></li></ul>", "- a\n\n  3. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>a\n# b\n\n```</pre>", "a\\\n\\# b\n\n\\`\\`\\`"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        ("<p>a&amp;<b><code>b</code></b></p>", "a&<strong>`b`</strong>"),
        ("<p><a href='/b(c)' title='d'>e</a></p>", f'[e]({SITE}/b\\(c\\) "d")'),
        ("<p><img src='/1.png' alt='A pier'></p>", f"![A pier]({SITE}/1.png)"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c|d</td></tr></table>", "| a | b |\n| --- | --- |\n| c\\|d | |"),
        (
            "<table><tr><td>a<td><table><tr><th>x<tr><td>&nbsp;<tr><th>y</table></table>",
            "| a | x<br>y |\n| --- | --- |",
        ),
        ("<p>1. a *b* [c] _d_ &lt;e></p>", "1\\. a \\*b\\* \\[c\\] \\_d\\_ \\<e>"),
    ],
)
def test_markdown_is_common_mark(markup: str, markdown: str) -> None:
    assert read_body(markup, URL).markdown == markdown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2", ' colspan="2"'),
        (" 02px", ' colspan="2"'),
        ("+3", ' colspan="3"'),
        ("99", ' colspan="3"'),
        ("", ""),
        ("+-3", ""),
        ("two", ""),
        ("\u0662", ""),
    ],
)
def test_spans_end_with_the_table(value: str, written: str) -> None:
    html = read_body(f'<table><tr><td colspan="{value}">a</td><tr><td>b<td>c<td>d</table>', URL).html
    row = "<tr><td>b</td><td>c</td><td>d</td></tr>"
    assert html == f"<table><tbody><tr><td{written}>a</td></tr>{row}</tbody></table>"


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("<td><p>b</p></td>", "<td>b</td>"),
        ("<td></td>", "<td></td>"),
        ("<td><p>b</p><p>c</p></td>", "<td><p>b</p><p>c</p></td>"),
        ("<th rowspan=2 colspan=1>b</th>", "<th>b</th>"),
        ("<td><ul><li>b</li></ul></td>", "<td><ul><li>b</li></ul></td>"),
    ],
)
def test_cells_have_one_form(markup: str, html: str) -> None:
    body = read_body(f"<table><tr><td>a</td>{markup}</tr></table>", URL)
    assert body.html == f"<table><tbody><tr><td>a</td>{html}</tr></tbody></table>"


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
    '<br id="sassspider-end-of-body"><style>b',
])  # fmt: skip
def test_cut_body_is_refused(end: str) -> None:
    with pytest.raises(DamagedPageError, match="its body is cut"):
        read_body(f"<p>a</p>{end}", URL)


@given(
    st.lists(st.lists(st.from_regex(r"[a-z渡]{1,6}", fullmatch=True), min_size=1, max_size=5), max_size=5), st.data()
)
def test_words_keep_their_paragraphs(paragraphs: list[list[str]], data: st.DataObject) -> None:
    styles = st.sampled_from(["{}", "<b>{}</b>", "<span style='font-style:italic'>{}</span>", "<a href='/x'>{}</a>"])
    spaces = st.sampled_from([" ", "&nbsp;", "\n", "<span>&nbsp;</span>", "<br>", "\u3000"])
    markup = ""
    for words in paragraphs:
        styled = (data.draw(styles).format(word) + data.draw(spaces) for word in words)
        markup += f"<p>{''.join(styled)}</p>"
    text = read_body(f"<form>{markup}</form>", URL).text
    assert [paragraph.split(" ") for paragraph in text.split("\n\n") if paragraph] == paragraphs


def test_long_styles_are_not_kept() -> None:
    long = "x" * 100_000
    assert read_body(f"<p><span style='font-weight:bold;{long}'>a</span></p>", URL).markdown == "**a**"
    tracemalloc.start()
    for number in range(20):
        read_body(f"<p><span style='color:{number};{long}'>a</span></p>", URL)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 500_000
