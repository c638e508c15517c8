"""What each HTML element means in a body (WHATWG HTML, chapter 15: how browsers render it)."""

from __future__ import annotations

from sassspider.body import elements
from sassspider.body.blocks import Marks
from sassspider.body.elements import Enter
from sassspider.body.style import DELETED, KEPT_LINES, SVG

# fmt: off
# Begin a new line, and end it.
PARAGRAPH_TAGS = frozenset([
    "p", "div", "address", "article", "aside", "center", "dd", "details", "dialog", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "legend", "main", "marquee", "nav", "optgroup",
    "search", "section", "summary", "x-row",
])
# Hold blocks, and may be nested: deeper than people nest them, they are paragraphs.
NESTED_TAGS = frozenset(["blockquote", "dir", "li", "menu", "ol", "table", "ul"])
# Rendered as nothing, or what they hold is data, code, or the value of a form's control.
HIDDEN_TAGS = frozenset([
    "datalist", "noembed", "noframes", "option", "script", "select", "style", "template", "textarea", "title",
])
SVG_HIDDEN_TAGS = frozenset(["clipPath", "defs", "desc", "linearGradient", "marker", "metadata", "pattern", "symbol"])
# What they hold is for browsers that can't show them, or have no scripts.
FALLBACK_TAGS = frozenset(["canvas", "noscript"])

_MARKS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em",
    "u": "u", "s": "s", "strike": "s", "sup": "sup", "sub": "sub",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
    "svg": SVG, "pre": KEPT_LINES, "listing": KEPT_LINES, "xmp": KEPT_LINES,
}
MARKS_OF_TAGS = dict[str, Marks]((tag, frozenset({mark})) for tag, mark in _MARKS.items())
MARKS_OF_TAGS["del"] = frozenset({"s", DELETED})
ENTER_BLOCK: dict[str, Enter] = {
    **dict.fromkeys([*PARAGRAPH_TAGS, "listing", "pre", "xmp"], elements.enter_paragraph),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], elements.enter_heading),
    **dict.fromkeys(["dir", "menu", "ol", "ul"], elements.enter_list),
    **dict.fromkeys(["tbody", "tfoot", "thead", "tr"], elements.enter_row),
    **dict.fromkeys(["caption", "td", "th"], elements.enter_cell),
    "blockquote": elements.enter_quotation,
    "hr": elements.enter_rule,
    "li": elements.enter_item,
    "table": elements.enter_table,
}
ENTER = ENTER_BLOCK | {
    **dict.fromkeys(["audio", "embed", "iframe", "object", "video"], elements.enter_embedded),
    **dict.fromkeys(["text", "x-cell"], elements.enter_apart),  # beside the text around them, without touching it
    "br": elements.enter_break,
    "a": elements.enter_link,
    "img": elements.enter_image,
    "math": elements.enter_formula,
    "q": elements.enter_quoted,
}
# Word's reviewers: what they say, and the marks that lead there.
COMMENT_CLASSES = frozenset([
    "msocomanchor", "msocomoff", "msocomtxt", "msocommentreference", "msocommenttext", "msocommentsubject",
])
# fmt: on
