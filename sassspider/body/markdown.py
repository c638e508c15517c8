"""The Markdown of a body: CommonMark 0.31, tables as GitHub writes them, inline HTML where there is no mark."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sassspider.body.blocks import (
    Block,
    Cell,
    Link,
    ListBlock,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Rule,
    Run,
    Table,
    Tag,
    write_lines,
)
from sassspider.body.html import write_tag
from sassspider.page import refuse_excess

_APART = "\n\n<!-- -->\n\n"  # between two blocks that would be read as one
# What begins a heading, a list or a quotation, or is a rule or the underline of a heading or a table's head.
_AT_START = re.compile(r"(\d{1,9})[.)](?: |$)|#{1,6}(?: |$)|[-+](?: |$)|>|=+$|[-|:][-|: ]*$")
_CLOSING_MARKS = re.compile(r"(^|\s)(#+)$")  # of a heading
_ASTERISKS = {"strong": "**", "em": "*"}
_TICKS = re.compile("`+")
# What CommonMark or GitHub reads as a mark inside a sentence; between letters or digits, _ is an ordinary character.
# It begins with all that may be special: the engine looks for one of a set many times faster than for alternatives.
_SPECIAL = re.compile(r"[\\`*\[\]<~_&](?:(?<=[\\`*\[\]<~])|(?<=_)(?:(?![^\W_])|(?<![^\W_]_))|(?<=&)(?=#?\w+;))")
_SPECIAL_IN_URL = re.compile(r"[\\()]|&(?=#?\w+;)")
_SPECIAL_IN_TITLE = re.compile(r'[\\"]|&(?=#?\w+;)')


def write_markdown(blocks: Sequence[Block]) -> str:
    """Return the Markdown of some blocks, which renders as their HTML does; a table's first row is its head.

    Raises DamagedPageError if it is longer than any article's.
    """
    parts = [_WRITERS[type(block)](block) for block in blocks[:1]]
    for before, block in pairwise(blocks):
        parts += (_APART if _are_alike(before, block) else "\n\n", _WRITERS[type(block)](block))
    refuse_excess(characters=sum(map(len, parts)))  # on each level: each makes its lines longer
    return "".join(parts)


def _are_alike(one: Block, other: Block) -> bool:
    if isinstance(one, ListBlock) and isinstance(other, ListBlock):
        return (one.start is None) == (other.start is None)
    return isinstance(one, Quote) and isinstance(other, Quote)


def _write_paragraph(block: Paragraph) -> str:
    if not block.level:
        return "\n".join(map(_escape_start, _write_line(block, "\\\n").split("\n")))
    line = _CLOSING_MARKS.sub(r"\1\\\2", _write_line(block))
    return f"{'#' * block.level} {line}"


def _escape_start(line: str) -> str:
    found = _AT_START.match(line)
    if found is None:
        return line
    number = found[1] or ""
    return f"{number}\\{line[len(number) :]}"


def _write_quote(block: Quote) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in write_markdown(block.blocks).split("\n"))


def _write_list(block: ListBlock) -> str:
    is_tight = block.is_tight()
    gap = "\n" if is_tight else "\n\n"
    items = []
    for number, item in enumerate(block.parts, start=block.start or 0):
        bullet = "-" if block.start is None else f"{number}."
        text = gap.join(map(write_markdown, [[one] for one in item])) if is_tight else write_markdown(item)
        items.append(f"{bullet} {_indent(text, len(bullet) + 1)}")
    return gap.join(items)


def _indent(text: str, width: int) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else line for line in rest)])


def _write_table(block: Table) -> str:
    caption = f"{write_markdown(block.caption)}\n\n" if block.caption else ""
    rows = [_write_row(row, block.columns) for row in block.rows]
    return caption + "\n".join([rows[0], f"|{' --- |' * block.columns}", *rows[1:]])


def _write_row(row: Sequence[Cell], columns: int) -> str:
    """Write a row. What a cell holds is written as lines: a table has no room for blocks."""
    cells = [""] * columns
    for cell in row:
        cells[cell.column] = "<br>".join(write_lines(cell.blocks, _write_line)).replace("|", "\\|")
    return f"|{''.join(f' {cell} |' if cell else ' |' for cell in cells)}"


@dataclass(slots=True)
class _Part:
    """A part of a line; the first of two that mark an emphasis knows the ``other``."""

    text: str
    mark: str = ""
    other: int = 0
    has_asterisks: bool = False


def _write_line(paragraph: Paragraph, line_break: str = "<br>") -> str:
    """Return a paragraph as inline Markdown; ``line_break`` ends a line inside it."""
    if paragraph.plain_text is not None:
        return _escape(paragraph.plain_text)
    parts: list[_Part] = []
    opened: list[int] = []
    for token in paragraph.tokens:
        if not isinstance(token, Tag):
            parts.append(_Part(_write_piece(token, line_break)))
        elif token.mark != "code":  # each run of code has its own backticks
            _add_tag(token, parts, opened)
    for number, part in enumerate(parts):
        if part.mark in _ASTERISKS and part.other and _can_have_asterisks(parts, number, part.other):
            for one in (part, parts[part.other]):
                one.text, one.has_asterisks = _ASTERISKS[part.mark], True
    return "".join(part.text for part in parts)


def _add_tag(tag: Tag, parts: list[_Part], opened: list[int]) -> None:
    """Add a tag; ``opened`` has the places of those that are open."""
    if isinstance(tag.mark, Link):
        if not tag.is_end and parts and parts[-1].text.endswith("!"):
            parts[-1].text = f"{parts[-1].text[:-1]}\\!"  # before a link it would make a picture of it
        parts.append(_Part(_write_target(tag.mark) if tag.is_end else "["))
        return
    if not tag.is_end:
        opened.append(len(parts))
    else:
        parts[opened.pop()].other = len(parts)
    parts.append(_Part(write_tag(tag), tag.mark))


def _write_piece(piece: Piece, line_break: str) -> str:
    if isinstance(piece, Run):
        return _write_code(piece.text) if "code" in piece.marks else _escape(piece.text)
    if isinstance(piece, Picture):
        return f"![{_escape(piece.alt)}{_write_target(Link(piece.url))}"
    return line_break


def _write_code(text: str) -> str:
    """Return text as code, in as many backticks as it needs."""
    ticks = "`" * (1 + max(map(len, _TICKS.findall(text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _write_target(link: Link) -> str:
    url = _SPECIAL_IN_URL.sub(r"\\\g<0>", link.url)
    title = _SPECIAL_IN_TITLE.sub(r"\\\g<0>", link.title)
    return f']({url} "{title}")' if title else f"]({url})"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _can_have_asterisks(parts: Sequence[_Part], start: int, end: int) -> bool:
    """Whether asterisks in these two places are sure to be read as this emphasis.

    CommonMark, section 6.2: it depends on the characters around them, and asterisks side by side are one mark.
    """
    before = parts[start - 1] if start else _Part("")
    after = parts[end + 1] if end + 1 < len(parts) else _Part("")
    if before.has_asterisks or after.has_asterisks:
        return before.other == end + 1  # strong and em around the same text
    first, last = parts[start + 1].text[:1], parts[end - 1].text[-1:]
    return _can_stand(before.text[-1:], first) and _can_stand(after.text[:1], last)


def _can_stand(outside: str, inside: str) -> bool:
    """Whether a mark between these two characters surely opens, or closes, in the direction of the inside."""
    if not outside or outside.isspace():
        return True
    return _is_punctuation(outside) and unicodedata.category(inside)[0] not in "PSZ"


def _is_punctuation(character: str) -> bool:
    """Symbols beyond ASCII are punctuation in some versions of CommonMark, and not in others."""
    return character in string.punctuation or unicodedata.category(character)[0] == "P"


_WRITERS: dict[type[Block], Callable[[Any], str]] = {
    ListBlock: _write_list,
    Paragraph: _write_paragraph,
    Quote: _write_quote,
    Rule: lambda block: "***",
    Table: _write_table,
}
