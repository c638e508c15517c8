"""A body's markup read as a browser reads it, into blocks, in one pass over its tree."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sassspider.body.blocks import Block
from sassspider.body.builder import ROW_EDGE, Attributes, Builder, Element
from sassspider.body.elements import Add, Edge, Enter, Entered
from sassspider.body.line import Piece
from sassspider.body.marks import BESIDE, NO_MARKS, RAISED, XML, Marks
from sassspider.body.style import MAX_STYLE, NO_STYLE, read_style
from sassspider.body.tags import (
    ADD,
    COMMENT_CLASSES,
    EDGES,
    EDGES_OF_OTHERS,
    EDGES_OF_PARAGRAPHS,
    ENTER,
    MARKS,
    NESTED_TAGS,
    NOT_RAISED,
    PARAGRAPH_TAGS,
)
from sassspider.page import DamagedPageError, refuse_excess

# How large a body may be: a parser takes time or memory that grows with the square of some counts.
MAX_TAGS = 25_000
MAX_ATTRIBUTE_NAMES = 300  # different ones: a parser compares each attribute of a tag with those before it
MAX_REOPENED = 500_000  # different formats that may be open, times tags: each paragraph opens those anew
MAX_LEVELS = 50  # of quotations, lists, tables and their parts in each other; what is deeper is a paragraph

_HARMLESS_LENGTH, _HARMLESS_TAGS = 30_000, 1_000  # most of the site's bodies have some thousand, and a hundred
# A tag as a browser reads it from its "<" on (WHATWG HTML, 13.2.5.8 and 13.2.5.32 to 13.2.5.40). It is looked for at
# each "<", also inside of tags, comments and scripts: to tell which of these are tags takes a browser, or its mistake.
_SPACE = r" \t\n\f\r"
_VALUE = rf"""[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+"?+|'[^']*+'?+|[^{_SPACE}>]*+)"""
_ATTRIBUTE = rf"[{_SPACE}/]*+([^{_SPACE}/>][^{_SPACE}/>=]*+)(?:{_VALUE})?+"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<(?=(/?)([a-zA-Z][^{_SPACE}/>]*+)((?:{_ATTRIBUTE})*+))?")
# Elements that a parser opens again in each new paragraph for as long as they are not closed (WHATWG HTML, 13.2.4.3).
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
_VOID = frozenset(
    ["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
# Rows and cells may stand in no table: a browser drops their tags, and their words would touch. First what tells most
# other tags, in half the time.
_ROW_OR_CELL = re.compile(r"<(?=/?[ct])(?=/?(?:(t[dh])|caption|tbody|tfoot|thead|tr)\b)", re.IGNORECASE)
_END_ID = f"end-{secrets.token_hex(8)}"  # of an element behind the body that shows nothing; random: no body can have it
_SKIPPED = object()

Ending = tuple[Entered | None, Edge | None]
"""What ends an element: the rest of what began it, and its edge."""


class Look(NamedTuple):
    """The effect of an element: marks that it adds and removes, the edge of its block, and its handlers."""

    added: Marks
    removed: Marks
    edge: Edge | None
    enter: Enter | None
    add: Add | None


def read_blocks(markup: str, base_url: str) -> tuple[list[Block], list[Piece]]:
    """Return the blocks of the CDATA as served, and all the pieces in them; see ``read_body``."""
    _refuse_oversized(markup)
    markup = _ROW_OR_CELL.sub(lambda tag: " <" if tag[1] else f"{ROW_EDGE}<", markup)
    # The first node of a tree is the body's: selectolax takes for its children what stands beside it.
    tree = LexborHTMLParser(f"<!---->{markup}<ruby id={_END_ID}>", is_fragment=True)
    end = next((one for one in tree.tags("ruby") if one.id == _END_ID), None)
    if end is None:
        raise DamagedPageError("its body is cut: it ends in a tag, a comment or an element whose text is not shown")
    builder = Builder(base_url, unclosed=frozenset(_list_ancestors(end)))
    _read_nodes(tree.root, builder)
    return builder.finish(), builder.shown


def _refuse_oversized(markup: str) -> None:
    """Raise DamagedPageError for a body that takes far more time or memory to parse than its length tells."""
    tags = markup.count("<")
    if tags <= _HARMLESS_TAGS and len(markup) <= _HARMLESS_LENGTH:
        return
    refuse_excess(tags, MAX_TAGS, "tags", "its body")
    characters, names = 0, set()
    for tag in _TAG.finditer(markup):
        characters += len(tag[2] or "") + len(tag[3] or "")
        refuse_excess(characters, 2 * len(markup), "characters in tags", "its body")
        if tag[2] and not tag[1]:
            names.update(_ATTRIBUTES.findall(tag[3]))
            refuse_excess(len(names), MAX_ATTRIBUTE_NAMES, "names of attributes", "its body")
    refuse_excess(len(_find_open_formats(markup)) * tags, MAX_REOPENED, "places for formats", "its body")


def _find_open_formats(markup: str) -> set[tuple[str, str]]:
    """Return the different formats that may stay open: all but those that are surely ended.

    A tag is ended if there is nothing but text, and tags that are ended, between it and its end tag. A comment, or what
    looks like a tag inside of another, may be the end of what a browser reads as tags.
    """
    formats: set[tuple[str, str]] = set()
    opened: list[tuple[str, str]] = []
    end = 0
    for tag in _TAG.finditer(markup):
        if tag[2] is None or tag.start() < end:
            formats.update(opened)
            opened.clear()
        if tag[2] is None:
            continue
        end = tag.end(3)
        name = tag[2].lower()
        if not tag[1] and name not in _VOID:
            opened.append((name, tag[3]))
        elif opened and opened[-1][0] == name:
            opened.pop()
    formats.update(opened)
    return {one for one in formats if one[0] in _FORMATTING}


def _list_ancestors(node: LexborNode) -> Iterator[int]:
    """Yield the ids in memory of the elements that a node stands in."""
    while (parent := node.parent) is not None:
        yield parent.mem_id
        node = parent


def _read_nodes(node: LexborNode | None, builder: Builder) -> None:
    """Read a node, those after it, and all that is in them into the builder.

    No recursion: a browser's tree may be deeper than Python's calls.
    """
    open_nodes: list[tuple[LexborNode, Marks, Ending]] = []
    while node is not None or open_nodes:
        if node is None:
            node, builder.marks, (entered, edge) = open_nodes.pop()
            if entered:
                next(entered, None)
            if edge:
                edge(builder)
        elif node.is_text_node:
            builder.add_text(node.text_content or "")
        elif node.is_element_node:
            outer = builder.marks
            if (ending := _enter(node, builder)) is not None:
                open_nodes.append((node, outer, ending))
                node = node.first_child
                continue
            builder.marks = outer
        node = node.next


def _enter(node: LexborNode, builder: Builder) -> Ending | None:
    """Begin an element; return what ends it, or None if what is in it is not to be read."""
    tag, attributes = node.tag or "", node.attributes
    look = _read_look(tag, _find_style(tag, attributes) if attributes else "")
    if look is None or (XML in builder.marks and _is_setting(node)):
        return None
    edge = look.edge
    if BESIDE in builder.marks:
        builder.marks -= {BESIDE}
        edge = edge or Builder.add_space
    if look.added or look.removed:
        builder.marks = builder.marks - look.removed | look.added
    if edge:
        edge(builder)
    if look.add:
        look.add(builder, Element(node, tag, attributes))
    elif look.enter and (builder.level < MAX_LEVELS or tag not in NESTED_TAGS):
        entered = look.enter(builder, Element(node, tag, attributes))
        if next(entered, _SKIPPED) is None:
            return entered, edge
    else:
        return None, edge
    if edge:
        edge(builder)
    return None


@lru_cache(maxsize=1024)  # a word processor writes the same few styles again and again
def _read_look(tag: str, declarations: str) -> Look | None:
    """Return what an element's tag and its style make of it; None if it is hidden."""
    style = read_style(declarations) if declarations else NO_STYLE
    if style.display == "none":
        return None
    edge = EDGES.get(tag)
    if style.display and tag in PARAGRAPH_TAGS:
        edge = EDGES_OF_PARAGRAPHS.get(style.display, edge)
    elif style.display and edge is not Builder.end_paragraph:
        edge = EDGES_OF_OTHERS.get(style.display, edge)
    added = style.added - RAISED if tag in NOT_RAISED else style.added
    own = MARKS.get(tag, NO_MARKS) - style.removed - style.undone | added
    return Look(own, style.removed, edge, ENTER.get(tag), ADD.get(tag))


def _find_style(tag: str, attributes: Attributes) -> str:
    """Return what the attributes of an element say of its look, as a style."""
    if not COMMENT_CLASSES.isdisjoint((attributes.get("class") or "").lower().split()):
        return "display:none"
    style = attributes.get("style") or ""
    if "hidden" in attributes:
        style = f"display:none;{style}"
    if tag == "font" and attributes.get("face"):
        style = f"font-family:{attributes['face']};{style}"
    if tag == "font" and "size" in attributes:
        style = f"font-size:medium;{style}"
    return style[:MAX_STYLE]


def _is_setting(node: LexborNode) -> bool:
    """Return whether an element in Office's XML holds a setting, as ``<w:View>Normal</w:View>``: browsers show it.

    Settings stand in groups. An island that stays open holds text, too.
    """
    names = (node.tag or "", (node.parent and node.parent.tag) or "")
    is_grouped = ":" in names[0] and (":" in names[1] or names[1] == "xml")
    return is_grouped and all(child.is_text_node for child in node.iter(include_text=True))
