"""HTML as no editor writes it, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

# fmt: off
TAGS = [
    "p", "div", "span", "b", "i", "strong", "em", "u", "s", "a", "img", "table", "tbody", "tr", "td", "th", "ul", "ol",
    "li", "br", "hr", "h2", "pre", "code", "blockquote", "form", "font", "o:p", "script", "style", "svg", "math",
    "iframe", "textarea", "title", "template", "body", "html", "head", "section", "dl", "dt", "dd", "figure", "caption",
    "base", "select", "option", "del", "sup", "sub", "q", "mi", "video", "embed", "object", "button", "x-cell",
]
WORDS = ["word", "two words", " ", "&nbsp;", "\u3000", "\n", "&amp;", "&lt;b&gt;", "&#1;", "&#x1e;", "\x1e", "渡口"]
BROKEN = [
    "<!-- c -->", "<?p i?>", "<![CDATA[", "]]>", "<", ">", '"', "'", "&", "&#xD800;", "\ud800", "\x00", "*", "[",
    "<k<p",
]
# fmt: on
ATTRIBUTES = [
    "",
    ' href="javascript:alert(1)"',
    ' href="/a.pdf"',
    ' href="http://[bad"',
    " href=mailto:a@b.cn",
    ' src="data:image/png,x"',
    ' src="2.png" alt="A pier &gt; b"',
    ' src="/1.png" alt="&#1;"',
    ' onclick="go()"',
    ' style="font-weight:bold"',
    ' style="font-style:italic;font-weight:700"',
    ' style="font:bold 12pt Wingdings"',
    ' style="vertical-align:super"',
    ' style="display:block"',
    " style='display:none'",
    ' lang="en" title="t&quot;>&#1;x"',
    " class=c id=d colspan=2 start=3 rowspan=2 value=7",
    " id=end-of-body",
]

_opening = st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES))
_closing = st.sampled_from(TAGS).map("</{}>".format)

SOUP = st.lists(_opening | _closing | st.sampled_from([*WORDS, *BROKEN]), max_size=14).map("".join)
"""Tags that open and close at random."""
