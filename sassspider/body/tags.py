"""The meaning of each HTML element in a body (WHATWG HTML, chapter 15: rendering)."""

from __future__ import annotations

from sassspider.body import elements
from sassspider.body.builder import Builder
from sassspider.body.marks import DELETED, KEPT_LINES, SVG, XML, Marks

# fmt: off
# Begin a new line, and end it.
PARAGRAPH_TAGS = frozenset([
    "p", "div", "address", "article", "aside", "center", "dd", "details", "dialog", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "legend", "listing", "main", "marquee", "nav",
    "optgroup", "pre", "search", "section", "summary", "xmp",
])
# Hold blocks, and may be nested: deeper than people nest them, they are paragraphs.
NESTED_TAGS = frozenset(["blockquote", "dir", "li", "menu", "ol", "table", "ul"])
# Rendered as nothing, data, code, the value of a form's control, or for browsers without scripts.
_UNSEEN_TAGS = [
    "canvas", "datalist", "meter", "noembed", "noframes", "noscript", "option", "progress", "rp", "script", "select",
    "style", "template", "textarea", "title",
]
_SVG_PARTS = ["clipPath", "defs", "desc", "linearGradient", "marker", "metadata", "pattern", "symbol"]
# Word's reviewers: what they say, and the marks that lead there.
COMMENT_CLASSES = frozenset([
    "msocomanchor", "msocomoff", "msocomtxt", "msocommentreference", "msocommenttext", "msocommentsubject",
])
_TAGS_OF_MARKS = {
    "strong": ["b", "strong"], "em": ["i", "em", "address", "cite", "dfn", "var"], "u": ["u"], "s": ["s", "strike"],
    "sup": ["sup", "m:sup"], "sub": ["sub", "m:sub"], "code": ["code", "kbd", "samp", "tt"],
    SVG: ["svg"], XML: ["xml"], KEPT_LINES: ["pre", "listing", "xmp"],
}
MARKS: dict[str, Marks] = {tag: frozenset({mark}) for mark, tags in _TAGS_OF_MARKS.items() for tag in tags}
MARKS["del"] = frozenset({"s", DELETED})
ENTER: dict[str, elements.Enter] = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], elements.enter_heading),
    **dict.fromkeys(["dir", "menu", "ol", "ul"], elements.enter_list),
    **dict.fromkeys(["tbody", "tfoot", "thead", "tr"], elements.enter_row),
    **dict.fromkeys(["caption", "td", "th"], elements.enter_cell),
    **dict.fromkeys(["audio", "embed", "iframe", "object", "video"], elements.enter_embedded),
    **dict.fromkeys(_UNSEEN_TAGS, elements.enter_unseen),
    **dict.fromkeys(_SVG_PARTS, elements.enter_svg_part),
    "blockquote": elements.enter_quotation,
    "li": elements.enter_item,
    "table": elements.enter_table,
    "a": elements.enter_link,
    "q": elements.enter_quoted,
    "rt": elements.enter_reading,
}
ADD: dict[str, elements.Add] = {
    "br": lambda builder, _: builder.add_break(), "hr": elements.add_rule, "img": elements.add_image,
    "image": elements.add_image, "math": elements.add_formula,
}
# What parts elements from the text around them.
EDGES: dict[str, elements.Edge] = {
    **dict.fromkeys(PARAGRAPH_TAGS | NESTED_TAGS, Builder.end_paragraph),
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6", "hr"], Builder.end_paragraph),
    **dict.fromkeys(["caption", "tbody", "tfoot", "thead", "tr"], Builder.end_paragraph),
    **dict.fromkeys(["button", "canvas", "select", "svg", "td", "text", "textarea", "th"], Builder.add_space),
}
# By how a style displays an element: of these, and of those that have no edge.
EDGES_OF_PARAGRAPHS: dict[str, elements.Edge | None] = {
    "inline": None, "inline-block": Builder.add_space, "cell": Builder.add_space,
}
EDGES_OF_OTHERS: dict[str, elements.Edge] = {
    "apart": Builder.add_space, "block": Builder.end_paragraph, "cell": Builder.add_space,
}
# fmt: on
# Elements that a style does not raise or lower in their line (CSS 2.2, 10.8.1), and pictures, which are no text.
NOT_RAISED = frozenset({*ENTER, *ADD, *EDGES} - {"a", "q"})
