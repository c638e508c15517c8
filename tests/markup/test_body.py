"""A body as clean HTML, plain text and Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sassspider.markup import body
from sassspider.markup.nodes import parse_html
from sassspider.page import DamagedPageError

from ..frozen import ACCEPTED, Case, read
from .strategies import SOUP, TREES

URL = "http://en.sass.cn/103002/41.aspx"
# fmt: off
PLAIN = [
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "s", "sub", "sup", "blockquote", "ul",
    "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "pre", "code", "figure",
    "figcaption", "div",
]
# fmt: on
SPAN = {"colspan", "rowspan"}
ALLOWED = {tag: set() for tag in PLAIN} | {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": SPAN,
    "th": SPAN,
}
# Cases whose Markdown can't say what their HTML says, each with the reason. None is known.
MARKDOWN_DEFECTS: dict[str, str] = {}
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Reader(HTMLParser):
    """Lists the elements of a piece of HTML without lxml or nh3, which made it."""

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


def clean(markup: str) -> str:
    return body.clean_html(markup, URL)


def assert_safe(body_html: str) -> None:
    reader = Reader(body_html)
    assert reader.others == []
    for tag, attributes in reader.elements:
        assert set(attributes) <= ALLOWED[tag]
        assert (attributes.get("href") or "mailto:").startswith(("http://", "https://", "mailto:"))
        assert (attributes.get("src") or "http://").startswith(("http://", "https://"))


@given(SOUP | TREES | st.text())
def test_nothing_unsafe_survives(markup: str) -> None:
    assert_safe(clean(markup))


@given(SOUP | TREES | st.text(st.characters(codec=None)))
def test_any_text_is_a_body(markup: str) -> None:
    body_html = clean(markup)
    for made in (body_html, body.html_to_text(body_html), body.html_to_markdown(body_html)):
        assert made.encode().decode() == made.strip()
    assert len(body.find_images(body_html)) + len(body.find_documents(body_html)) <= body_html.count("<")


@given(TREES)
def test_cleaning_a_clean_body_changes_nothing(markup: str) -> None:
    body_html = clean(markup)
    assert clean(body_html) == body_html


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_cleaning_a_frozen_body_changes_nothing(case: Case) -> None:
    body_html = read(case)["body_html"]
    assert body.clean_html(body_html, case.page.url) == body_html
    assert_safe(body_html)


@given(
    st.lists(st.lists(st.from_regex(r"[a-z渡]{1,6}", fullmatch=True), min_size=1, max_size=5), max_size=5), st.data()
)
def test_the_words_of_paragraphs_survive_in_order(paragraphs: list[list[str]], data: st.DataObject) -> None:
    styles = st.sampled_from(["{}", "<b>{}</b>", "<span style='font-style:italic'>{}</span>", "<a href='/x'>{}</a>"])
    spaces = st.sampled_from([" ", "&nbsp;", "\n", "<span>&nbsp;</span>", "<br>", "\u3000"])
    markup = ""
    for words in paragraphs:
        styled = (data.draw(styles).format(word) + data.draw(spaces) for word in words)
        markup += f"<p>{''.join(styled)}</p>"
    text = body.html_to_text(clean(f"<form>{markup}</form>"))
    assert [paragraph.split(" ") for paragraph in text.split("\n\n") if paragraph] == paragraphs


@pytest.mark.parametrize(
    ("markup", "body_html"),
    [
        ("", ""),
        ("Bare text & more", "Bare text &amp; more"),
        ("<p>2 <k<t</p>", "<p>2</p>"),
        ("<p>a&#1;b</p><pre>c&#1;&#12;d</pre>", "<p>ab</p>\n<pre>c d</pre>"),
        ('<p lang="en" title="t" id="i">a</p>', "<p>a</p>"),
        ('<a href="/b" title="x&#1;&#11;y">q</a>', '<a href="http://en.sass.cn/b" title="x y">q</a>'),
        ('<img src="/1.png" alt="a&#1;b">', '<img src="http://en.sass.cn/1.png" alt="ab">'),
        ('<span style="font-weight:bold;font-style:italic">&#27;a</span>', "<strong><em>a</em></strong>"),
        ("<h2>A<h2>B", "<h2>A</h2>\n<h2>B</h2>"),
        ("<p>&amp;nbsp; &amp;lt;</p>", "<p>&amp;nbsp; &amp;lt;</p>"),
        ("<p>]]></p><p>\ud800</p>", "<p>]]&gt;</p>\n<p>?</p>"),
        ("a<p>&nbsp;</p>b<div><p> </p></div><div></div>c", "a<br><br>b<br><br>c"),
        ("<p>x<u><br></u>y <sub> </sub> z<a href='/b'></a></p>", "<p>x<br>y z</p>"),
        ("<p><b>a</b><u></u><b>b</b></p><p><u></u> c</p>", "<p><strong>ab</strong></p>\n<p>c</p>"),
        ("<pre>\n\n a\n</pre><pre>\n \n</pre>", "<pre> a\n</pre>"),
        ("<p>a</p></body></html><p>b</p>", "<p>a</p>\n<p>b</p>"),  # libxml2 would end there
        ("<p>a</p></HTML ><p>b</body", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_odd_markup(markup: str, body_html: str) -> None:
    assert clean(markup) == body_html


@pytest.mark.parametrize(
    ("body_html", "text"),
    [
        ("<p>a<br>b</p><p>c<br> <br>d</p>", "a b\n\nc\n\nd"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "a\n\nb"),
        ("<table><tbody><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>d</td></tr></tbody></table>", "a b c\n\nd"),
        ('<p>a<img src="http://a.cn/1.png" alt="b">c</p>', "ac"),
        ("<p>a &lt;b&gt; &amp;lt;</p>", "a <b> &lt;"),
        ("<pre>a  b\n\n\nc</pre>", "a b c"),
        ("", ""),
    ],
)
def test_text_is_paragraphs(body_html: str, text: str) -> None:
    assert body.html_to_text(body_html) == text


def without_defects() -> list[Case]:
    return [case for case in ACCEPTED if case.name not in MARKDOWN_DEFECTS]


@pytest.mark.parametrize("case", without_defects(), ids=lambda case: case.name)
def test_markdown_says_what_the_html_says(case: Case) -> None:
    article = read(case)
    rendered = RENDERER.render(article["body_markdown"])
    assert body.html_to_text(rendered) == body.html_to_text(article["body_html"])
    for tag, attribute in (("a", "href"), ("img", "src")):
        assert targets(rendered, tag, attribute) == targets(article["body_html"], tag, attribute)


def targets(markup: str, tag: str, attribute: str) -> list[str]:
    return [element.get(attribute, "") for element in parse_html(f"<div>{markup}").iter(tag)]


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "5 < 6",
        "<p>a</p><!--c--><p>b</p>",
        "<!----><!--><!--->x",
        "<p>x</p><!--c--!><p>y</p>",
        "<p>a</p><style><!-- p{} </style><p>b</p>",
        "<p>a</p><SCRIPT><!-- x </script><p>b</p>",
        "<p title='<!--'>x</p>",
        '<p title="<!-- >">x</p>',
        "<textarea><!--</textarea>z",
    ],
)
def test_a_body_with_all_its_ends_is_whole(markup: str) -> None:
    body.refuse_cut(markup)


@pytest.mark.parametrize("markup", ["<p>a<!-- b", "<p>a</p><sp", "a</p", "<style><!-- </style><!-- a -- b <p>c</p>"])
def test_a_body_that_ends_inside_something_is_damaged(markup: str) -> None:
    with pytest.raises(DamagedPageError, match="its body ends in"):
        body.refuse_cut(markup)


def test_a_body_that_the_library_gives_up_on_is_damage() -> None:
    with pytest.raises(DamagedPageError, match="can't be written as Markdown"):
        body.html_to_markdown("<div><li><sup>&gt;\ufffd</sup>*</li></div>")


def test_pictures_and_files_are_listed_in_order() -> None:
    body_html = clean(
        '<p><img src="/2.png" alt="A pier"><img src="1.png"></p>'
        '<a href="/b.PDF?x=1"> <b>B</b> </a><a href="a.doc"><img src="/3.png"></a>'
    )
    site = "http://en.sass.cn"
    assert body.find_images(body_html) == [
        {"url": f"{site}/2.png", "alt": "A pier"},
        {"url": f"{site}/103002/1.png", "alt": None},
        {"url": f"{site}/3.png", "alt": None},
    ]
    assert body.find_documents(body_html) == [
        {"url": f"{site}/b.PDF?x=1", "name": "B"},
        {"url": f"{site}/103002/a.doc", "name": "a.doc"},
    ]
