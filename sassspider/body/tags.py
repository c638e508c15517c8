"""What each HTML element means in a body (WHATWG HTML, chapter 15: how browsers render it)."""

from __future__ import annotations

from collections.abc import Callable

from sassspider.body import elements
from sassspider.body.builder import Builder
from sassspider.body.marks import DELETED, KEPT_LINES, SVG, Marks

# fmt: off
# Begin a new line, and end it.
PARAGRAPH_TAGS = frozenset([
    "p", "div", "address", "article", "aside", "center", "dd", "details", "dialog", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "legend", "main", "marquee", "nav", "optgroup",
    "search", "section", "summary",
])
# Hold blocks, and may be nested: deeper than people nest them, they are paragraphs.
NESTED_TAGS = frozenset(["blockquote", "dir", "li", "menu", "ol", "table", "ul"])
# Rendered as nothing, or what they hold is data, code, or the value of a form's control.
_HIDDEN_TAGS = [
    "datalist", "noembed", "noframes", "option", "script", "select", "style", "template", "textarea", "title",
]
_SVG_PARTS = ["clipPath", "defs", "desc", "linearGradient", "marker", "metadata", "pattern", "symbol"]
# Word's own elements that hold text; others hold settings, as <w:View>Normal</w:View>.
WORD_TEXT_TAGS = frozenset(["w:ins", "w:p", "w:r", "w:sdt", "w:sdtcontent", "w:t"])
# Word's reviewers: what they say, and the marks that lead there.
COMMENT_CLASSES = frozenset([
    "msocomanchor", "msocomoff", "msocomtxt", "msocommentreference", "msocommenttext", "msocommentsubject",
])
_TAGS_OF_MARKS = {
    "strong": ["b", "strong"], "em": ["i", "em", "cite", "dfn", "var"], "u": ["u"], "s": ["s", "strike"],
    "sup": ["sup", "m:sup"], "sub": ["sub", "m:sub"], "code": ["code", "kbd", "samp", "tt"],
    SVG: ["svg"], KEPT_LINES: ["pre", "listing", "xmp"],
}
MARKS: dict[str, Marks] = {tag: frozenset({mark}) for mark, tags in _TAGS_OF_MARKS.items() for tag in tags}
MARKS["del"] = frozenset({"s", DELETED})
ENTER_BLOCK: dict[str, elements.Enter] = {
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
ENTER: dict[str, elements.Enter] = ENTER_BLOCK | {
    **dict.fromkeys(["audio", "embed", "iframe", "object", "video"], elements.enter_embedded),
    **dict.fromkeys(_HIDDEN_TAGS, elements.skip),
    **dict.fromkeys(["canvas", "noscript"], elements.enter_fallback),
    **dict.fromkeys(_SVG_PARTS, elements.enter_svg_part),
    "text": elements.enter_apart,  # beside the text around it, without touching it
    "br": elements.enter_break,
    "a": elements.enter_link,
    "img": elements.enter_image,
    "math": elements.enter_formula,
    "q": elements.enter_quoted,
    "rp": elements.skip,
    "rt": elements.enter_reading,
}
# fmt: on
# Elements that a style does not raise or lower in their line (CSS 2.2, 10.8.1), and pictures, which are no text.
NOT_RAISED = frozenset(ENTER) - {"a", "font", "q"}
# What stands before and after an element in a line whose style takes it out of the line.
AROUND: dict[str, Callable[[Builder], None]] = {"apart": Builder.add_space, "block": Builder.end_paragraph}
