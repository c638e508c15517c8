"""The content of HTML, line by line, to compare body_html with the rendering of body_markdown.

A line is a block: its place, its name, and its words with their formats: ``2.ul/1.li/1.text: a {strong:b}c``. A table
has a line for each cell that holds something. Not compared, for Markdown can't say it: blocks in a cell, header cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from justhtml import Element

from .tree import list_elements, list_nodes, list_rows, parse, place_cells, write_words

PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "caption"}
CONTAINERS = {"ul", "ol", "li", "blockquote"}
BLOCKS = PARAGRAPHS | CONTAINERS | {"pre", "hr", "table", "tbody", "thead", "tr", "td", "th", "div"}
FORMATS = {"strong", "em", "u", "s", "sub", "sup", "code"}

Words = list[tuple[str, tuple[str, ...]]]
"""Characters, or whole pictures, each with its formats."""


def describe(markup: str, normalize_url: Callable[[str], str] = str) -> list[str]:
    """Return a line for each block of the HTML."""
    return list(_Describer(normalize_url).blocks(parse(markup), ""))


class _Describer:
    def __init__(self, normalize_url: Callable[[str], str]):
        self.normalize_url = normalize_url

    def blocks(self, parent: Element, path: str) -> Iterator[str]:
        """Yield the lines of an element's blocks; text beside blocks is a block of its own."""
        number, words = 0, Words()
        for node in [*_lift_captions(parent), None]:
            if node is not None and (isinstance(node, str) or node.name not in BLOCKS):
                words += self.inline(node, (), is_cell=False)
                continue
            if text := write_words(words):
                number += 1
                yield f"{path}{number}.text: {text}"
            words = []
            if node is None:
                continue
            number += 1
            yield from self.block(node, f"{path}{number}.")

    def block(self, element: Element, path: str) -> Iterator[str]:
        name = element.name
        if name in PARAGRAPHS:
            shown = "p" if name == "caption" else name
            yield f"{path}{shown}: {write_words(self.inline(element, (), is_cell=False))}"
        elif name == "table":
            yield from self.table(element, path)
        else:
            yield f"{path}{name}{_describe_start(element) if name == 'ol' else ''}"
            yield from self.blocks(element, f"{path}{name}/")

    def table(self, table: Element, path: str) -> Iterator[str]:
        for cell in place_cells(cells for _, cells in list_rows(table)):
            if words := write_words(self.inline(cell.element, (), is_cell=True)):
                yield f"{path}table/row {cell.row + 1} column {cell.column + 1}: {words}"

    def inline(self, node: str | Element, formats: tuple[str, ...], is_cell: bool) -> Words:
        """Return the characters of a text or an element, with the formats that hold for each."""
        if isinstance(node, str):
            return [(character, formats) for character in node]
        name = node.name
        if name == "br":
            return _alone(" " if is_cell else "⏎")
        if name == "img":
            link = ",".join(one for one in formats if one.startswith("a "))
            return _alone(
                f"<{link}img {self.normalize_url(node.attrs.get('src', ''))} {_squeeze(node.attrs.get('alt'))}>"
            )
        if name in FORMATS:
            formats = tuple(sorted({*formats, name}))
        elif name == "a":
            target = f"a {self.normalize_url(node.attrs.get('href', ''))} {_squeeze(node.attrs.get('title'))}"
            formats = tuple(sorted({*formats, target}))
        inside = [one for child in list_nodes(node) for one in self.inline(child, formats, is_cell)]
        return [(" ", ()), *inside, (" ", ())] if name in BLOCKS else inside


def _lift_captions(parent: Element) -> Iterator[str | Element]:
    """Yield an element's texts and child elements; what a caption holds stands before its table."""
    for node in list_nodes(parent):
        inside = list_elements(node) if isinstance(node, Element) and node.name == "table" else []
        for caption in (one for one in inside if one.name == "caption"):
            yield from list_nodes(caption) if any(one.name in BLOCKS for one in list_elements(caption)) else [caption]
        yield node


def _alone(text: str) -> Words:
    return [(" ", ()), (text, ()), (" ", ())]


def _squeeze(value: str | None) -> str:
    return " ".join((value or "").split())


def _describe_start(element: Element) -> str:
    """Return the list's first number; CommonMark has none below zero."""
    start = int(element.attrs.get("start", "1"))
    return f" {start}" if start >= 0 else ""
