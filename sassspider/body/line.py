"""A line: text with formats, pictures and breaks, written as HTML, as text and as Markdown (CommonMark 0.31)."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from sassspider.body.marks import NO_MARKS, READING_MARKS, UNREAD, Link, Mark, Marks

# Of formats that last equally long, the first is outside. Code is always inside: nothing is marked in it.
_ORDER = ("strong", "em", "u", "s", "sup", "sub", "code")

_SIGNS = "0123456789+-=()０１２３４５６７８９＋－＝（）−"  # noqa: RUF001 - full width, and U+2212
_UNICODE = {
    "sup": str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾" * 2 + "⁻"),
    "sub": str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" * 2 + "₋"),
}
_RAISED: Marks = frozenset(_UNICODE)
_MARKS_OF_TEXT = UNREAD | _RAISED
_DASH_AS_MINUS = re.compile(r"^–(?=\d)")  # noqa: RUF001
_NUMBER_CHARACTERS = frozenset(f"{_SIGNS}–,.;*/%")  # noqa: RUF001

_ASTERISKS = {"<strong>": "**", "<em>": "*"}
_TICKS = re.compile("`+")
_CODE = re.compile(r"\S(?:[^\n]*\S)?")
# What CommonMark or GitHub reads as a mark inside a sentence; between letters or digits, _ is an ordinary character.
# It begins with all that may be special: the engine looks for one of a set many times faster than for alternatives.
_SPECIAL = re.compile(r"[\\`*\[\]<~_&](?:(?<=[\\`*\[\]<~])|(?<=_)(?:(?![^\W_])|(?<![^\W_]_))|(?<=&)(?=#?\w+;))")
_SPECIAL_IN_URL = re.compile(r"[\\()]|&(?=#?\w+;)")
_SPECIAL_IN_TITLE = re.compile(r'[\\"]|&(?=#?\w+;)')


class Piece(NamedTuple):
    """Text of one format without white space around it, or a space, or a line feed for a line break.

    With a ``url`` it is a picture, and the text its alternative text.
    """

    text: str
    marks: Marks = NO_MARKS
    url: str = ""


class Tag(NamedTuple):
    """The place in a line where a mark begins or ends."""

    mark: Mark
    is_end: bool


Token = str | Tag | Piece


class Line(NamedTuple):
    """A line in its three forms; in Markdown a line feed stands for a line break."""

    html: str
    text: str
    markdown: str


def write_line(pieces: Sequence[Piece]) -> Line:
    """Write the pieces of a line."""
    marks = NO_MARKS.union(*[piece.marks for piece in pieces])
    has_pictures = any(piece.url for piece in pieces)
    text = "".join([piece.text for piece in pieces])
    if not marks and not has_pictures:
        return Line(escape(text, quote=False).replace("\n", "<br>"), text.replace("\n", " "), _escape(text))
    tokens = _nest(pieces)
    is_whole = not has_pictures and marks.isdisjoint(_MARKS_OF_TEXT)
    read = text.replace("\n", " ") if is_whole else _read_text(pieces)
    return Line("".join(map(_write_html, tokens)), read, _write_markdown(tokens))


def _nest(pieces: Sequence[Piece]) -> list[Token]:
    """Return texts, pictures, and marks as tags: nested in each other, and no more of them than there must be.

    A space or a break has the marks that hold both before and after it.
    """
    tokens: list[Token] = []
    opened: list[Mark] = []
    gap = ""
    for piece, lasts in zip(pieces, _count_lasting(pieces), strict=True):
        if piece.text.isspace():
            gap = piece.text
            continue
        marks = piece.marks - READING_MARKS
        kept = 0
        while kept < len(opened) and opened[kept] in marks:
            kept += 1
        if kept and opened[kept - 1] == "code" and kept < len(marks):
            kept -= 1
        while len(opened) > kept:
            tokens.append(Tag(opened.pop(), is_end=True))
        if gap:
            _add_text(tokens, gap)
            gap = ""
        if len(marks) > kept:
            for mark in sorted(marks.difference(opened), key=lambda one: _rank(one, lasts)):
                opened.append(mark)
                tokens.append(Tag(mark, is_end=False))
        if piece.url:
            tokens.append(piece)
        else:
            _add_text(tokens, piece.text)
    return tokens + [Tag(mark, is_end=True) for mark in reversed(opened)]


def _add_text(tokens: list[Token], text: str) -> None:
    if tokens and isinstance(last := tokens[-1], str):
        tokens[-1] = last + text
    else:
        tokens.append(text)


def _count_lasting(pieces: Sequence[Piece]) -> list[dict[Mark, int]]:
    """For each piece and each of its marks, the number of pieces that have it from there on without a gap."""
    lasting: list[dict[Mark, int]] = []
    after: dict[Mark, int] = {}
    for piece in reversed(pieces):
        if not piece.text.isspace():
            after = {mark: after.get(mark, 0) + 1 for mark in piece.marks}
        lasting.append(after)
    return lasting[::-1]


def _rank(mark: Mark, lasting: dict[Mark, int]) -> tuple[bool, int, int]:
    if isinstance(mark, Link):
        return False, -lasting[mark], -1
    return mark == "code", -lasting[mark], _ORDER.index(mark)


def _write_html(token: Token) -> str:
    if isinstance(token, str):
        return escape(token, quote=False).replace("\n", "<br>")
    if isinstance(token, Piece):
        return f'<img src="{escape(token.url)}" alt="{escape(token.text)}">'
    if isinstance(token.mark, str):
        return f"</{token.mark}>" if token.is_end else f"<{token.mark}>"
    if token.is_end:
        return "</a>"
    title = f' title="{escape(token.mark.title)}"' if token.mark.title else ""
    return f'<a href="{escape(token.mark.url)}"{title}>'


def _read_text(pieces: Iterable[Piece]) -> str:
    """Return the text that is read. Powers and indices are Unicode's."""
    read = (piece for piece in pieces if piece.marks.isdisjoint(UNREAD))
    raised = groupby(read, key=lambda piece: piece.marks & _RAISED)
    text = "".join(_raise("".join(" " if one.url else one.text for one in run), marks) for marks, run in raised)
    return " ".join(text.split())


