"""The body of an article: HTML read as browsers read it, written as clean HTML, text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from sassspider.body.blocks import Block, Link, Marks, Paragraph, Picture, Run, Shown, write_lines
from sassspider.body.html import write_html
from sassspider.body.markdown import write_markdown
from sassspider.body.reader import read_blocks
from sassspider.items import Attachment, Image
from sassspider.processors import normalize_whitespace
from sassspider.urls import file_name, is_document

_SIGNS = "0123456789+-=()０１２３４５６７８９＋－＝（）−"  # noqa: RUF001 - full width, and U+2212
_TABLES = {
    "sup": str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾" * 2 + "⁻"),
    "sub": str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" * 2 + "₋"),
}
_DASH_AS_MINUS = re.compile(r"^–(?=\d)")  # noqa: RUF001
_NUMBER_CHARACTERS = frozenset(f"{_SIGNS}–,.;*/%")  # noqa: RUF001

_RAISED: Marks = frozenset(_TABLES)


class Body(NamedTuple):
    """A body in its three forms; in their order, the pictures in it and the files that it links to."""

    html: str
    text: str
    markdown: str
    images: list[Image]
    attachments: list[Attachment]


def read_body(markup: str, base_url: str) -> Body:
    """Read the CDATA as served; links are made absolute against ``base_url``, the article's URL.

    Raises DamagedPageError for a body that is cut, or larger than any article's.
    """
    blocks, shown = read_blocks(markup, base_url)
    return Body(
        write_html(blocks),
        _write_text(blocks),
        write_markdown(blocks),
        _find_images(shown),
        _find_attachments(shown),
    )


def _write_text(blocks: Iterable[Block]) -> str:
    """Return the paragraphs of some blocks, parted by one blank line; a row of a table is one."""
    return "\n\n".join(write_lines(blocks, _write_paragraph))


def _find_images(shown: Iterable[Shown]) -> list[Image]:
    """Return the pictures of a body, in order."""
    return [{"url": piece.url, "alt": piece.alt or None} for piece in shown if isinstance(piece, Picture)]


def _find_attachments(shown: Iterable[Shown]) -> list[Attachment]:
    """Return the files that a body links to or embeds, in order: named by the linked text, else by the file."""
    found: list[Attachment] = []
    for url, linked in groupby(shown, key=_find_document):
        if url:
            name = normalize_whitespace("".join(map(_read, linked))) or normalize_whitespace(file_name(url))
            found.append({"url": url, "name": name})
    return found


def _find_document(piece: Shown) -> str:
    link = next((mark for mark in piece.marks if isinstance(mark, Link)), None)
    return link.url if link and is_document(link.url) else ""


def _write_paragraph(paragraph: Paragraph) -> str:
    """Return the text of a paragraph. Powers and indices are Unicode's."""
    if len(paragraph.shown) == 1 and paragraph.plain_text is not None:
        return paragraph.plain_text
    raised = groupby(paragraph.shown, key=lambda piece: piece.marks & _RAISED)
    text = "".join(_raise("".join(map(_read, pieces)), marks) for marks, pieces in raised)
    return " ".join(text.split())


def _read(piece: Shown) -> str:
    text = piece.text if isinstance(piece, Run) else " "
    return f" {text}" if piece.gap else text


def _raise(text: str, marks: Marks) -> str:
    if not marks:
        return text
    words = (_DASH_AS_MINUS.sub("-", word) for word in text.split(" "))
    table = _TABLES["sup" if "sup" in marks else "sub"]
    return " ".join(word.translate(table) if _NUMBER_CHARACTERS.issuperset(word) else word for word in words)
