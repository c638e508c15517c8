"""HTML's elements, by what the canonical form makes of them."""

from __future__ import annotations

# fmt: off
BLOCK_TAGS = frozenset([
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre",
    "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
])
INLINE_TAGS = frozenset(["br", "a", "img", "strong", "em", "u", "s", "sub", "sup", "code"])
ALLOWED_TAGS = BLOCK_TAGS | INLINE_TAGS

# Their content is not the article's text: it is code, data, or what a form's controls hold.
DROPPED_TAGS = frozenset([
    "script", "style", "iframe", "frame", "object", "embed", "applet", "svg", "math", "template", "noscript", "title",
    "textarea", "select", "option", "button", "input", "audio", "video", "canvas", "xml", "head",
])
# What editors leave on elements of every kind. The sanitizer would drop it too, but then all is read a second time.
LITTER = (
    "style", "class", "align", "valign", "width", "height", "border", "cellspacing", "cellpadding", "type", "id",
    "lang",
)
# fmt: on
RENAMED_TAGS = {"b": "strong", "i": "em"}
EMPHASIS_TAGS = ("strong", "em")
FORMATTING_TAGS = frozenset({"a", "code", "em", "s", "strong", "u"})  # as HTML's parser knows them
MEANINGLESS_TAGS = ("span", "font", "form", "center", "section", "body")  # if no style makes them an emphasis
PLAIN_TAGS = (BLOCK_TAGS | {"br", *MEANINGLESS_TAGS}) - {"span"}  # stay, or go, whatever they hold
WRAPPER_TAGS = INLINE_TAGS - {"br", "img"}
COUNTING_TAGS = ("td", "th", "ol")  # have attributes that are numbers
LINE_TAGS = INLINE_TAGS - {"br"}
EDGE_TAGS = frozenset({"strong", "em", "u", "s", "a"})
EDGED_TAGS = BLOCK_TAGS | {"br", "html"}
REMOVABLE_TAGS = BLOCK_TAGS - {"hr", "table", "thead", "tbody", "tfoot", "tr", "td", "th"}  # if empty
