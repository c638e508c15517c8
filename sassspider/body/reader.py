"""A body's markup read as a browser reads it, in one walk over its tree, into blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sassspider.body import inline, structure
from sassspider.body.blocks import Block, Marks
from sassspider.body.builder import END_ID, Attributes, Builder, Element, Leave, do_nothing
from sassspider.body.limits import refuse_oversized
from sassspider.body.structure import Enter
from sassspider.body.style import NO_STYLE, SVG, Style, read_style
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
    SVG_HIDDEN_TAGS,
)
from sassspider.page import DamagedPageError

# Comments, elements whose content is no markup, and tags: what looks like a tag in the first two is none.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(iframe|noembed|noframes|script|style|textarea|title|xmp)\b.*?(?:</\1|\Z)"
    r"""|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?:[^>"']|"[^"]*+"|'[^']*+')*+""",
    re.DOTALL | re.IGNORECASE,
)
_HAS_ROWS = re.compile(r"<(?:t[dhr]|tbody|tfoot|thead|caption)\b", re.IGNORECASE)
# Rows and cells that stand in no table: a browser drops their tags, and their words would touch.
_LOOSE_NAMES = {"td": "x-cell", "th": "x-cell"} | dict.fromkeys(("caption", "tbody", "tfoot", "thead", "tr"), "x-row")
_RAISED: Marks = frozenset({"sup", "sub"})

_ENTER_BLOCK: dict[str, Enter] = {
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
}
_ENTER_INLINE: dict[str, Enter] = {
    **dict.fromkeys(EMBEDDED_TAGS, inline.enter_embedded),
    **dict.fromkeys(SPACED_TAGS, inline.enter_apart),
    "a": inline.enter_link,
    "br": inline.enter_break,
    "del": inline.enter_deleted,
    "img": inline.enter_image,
    "math": inline.enter_formula,
    "q": inline.enter_quoted,
}
_ENTER = _ENTER_BLOCK | _ENTER_INLINE
# Elements that a style does not raise or lower in their line (CSS 2.2, 10.8.1), and pictures, which are no text.
_NOT_RAISED = frozenset(_ENTER) - {"a", "font", "q"}
# What stands before and after an element in a line whose style takes it out of the line.
_AROUND: dict[str, Callable[[Builder], None]] = {"apart": Builder.add_space, "block": Builder.end_paragraph}


def read_blocks(markup: str, base_url: str) -> list[Block]:
    """Read the CDATA as served, see ``read_body``."""
    refuse_oversized(markup)
    # The first node of a tree is the body's: selectolax takes for its children what stands beside it. The walk comes to
    # the last node only if the markup before it is whole.
    tree = LexborHTMLParser(f'<!---->{_mark_loose_rows(markup)}<br id="{END_ID}">', is_fragment=True)
    builder = _walk(tree.root, Builder(base_url))
    if builder.is_ended:
        return builder.blocks
    end = tree.css_first(f"br#{END_ID}")
    if end is None:
        raise DamagedPageError("its body is cut: it ends in a tag, a comment or an element whose text is not shown")
    unclosed = frozenset(_list_ancestors(end))  # an embedded element that is never closed must not swallow the rest
    with_rest = _walk(tree.root, Builder(base_url, unclosed))
    return with_rest.blocks if with_rest.is_ended else builder.blocks


def _list_ancestors(node: LexborNode) -> Iterator[int]:
    """Yield the ids in memory of the elements that a node stands in."""
    while (parent := node.parent) is not None:
        yield parent.mem_id
        node = parent


def _mark_loose_rows(markup: str) -> str:
    if not _HAS_ROWS.search(markup):
        return markup
    open_tables: list[bool] = []  # whether a cell of the table is open

    def mark(token: re.Match[str]) -> str:
        name, is_end = (token["name"] or "").lower(), bool(token["end"])
        if name == "table":
            if open_tables and (is_end or not open_tables[-1]):  # a table right in a table ends it (HTML, 13.2.6.4.9)
                open_tables.pop()
            if not is_end:
                open_tables.append(False)
        elif name in _LOOSE_NAMES and open_tables:
            open_tables[-1] = not is_end and name in ("td", "th", "caption")
        elif name in _LOOSE_NAMES:
            return f"<{token['end']}{_LOOSE_NAMES[name]}{token[0][len(name) + len(token['end']) + 1 :]}"
        return token[0]

    return _TOKEN.sub(mark, markup)


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
    if tag in HIDDEN_TAGS or (tag in FALLBACK_TAGS and node.mem_id not in builder.unclosed):
        return None
    if (tag in SVG_HIDDEN_TAGS and SVG in builder.marks) or (tag.startswith("w:") and _is_word_setting(node)):
        return None
    attributes = node.attributes
    style = _read_style(tag, attributes)
    if style.display == "none" or "hidden" in attributes or ("class" in attributes and _is_comment(attributes)):
        return None
    builder.marks = _change_marks(builder.marks, tag, style)
    if style.display in ("inline", "inline-block") and tag in PARAGRAPH_TAGS:
        return do_nothing if style.display == "inline" else inline.enter_apart(builder, Element(node, tag, attributes))
    around = _AROUND.get(style.display) if tag not in _ENTER_BLOCK else None
    if around:
        around(builder)
    enter = _ENTER.get(tag)
    leave = enter(builder, Element(node, tag, attributes)) if enter else do_nothing
    if not around or leave is None:
        return leave
    return partial(_leave_both, leave, partial(around, builder))


def _leave_both(inner: Leave, outer: Leave) -> None:
    inner()
    outer()


def _read_style(tag: str, attributes: Attributes) -> Style:
    face = attributes.get("face") if tag == "font" else None
    if face:
        return read_style(f"font-family:{face};{attributes.get('style') or ''}")
    return read_style(attributes["style"] or "") if "style" in attributes else NO_STYLE


def _is_word_setting(node: LexborNode) -> bool:
    """Return whether an element of Word's holds a setting (``<w:View>Normal``): it is text that browsers show."""
    return node.tag != "w:sdt" and all(child.is_text_node for child in node.iter(include_text=True))


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
