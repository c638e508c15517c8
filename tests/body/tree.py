"""An HTML 5 tree, tables, and words with formats, for the reference reader and the comparison of structures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from justhtml import Element, JustHTML, Text, Unwrap

TABLE_PARTS = ("thead", "tbody", "tfoot")
# Where a caption ends without its end tag (HTML, 13.2.6.4.11); justhtml 3.16 keeps the formats in it open there.
_AFTER_CAPTION = re.compile(r"<(?=/table>|(?:caption|col|colgroup|tbody|td|tfoot|th|thead|tr)\b)", re.IGNORECASE)
# Nor does it open a format again for text right in a caption.
_CAPTION, _UNWRAP = re.compile(r"<caption\b[^>]*>", re.IGNORECASE), Unwrap("x-caption")
MAX_COLSPAN, MAX_ROWSPAN = 1000, 65534  # HTML, 4.9.11


class Cell(NamedTuple):
    """A table's cell, and where it starts."""

    row: int
    column: int
    element: Element


def parse(markup: str) -> Element:
    """Return the ``body`` that the HTML 5 algorithm makes of its content."""
    markup = _CAPTION.sub(r"\g<0><x-caption>", _AFTER_CAPTION.sub("</caption><", markup))
    (html,) = list_elements(JustHTML(f"<!DOCTYPE html><body>{markup}", sanitize=False, transforms=[_UNWRAP]).root)
    return list_elements(html)[1]


def list_nodes(parent: Element) -> list[str | Element]:
    """Return an element's texts and child elements in their order."""
    nodes = (one.data if isinstance(one, Text) else one for one in parent.children)
    return [one for one in nodes if isinstance(one, (str, Element))]


def list_elements(parent: Element) -> list[Element]:
    """Return an element's child elements."""
    return [one for one in parent.children if isinstance(one, Element)]


def list_rows(table: Element) -> list[tuple[Element, list[Element]]]:
    """Return the rows of a table, not of those inside it, each with the cells that start in it."""
    rows = []
    for child in list_elements(table):
        if child.name in TABLE_PARTS:
            rows += [row for row in list_elements(child) if row.name == "tr"]
        elif child.name == "tr":
            rows.append(child)
    return [(row, [cell for cell in list_elements(row) if cell.name in ("td", "th")]) for row in rows]


def place_cells(rows: Iterable[Iterable[Element]]) -> list[Cell]:
    """Return each cell with its row and column, by HTML's algorithm for tables.

    Columns in which no cell starts are left out.
    """
    cells: list[Cell] = []
    taken: dict[int, int] = {}  # column → first row that is free again
    for number, row in enumerate(rows):
        column = 0
        for element in row:
            while taken.get(column, 0) > number:
                column += 1
            cells.append(Cell(number, column, element))
            height = _read_span(element, "rowspan", MAX_ROWSPAN)
            for _ in range(_read_span(element, "colspan", MAX_COLSPAN)):
                taken[column] = max(taken.get(column, 0), number + height)
                column += 1
    used = sorted({cell.column for cell in cells})
    return [cell._replace(column=used.index(cell.column)) for cell in cells]


def write_words(characters: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Write text with its formats, word by word, as in ``plain {strong:bold} {em,strong:bo}th``."""
    words: list[list[tuple[str, tuple[str, ...]]]] = [[]]
    for character, formats in characters:
        if character.isspace():
            words.append([])
        else:
            words[-1].append((character, formats))
    return " ".join("".join(_write_runs(word)) for word in words if word)


def _write_runs(word: list[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for formats, run in groupby(word, key=lambda one: one[1]):
        text = "".join(character for character, _ in run)
        yield f"{{{','.join(formats)}:{text}}}" if formats else text


def _read_span(element: Element, name: str, most: int) -> int:
    value = element.attrs.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isdigit() else 1