def _raise(text: str, marks: Marks) -> str:
    if not marks:
        return text
    words = (_DASH_AS_MINUS.sub("-", word) for word in text.split(" "))
    table = _UNICODE["sup" if "sup" in marks else "sub"]
    return " ".join(word.translate(table) if _NUMBER_CHARACTERS.issuperset(word) else word for word in words)


def _write_markdown(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    pairs: list[tuple[int, int]] = []  # the places of tags that may be asterisks
    opened: list[int] = []
    is_code = False
    for token in tokens:
        if isinstance(token, str):
            parts.append(_CODE.sub(_write_code, token) if is_code else _escape(token))
        elif isinstance(token, Piece):
            parts.append(f"![{_escape(token.text)}{_write_target(Link(token.url))}")
        elif token.mark == "code":  # each line of code has its own backticks
            is_code = not token.is_end
        elif isinstance(token.mark, Link):
            if not token.is_end and parts and parts[-1].endswith("!"):
                parts[-1] = f"{parts[-1][:-1]}\\!"  # before a link it would make a picture of it
            parts.append(_write_target(token.mark) if token.is_end else "[")
        else:
            if not token.is_end:
                opened.append(len(parts))
            else:
                pairs.append((opened.pop(), len(parts)))
            parts.append(_write_html(token))
    _write_asterisks(parts, sorted(pairs))
    return "".join(parts)


def _write_code(line: re.Match[str]) -> str:
    """Return text as code, in as many backticks as it needs."""
    text = line[0]
    ticks = "`" * (1 + max(map(len, _TICKS.findall(text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _write_target(link: Link) -> str:
    url = _SPECIAL_IN_URL.sub(r"\\\g<0>", link.url)
    title = _SPECIAL_IN_TITLE.sub(r"\\\g<0>", link.title)
    return f']({url} "{title}")' if title else f"]({url})"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _write_asterisks(parts: list[str], pairs: Iterable[tuple[int, int]]) -> None:
    """Write bold and italic as asterisks where they are sure to be read so, the outer before the inner.

    CommonMark, section 6.2: it depends on the characters around them, and asterisks side by side are one mark.
    """
    written: dict[int, int] = {}  # the places of asterisks, and of those at the other end
    for start, end in pairs:
        if parts[start] not in _ASTERISKS:
            continue
        before, after = "".join(parts[start - 1 : start])[-1:], "".join(parts[end + 1 : end + 2])[:1]
        if start - 1 in written or end + 1 in written:
            is_sure = written.get(start - 1) == end + 1  # strong and em around the same text
        else:
            is_sure = _can_stand(before, parts[start + 1][:1]) and _can_stand(after, parts[end - 1][-1:])
        if is_sure:
            parts[start] = parts[end] = _ASTERISKS[parts[start]]
            written |= {start: end, end: start}


def _can_stand(outside: str, inside: str) -> bool:
    """Whether a mark between these two characters surely opens, or closes, in the direction of the inside."""
    if not outside or outside.isspace():
        return True
    return _is_punctuation(outside) and unicodedata.category(inside)[0] not in "PSZ"


def _is_punctuation(character: str) -> bool:
    """Symbols beyond ASCII are punctuation in some versions of CommonMark, and not in others."""
    return character in string.punctuation or unicodedata.category(character)[0] == "P"
