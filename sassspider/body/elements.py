"""What begins and ends with an element: headings, lists and tables; links, pictures, formulas, what is embedded."""

from __future__ import annotations

import re
from collections.abc import Callable

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import Block, Cell, Link, ListBlock, Marks, Picture, Quote, Rule, Run
from sassspider.body.builder import Attributes, Builder, Element, Leave, do_nothing
from sassspider.body.containers import OpenList, OpenTable, read_count
from sassspider.body.mathml import read_formula
from sassspider.page import refuse_excess
from sassspider.processors import clean_alt_text, normalize_whitespace
from sassspider.urls import absolute, file_name, is_document

_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_COMMENT_HREF = re.compile(r"#cmnt(_ref)?\d+")  # of Google Docs: a link to a reviewer's comment, or back
_SOURCE_NAMES = frozenset(["movie", "src", "url", "filename"])  # of an object's parameters

Enter = Callable[[Builder, Element], Leave | None]
"""Begins an element; returns what ends it, or None if what is in it is not to be read."""


def enter_paragraph(builder: Builder, element: Element) -> Leave:
    """Begin a paragraph, or a box."""
    return builder.enter_paragraph()


def enter_heading(builder: Builder, element: Element) -> Leave:
    """Begin a heading: ``h1`` to ``h6``."""
    builder.end_paragraph()
    outer, builder.heading = builder.heading, int(element.tag[1])

    def leave() -> None:
        builder.end_paragraph()
        builder.heading = outer

    return leave


def enter_rule(builder: Builder, element: Element) -> None:
    """Add a horizontal rule."""
    builder.end_paragraph()
    builder.blocks.append(Rule())


def enter_quotation(builder: Builder, element: Element) -> Leave:
    """Begin a quotation."""
    return builder.enter_container(lambda blocks: [Quote(blocks)] if blocks else [])


def enter_list(builder: Builder, element: Element) -> Leave:
    """Begin a list; only ``ol`` has numbers."""
    start = read_count(element.attributes, "start")
    made = OpenList(element.tag == "ol", 1 if start is None else start)

    def finish(blocks: list[Block]) -> list[ListBlock]:
        made.add_stray(blocks)
        return made.lists

    leave = builder.enter_container(finish)
    builder.list = made
    return leave


def enter_item(builder: Builder, element: Element) -> Leave:
    """Begin an item. One that stands in no list begins a list of bullets, or goes on with it."""
    builder.end_paragraph()
    around = builder.list
    if around is not None:
        around.add_stray(builder.blocks)
        builder.blocks = []

    def finish(blocks: list[Block]) -> list[Block]:
        last = builder.blocks[-1] if builder.blocks else None
        if around is not None:
            around.add_item(blocks, read_count(element.attributes, "value"))
        elif blocks and isinstance(last, ListBlock) and last.start is None:
            last.parts.append(blocks)
        elif blocks:
            return [ListBlock(None, [blocks])]
        return []

    return builder.enter_container(finish)


def enter_table(builder: Builder, element: Element) -> Leave:
    """Begin a table."""
    made = OpenTable()
    leave = builder.enter_container(lambda blocks: [*blocks, *made.finish()])
    builder.table = made
    return leave


def enter_row(builder: Builder, element: Element) -> Leave:
    """Begin a row, or a group of rows: the head, a body or the foot of a table."""
    if builder.table is not None and element.tag == "tr":
        builder.table.add_row()
    elif builder.table is not None:
        builder.table.group = element.tag
    return builder.enter_paragraph()


def enter_cell(builder: Builder, element: Element) -> Leave:
    """Begin a cell, or the caption, of a table."""
    if (table := builder.table) is None:
        return builder.enter_paragraph() if element.tag == "caption" else enter_apart(builder, element)

    def finish(blocks: list[Block]) -> list[Block]:
        colspan, rowspan = read_count(element.attributes, "colspan"), read_count(element.attributes, "rowspan")
        if element.tag == "caption":
            table.caption += blocks
        else:
            table.add_cell(Cell(blocks, element.tag == "th", colspan or 1, 1 if rowspan is None else rowspan))
        return []

    return builder.enter_container(finish)


