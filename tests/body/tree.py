"""What the reference reader and the comparison of structures share: an HTML 5 tree, tables, and words with formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from html5lib import HTMLParser

TABLE_PARTS = ("thead", "tbody", "tfoot")
MAX_COLSPAN, MAX_ROWSPAN = 1000, 65534  # HTML, 4.9.11


def _make_parser() -> HTMLParser:
    """Return a parser that follows the standard where html5lib does not.

    White space in cells and captions opens formats. Items of lists in a table, but in no cell, go before the table, and
    so does the text behind them.
    """
    parser = HTMLParser(namespaceHTMLElements=False)
    for name in ("inCaption", "inCell"):
        _override(parser, name, processSpaceCharacters=_process_spaces)
    _override(parser, "inTable", processEndTag=_process_end_tag)
    return parser


def _override(parser: HTMLParser, name: str, **methods: Any) -> None:
    phase = type(parser.phases[name])
    parser.phases[name] = type(name, (phase,), methods)(parser, parser.tree)


def _process_spaces(phase: Any, token: dict[str, Any]) -> Any:
    return phase.parser.phases["inBody"].processSpaceCharacters(token)


def _process_end_tag(phase: Any, token: dict[str, Any]) -> Any:
    is_before_table = phase.tree.insertFromTable
    found = super(type(phase), phase).processEndTag(token)
    phase.tree.insertFromTable = is_before_table
    return found


_PARSER = _make_parser()


class Cell(NamedTuple):
    """A table's cell, and where it starts."""

    row: int
    column: int
    element: Element


def parse(markup: str) -> Element:
    """Return the ``body`` that the HTML 5 algorithm makes of its content.

    A whole document: html5lib loses what stands wrongly in a table at the top of a fragment.
    """
    return _PARSER.parse(f"<!DOCTYPE html><body>{markup}")[1]


def name_of(element: Element) -> str:
    """Return an element's name without its namespace; nothing for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def list_nodes(element: Element) -> Iterator[str | Element]:
    """Yield an element's texts and child elements in their order."""
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""


def list_rows(table: Element) -> list[tuple[Element, list[Element]]]:
    """Return the rows of a table, not of those inside it, each with the cells that start in it."""
    rows = []
    for child in table:
        if name_of(child) in TABLE_PARTS:
            rows += [row for row in child if name_of(row) == "tr"]
        elif name_of(child) == "tr":
            rows.append(child)
    return [(row, [cell for cell in row if name_of(cell) in ("td", "th")]) for row in rows]


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
    value = element.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isdigit() else 1
