"""What each HTML element means in a body (WHATWG HTML, chapter 15: how browsers render it)."""

from __future__ import annotations

from sassspider.body.style import SVG

# fmt: off
# Begin a new line, and end it.
PARAGRAPH_TAGS = frozenset([
    "p", "div", "address", "article", "aside", "center", "dd", "details", "dialog", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "legend", "main", "marquee", "nav", "optgroup",
    "search", "section", "summary", "x-row",
])
HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LIST_TAGS = frozenset(["ul", "ol", "menu", "dir"])
PREFORMATTED_TAGS = frozenset(["pre", "listing", "xmp"])
# Rendered as nothing, or what they hold is data, code, or the value of a form's control.
HIDDEN_TAGS = frozenset([
    "datalist", "noembed", "noframes", "option", "script", "select", "style", "template", "textarea", "title",
])
SVG_HIDDEN_TAGS = frozenset(["clipPath", "defs", "desc", "linearGradient", "marker", "metadata", "pattern", "symbol"])
# What they hold is for browsers that can't show them, or have no scripts.
FALLBACK_TAGS = frozenset(["canvas", "noscript"])
EMBEDDED_TAGS = frozenset(["iframe", "video", "audio", "embed", "object"])
# Stand beside the text around them without touching it.
SPACED_TAGS = frozenset(["text", "x-cell"])

MARKS_OF_TAGS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em",
    "u": "u", "s": "s", "strike": "s", "del": "s", "sup": "sup", "sub": "sub",
    "svg": SVG,
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}
# Word's reviewers: what they say, and the marks that lead there.
COMMENT_CLASSES = frozenset([
    "msocomanchor", "msocomoff", "msocomtxt", "msocommentreference", "msocommenttext", "msocommentsubject",
])

ALLOWED_ATTRIBUTES = {
    "*": set[str](),  # nh3's own default would keep lang and title on every element
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
ALLOWED_TAGS = {
    "p", *HEADING_TAGS, "blockquote", "ul", "ol", "li", "hr", "table", "caption", "tbody", "tr", "th", "td",
    "br", "a", "img", "strong", "em", "u", "s", "sup", "sub", "code",
}
# fmt: on
