"""A body's markup read as a browser reads it, in one walk over its tree, into blocks."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sassspider.body import inline, structure
from sassspider.body.blocks import Block, Marks
from sassspider.body.builder import END_ID, Attributes, Builder, Element, Leave, do_nothing
from sassspider.body.limits import refuse_oversized
from sassspider.body.structure import Enter
from sassspider.body.style import NO_STYLE, Style, read_style
from sassspider.body.tags import (
    COMMENT_CLASSES,
    EMBEDDED_TAGS,
    FALLBACK_TAGS,
    HEADING_TAGS,
    HIDDEN_TAGS,
    LIST_TAGS,
    MARKS_OF_TAGS,
    PARAGRAPH_TAGS,
    PREFORMATTED_TAGS,
    SPACED_TAGS,
)
from sassspider.page import DamagedPageError

# Rows and cells that stand in no table: a browser drops their tags, and their words would touch.
_TABLE_TAG = re.compile(r"<(/?)(table|caption|thead|tbody|tfoot|tr|td|th)\b", re.IGNORECASE)
_LOOSE_TAGS = {"td": "x-cell", "th": "x-cell"}
_RAISED: Marks = frozenset({"sup", "sub"})

_ENTER: dict[str, Enter] = {
    **dict.fromkeys(PARAGRAPH_TAGS, structure.enter_paragraph),
    **dict.fromkeys(HEADING_TAGS, structure.enter_heading),
    **dict.fromkeys(PREFORMATTED_TAGS, structure.enter_preformatted),
    **dict.fromkeys(LIST_TAGS, structure.enter_list),
    **dict.fromkeys(("thead", "tbody", "tfoot"), structure.enter_row_group),
    **dict.fromkeys(("td", "th"), structure.enter_cell),
    "blockquote": structure.enter_quotation,
    "caption": structure.enter_caption,
    "hr": structure.enter_rule,
    "li": structure.enter_item,
    "table": structure.enter_table,
    "tr": structure.enter_row,
    **dict.fromkeys(EMBEDDED_TAGS, inline.enter_embedded),
    **dict.fromkeys(SPACED_TAGS, inline.enter_apart),
    "a": inline.enter_link,
    "br": inline.enter_break,
    "del": inline.enter_deleted,
    "font": inline.enter_font,
    "img": inline.enter_image,
    "math": inline.enter_formula,
    "q": inline.enter_quoted,
}
# Elements that a style does not raise or lower in their line (CSS 2.2, 10.8.1), and pictures, which are no text.
_NOT_RAISED = frozenset(_ENTER) - {"a", "font", "q"}


def read_blocks(markup: str, base_url: str) -> list[Block]:
    """Read the CDATA as served; links are made absolute against ``base_url``, the article's URL.

    Raises DamagedPageError for a body that is cut (it ends inside a tag, a comment, or an element whose text is not
    shown), and for one that is larger than any article's.
    """
    refuse_oversized(markup)
    # The walk comes to the last element only if the markup before it is whole. The first node is none of the body's:
    # methods of a tree's first node take in those beside it.
    tree = LexborHTMLParser(f'<!---->{_mark_loose_rows(markup)}<br id="{END_ID}">', is_fragment=True)
    builder = _walk(tree.root, Builder(base_url))
    if not builder.is_ended and tree.css_first(f"br#{END_ID}") is None:
        raise DamagedPageError("its body is cut: it ends in a tag, a comment or an element whose text is not shown")
    if not builder.is_ended:  # an embedded element that is never closed must not swallow the rest
        with_fallback = _walk(tree.root, Builder(base_url, reads_fallback=True))
        builder = with_fallback if with_fallback.is_ended else builder
    return builder.blocks


def _mark_loose_rows(markup: str) -> str:
    if "<t" not in markup and "<T" not in markup:
        return markup
    depth = 0

    def mark(tag: re.Match[str]) -> str:
        nonlocal depth
        name = tag[2].lower()
        if name == "table":
            depth = max(depth + (-1 if tag[1] else 1), 0)
        elif not depth:
            return f"<{tag[1]}{_LOOSE_TAGS.get(name, 'x-row')}"
        return tag[0]

    return _TABLE_TAG.sub(mark, markup)


def _walk(node: LexborNode | None, builder: Builder) -> Builder:
    """Read a node, those after it, and all that is in them into the builder, and return it.

    No recursion: a browser's tree may be deeper than Python's calls.
    """
    open_nodes: list[tuple[LexborNode, Marks, Leave]] = []
    while node is not None or open_nodes:
        if node is None:
            node, builder.marks, leave = open_nodes.pop()
            leave()
        elif node.is_text_node:
            builder.add_text(node.text_content or "")
        elif node.is_element_node:
            outer, leave_entered = builder.marks, _enter(node, builder)
            if leave_entered is not None:
                open_nodes.append((node, outer, leave_entered))
                node = node.first_child
                continue
            builder.marks = outer
        node = node.next
    builder.end_paragraph()
    return builder


def _enter(node: LexborNode, builder: Builder) -> Leave | None:
    """Begin an element; return what ends it, or None if what is in it is not to be read."""
    tag = node.tag or ""
    if tag in HIDDEN_TAGS or (tag in FALLBACK_TAGS and not builder.reads_fallback):
        return None
    attributes = node.attributes
    style = read_style(attributes["style"] or "") if "style" in attributes else NO_STYLE
    if style.display == "none" or "hidden" in attributes or ("class" in attributes and _is_comment(attributes)):
        return None
    builder.marks = _change_marks(builder.marks, tag, style)
    enter = _ENTER.get(tag)
    if enter is None:
        return builder.enter_paragraph() if style.display == "block" else do_nothing
    if enter is structure.enter_paragraph and style.display.startswith("inline"):
        return do_nothing if style.display == "inline" else inline.enter_apart(builder, Element(node, tag, attributes))
    return enter(builder, Element(node, tag, attributes))


def _is_comment(attributes: Attributes) -> bool:
    return not COMMENT_CLASSES.isdisjoint((attributes["class"] or "").lower().split())


def _change_marks(marks: Marks, tag: str, style: Style) -> Marks:
    """Return the marks of an element's text: those around it, but for what its tag and its style change."""
    if marks:
        marks -= style.removed
    if tag in MARKS_OF_TAGS:
        marks |= {MARKS_OF_TAGS[tag]} - style.removed - style.undone
    if style.added:
        marks |= style.added - _RAISED if tag in _NOT_RAISED else style.added
    return marks
