"""The text of a body: what a reader reads, one paragraph after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sassspider.body.blocks import (
    DELETED,
    LABEL,
    Block,
    Gap,
    LineBreak,
    ListBlock,
    Marks,
    Paragraph,
    Piece,
    Quote,
    Rule,
    Run,
    find_plain_text,
    merge_runs,
)

_SIGNS = "0123456789+-=()０１２３４５６７８９＋－＝（）−"  # noqa: RUF001 - full width, and U+2212
_RAISED = str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾" * 2 + "⁻")
_LOWERED = str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" * 2 + "₋")
_DASH_AS_MINUS = re.compile(r"^–(?=\d)")  # noqa: RUF001
_RAISED_MARKS: Marks = frozenset({"sup", "sub"})
_NUMBER_CHARACTERS = frozenset(f"{_SIGNS}–,.;*/%")  # noqa: RUF001


def write_text(blocks: Iterable[Block]) -> str:
    """Return the paragraphs of some blocks, parted by one blank line; a row of a table is one."""
    return "\n\n".join(_find_paragraphs(blocks))


def _find_paragraphs(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            if text := write_line(block.pieces):
                yield text
        elif isinstance(block, Quote):
            yield from _find_paragraphs(block.blocks)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from _find_paragraphs(item)
        elif not isinstance(block, Rule):
            yield from _find_paragraphs(block.caption)
            rows = (" ".join(text for cell in row for text in _find_paragraphs(cell.blocks)) for row in block.rows)
            yield from filter(None, rows)


def write_line(pieces: Sequence[Piece]) -> str:
    """Return the text of a paragraph. A picture and a line break are a space; powers and indices are Unicode's."""
    if (plain := find_plain_text(pieces)) is not None:
        return plain
    runs: list[Piece] = []
    gap = Gap.NONE
    for piece in pieces:
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
