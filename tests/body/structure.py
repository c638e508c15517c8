"""What a piece of HTML says, line by line, so that body_html and the rendering of body_markdown can be compared.

A line is a block: its place, its name, and its words with their formats: ``2.ul/1.li/1.text: a {strong:b}c``. A table
has a line for each cell that holds something. Not compared, for Markdown can't say it: blocks in a cell, header cells.
"""

from __future__ import annotations

from collections.abc import Iterator

from justhtml import Element
from markdown_it.common.normalize_url import normalizeLink

from .tree import list_elements, list_nodes, list_rows, parse, place_cells, write_words

PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "caption"}
BLOCKS = PARAGRAPHS | {"ul", "ol", "li", "blockquote", "pre", "hr", "table", "tbody", "thead", "tr", "td", "th", "div"}
FORMATS = {"strong", "em", "u", "s", "sub", "sup", "code"}

Words = list[tuple[str, tuple[str, ...]]]
"""Characters, or whole pictures, each with its formats."""


def describe(markup: str) -> list[str]:
    """Return a line for each block of the HTML."""
    return list(_describe_inside(parse(markup), ""))


def _describe_inside(parent: Element, path: str) -> Iterator[str]:
    """Yield the lines of an element's blocks; text beside blocks is a block of its own."""
    number, words = 0, Words()
    for node in [*_lift_captions(parent), None]:
        if node is not None and (isinstance(node, str) or node.name not in BLOCKS):
            words += _read_inline(node, (), "⏎")
            continue
        if text := write_words(words):
            number += 1
            yield f"{path}{number}.text: {text}"
        words = []
        if node is not None:
            number += 1
            yield from _describe_block(node, f"{path}{number}.")


def _describe_block(element: Element, path: str) -> Iterator[str]:
    name = element.name
    if name in PARAGRAPHS:
        yield f"{path}{'p' if name == 'caption' else name}: {write_words(_read_inline(element, (), '⏎'))}"
    elif name == "table":
        for cell in place_cells(cells for _, cells in list_rows(element)):
            if words := write_words(_read_inline(cell.element, (), " ")):
                yield f"{path}table/row {cell.row + 1} column {cell.column + 1}: {words}"
    else:
        start = max(int(element.attrs.get("start", "1")), -1)  # CommonMark has none below zero
        yield f"{path}{name}{f' {start}' if name == 'ol' and start >= 0 else ''}"
        yield from _describe_inside(element, f"{path}{name}/")


def _read_inline(node: str | Element, formats: tuple[str, ...], line_break: str) -> Words:
    """Return the characters of a text or an element, with the formats that hold for each."""
    if isinstance(node, str):
        return [(character, formats) for character in node]
    if node.name == "br":
        return _alone(line_break)
    if node.name == "img":
        link = ",".join(one for one in formats if one.startswith("a "))
        return _alone(f"<{link}img {_name_target(node, 'src', 'alt')}>")
    if node.name in FORMATS:
        formats = tuple(sorted({*formats, node.name}))
    elif node.name == "a":
        formats = tuple(sorted({*formats, f"a {_name_target(node, 'href', 'title')}"}))
    inside = [one for child in list_nodes(node) for one in _read_inline(child, formats, line_break)]
    return [(" ", ()), *inside, (" ", ())] if node.name in BLOCKS else inside


def _lift_captions(parent: Element) -> Iterator[str | Element]:
    """Yield an element's texts and child elements; what a caption holds stands before its table."""
    for node in list_nodes(parent):
        inside = list_elements(node) if isinstance(node, Element) and node.name == "table" else []
        for caption in (one for one in inside if one.name == "caption"):
            yield from list_nodes(caption) if any(one.name in BLOCKS for one in list_elements(caption)) else [caption]
        yield node


def _alone(text: str) -> Words:
    return [(" ", ()), (text, ()), (" ", ())]


def _name_target(element: Element, url: str, text: str) -> str:
    return f"{normalizeLink(element.attrs.get(url, ''))} {' '.join((element.attrs.get(text) or '').split())}"