def enter_break(builder: Builder, element: Element) -> None:
    """End the line."""
    builder.add_break()


def enter_link(builder: Builder, element: Element) -> Leave | None:
    """Mark linked text. A link that leads nowhere is text, one to a reviewer's comment is nothing."""
    href = element.attributes.get("href") or ""
    if comment := _COMMENT_HREF.fullmatch(href):
        builder.is_comment = builder.is_comment or comment[1] is not None
        return None
    if url := absolute(href, builder.base_url, _LINK_SCHEMES):
        title = element.attributes.get("title") or ""
        refuse_excess(characters=len(title))
        builder.marks = _without_links(builder.marks) | {Link(url, normalize_whitespace(title))}
    return do_nothing


def enter_quoted(builder: Builder, element: Element) -> Leave:
    """Put the text in quotation marks, which are the browser's."""
    opening, closing = "‘’" if builder.quotes else "“”"  # noqa: RUF001
    builder.quotes += 1
    builder.add_text(opening)

    def leave() -> None:
        builder.quotes -= 1
        builder.add_text(closing)

    return leave


def enter_apart(builder: Builder, element: Element) -> Leave:
    """Part the text from what stands beside it."""
    builder.add_space()
    return builder.add_space


def enter_formula(builder: Builder, element: Element) -> None:
    """Add a formula."""
    is_block = element.attributes.get("display") == "block"
    if is_block:
        builder.end_paragraph()
    for term, marks in read_formula(element.node):
        if text := normalize_whitespace(term):
            builder.add_piece(Run(text, builder.marks | marks))
        else:
            builder.add_space()
    if is_block:
        builder.end_paragraph()


def enter_image(builder: Builder, element: Element) -> None:
    """Add a picture; name one that can't be shown, for a reader sees it."""
    source = _choose_source(element.attributes)
    printed = element.attributes.get("alt") or ""
    refuse_excess(characters=len(printed))
    alt = clean_alt_text(printed)
    url = absolute(source, builder.base_url)
    if url is not None:
        builder.add_piece(Picture(url, alt or "", builder.marks))
    elif source or alt:
        builder.add_space()
        builder.add_piece(Run(f"[{alt or 'picture'}]", builder.marks))
        builder.add_space()


def enter_embedded(builder: Builder, element: Element) -> Leave | None:
    """Name what is embedded by a link to its source; what stands in it is for browsers that can't show it.

    The poster of a film is a picture.
    """
    poster = absolute(element.attributes.get("poster") or "", builder.base_url)
    if poster is not None:
        builder.add_piece(Picture(poster, "", builder.marks))
    source = _choose_source(element.attributes) or element.attributes.get("data") or _find_source(element.node)
    url = absolute(source, builder.base_url)
    if url is not None:
        name = normalize_whitespace(file_name(url)) if is_document(url) else url
        builder.add_space()
        builder.add_piece(Run(name, _without_links(builder.marks) | {Link(url)}), is_label=True)
        builder.add_space()
    elif element.tag == "object":
        return do_nothing
    return do_nothing if element.node.mem_id in builder.unclosed else None


def _without_links(marks: Marks) -> Marks:
    return frozenset(mark for mark in marks if isinstance(mark, str))


def _choose_source(attributes: Attributes) -> str:
    """Return an address: a page that loads late has it elsewhere, and a placeholder in its place."""
    late = (attributes.get("data-src") or attributes.get("data-original") or "").strip()
    source = (attributes.get("src") or "").strip()
    if late and not late.startswith("data:"):
        return late
    if source and not source.startswith(("data:", "about:")):
        return source
    return (attributes.get("srcset") or "").strip().partition(" ")[0] or source


def _find_source(node: LexborNode) -> str:
    """Return the address that an embedded element's ``source`` or ``param`` gives."""
    for child in node.iter():
        attributes = child.attributes
        is_address = (attributes.get("name") or "").lower() in _SOURCE_NAMES
        found = attributes.get("src") if child.tag == "source" else attributes.get("value") if is_address else None
        if found:
            return found
    return ""
