"""The text of a body: what a reader reads, one paragraph after the other; its pictures, and the files it links to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from sassspider.body.blocks import (
    DELETED,
    LABEL,
    Block,
    Gap,
    LineBreak,
    Link,
    Marks,
    Paragraph,
    Picture,
    Piece,
    Run,
    list_paragraphs,
    merge_runs,
    write_lines,
)
from sassspider.items import Attachment, Image
from sassspider.processors import normalize_whitespace
from sassspider.urls import file_name, is_document

_SIGNS = "0123456789+-=()０１２３４５６７８９＋－＝（）−"  # noqa: RUF001 - full width, and U+2212
_RAISED = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾" * 2 + "⁻")
_LOWERED = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" * 2 + "₋")
_DASH_AS_MINUS = re.compile(r"^–(?=\d)")  # noqa: RUF001
_RAISED_MARKS: Marks = frozenset({"sup", "sub"})
_NUMBER_CHARACTERS = frozenset(f"{_SIGNS}–,.;*/%")  # noqa: RUF001


def write_text(blocks: Iterable[Block]) -> str:
    """Return the paragraphs of some blocks, parted by one blank line; a row of a table is one."""
    return "\n\n".join(write_lines(blocks, _write_paragraph))


def find_images(pieces: Iterable[Piece]) -> list[Image]:
    """Return the pictures of a body, in order."""
    return [{"url": piece.url, "alt": piece.alt or None} for piece in pieces if isinstance(piece, Picture)]


def find_attachments(pieces: Iterable[Piece]) -> list[Attachment]:
    """Return the files that a body links to or embeds, in order: named by the linked text, else by the file."""
    found: list[Attachment] = []
    for url, linked in groupby(pieces, key=_find_document):
        if url:
            name = "".join(f" {piece.text}" if piece.gap else piece.text for piece in linked if isinstance(piece, Run))
            found.append({"url": url, "name": name.strip() or normalize_whitespace(file_name(url))})
    return found


def list_pieces(blocks: Iterable[Block]) -> list[Piece]:
    """Return the pieces of a body, in order, without what a tracked change deleted."""
    return [piece for paragraph in list_paragraphs(blocks) for piece in paragraph.pieces if DELETED not in piece.marks]


def _find_document(piece: Piece) -> str:
    link = next((mark for mark in piece.marks if isinstance(mark, Link)), None)
    return link.url if link and is_document(link.url) else ""


def _write_paragraph(paragraph: Paragraph) -> str:
    """Return the text of a paragraph. A picture and a line break are a space; powers and indices are Unicode's."""
    if paragraph.plain_text is not None:
        return paragraph.plain_text
    runs: list[Piece] = []
    gap = Gap.NONE
    for piece in paragraph.pieces:
        gap = Gap.SPACE if piece.gap is Gap.SPACE else gap
        if DELETED in piece.marks:
            continue
        if isinstance(piece, Run) and LABEL not in piece.marks:
            runs.append(Run(piece.text, piece.marks & _RAISED_MARKS, gap))
            gap = Gap.NONE
        elif piece.gap is not Gap.DELETED_SPACE or not isinstance(piece, LineBreak):
            gap = Gap.SPACE
    merged = [run for run in merge_runs(runs) if isinstance(run, Run)]
    return "".join(f" {_raise(run)}" if run.gap else _raise(run) for run in merged).lstrip(" ")


def _raise(run: Run) -> str:
    table = _RAISED if "sup" in run.marks else _LOWERED if "sub" in run.marks else None
    if table is None:
        return run.text
    words = (_DASH_AS_MINUS.sub("-", word) for word in run.text.split(" "))
    return " ".join(word.translate(table) if _NUMBER_CHARACTERS.issuperset(word) else word for word in words)
