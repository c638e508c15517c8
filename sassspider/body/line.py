"""A line: text with formats, pictures and breaks, written as HTML, as text and as Markdown (CommonMark 0.31)."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from itertools import groupby, takewhile
from typing import NamedTuple

from sassspider.body.marks import NO_MARKS, PICTURE, RAISED, READING_MARKS, UNREAD, Link, Mark, Marks

# Of formats that last equally long, the first is outside. Code is always inside: nothing is marked in it.
_ORDER = ("strong", "em", "u", "s", "sup", "sub", "code")

_SIGNS = "0123456789+-=()０１２３４５６７８９＋－＝（）−"  # noqa: RUF001 - full width, and U+2212
_UNICODE = {
    "sup": str.maketrans(_SIGNS, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾" * 2 + "⁻"),
    "sub": str.maketrans(_SIGNS, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" * 2 + "₋"),
}
_MARKS_OF_TEXT = UNREAD | RAISED | {PICTURE}  # of what is not read as it stands
_DASH_AS_MINUS = re.compile(r"^–(?=\d)")  # noqa: RUF001
_NUMBER_CHARACTERS = frozenset(f"{_SIGNS}–,.;*/%")  # noqa: RUF001

_ASTERISKS: dict[Mark, str] = {"strong": "**", "em": "*"}
_TICKS = re.compile("`+")
_CODE = re.compile(r"\S(?:[^\n]*\S)?")
# What CommonMark or GitHub reads as a mark inside a sentence; between letters or digits, _ is an ordinary character.
# It begins with all that may be special: the engine looks for one of a set many times faster than for alternatives.
_SPECIAL = re.compile(r"[\\`*\[\]<~_&](?:(?<=[\\`*\[\]<~])|(?<=_)(?:(?![^\W_])|(?<![^\W_]_))|(?<=&)(?=#?\w+;))")
_SPECIAL_ANYWHERE = "\\`*[]<~_&>\n"  # in Markdown or HTML
_SPECIAL_IN_URL = re.compile(r"[\\()]")
_REFERENCE = re.compile(r"&(?=#?\w+;)")  # cmark, and GitHub, read one in a target even behind a backslash


class Piece(NamedTuple):
    """Text of one format without white space around it, or a space, or a line feed for a line break.

    With a ``url`` it is a picture, and the text its alternative text.
    """

    text: str
    marks: Marks = NO_MARKS
    url: str = ""


def write_line(pieces: Sequence[Piece]) -> tuple[str, str, str]:
    """Return the pieces of a line as HTML, text and Markdown, in which a line feed stands for a line break."""
    marks = NO_MARKS.union(*[piece.marks for piece in pieces])
    text = "".join([piece.text for piece in pieces])
    if "u" in marks:  # browsers underline a link by themselves
        links = frozenset(mark for mark in marks if isinstance(mark, Link))
        pieces = [one if links.isdisjoint(one.marks) else one._replace(marks=one.marks - {"u"}) for one in pieces]
    html, markdown = _nest(pieces) if marks else _escape_both(text)
    is_whole = marks.isdisjoint(_MARKS_OF_TEXT)
    return html, text.replace("\n", " ") if is_whole else _read_text(pieces), markdown


class _Line:
    """A line that is being written as HTML and as Markdown, and the marks that are open in it."""

    def __init__(self) -> None:
        self.html: list[str] = []
        self.markdown: list[str] = []
        self.texts: list[str] = []  # to be written: what a character means depends on those beside it
        self.opened: list[Mark] = []
        self.starts: list[int] = []  # their places in the Markdown
        self.pairs: list[tuple[int, int, str]] = []  # the places of both tags that may be asterisks

    def write_text(self) -> None:
        """Write the text that was added."""
        if self.texts:
            text = "".join(self.texts)
            html, markdown = _escape_both(text)
            is_code = self.opened and self.opened[-1] == "code"
            self.html.append(html)
            self.markdown.append(_CODE.sub(_write_code, text) if is_code else markdown)
            self.texts = []

    def add_picture(self, picture: Piece) -> None:
        """Add a picture."""
        self.write_text()
        self.html.append(f'<img src="{escape(picture.url)}" alt="{escape(picture.text)}">')
        self.markdown.append(f"![{_escape(picture.text)}{_write_target(Link(picture.url))}")

    def open(self, mark: Mark) -> None:
        """Begin a mark inside those that are open."""
        self.write_text()
        self.opened.append(mark)
        self.starts.append(len(self.markdown))
        if isinstance(mark, Link):
            title = f' title="{escape(mark.title)}"' if mark.title else ""
            self.html.append(f'<a href="{escape(mark.url)}"{title}>')
            if self.markdown and self.markdown[-1].endswith("!"):
                self.markdown[-1] = f"{self.markdown[-1][:-1]}\\!"  # before a link it would make a picture of it
            self.markdown.append("[")
        else:
            self.html.append(f"<{mark}>")
            if mark != "code":  # each line of code has its own backticks
                self.markdown.append(f"<{mark}>")

    def close_others(self, marks: Marks) -> None:
        """End all marks but those that go on, which are inside of no other; nothing is marked inside of code."""
        kept = len(list(takewhile(marks.__contains__, self.opened)))
        if kept and self.opened[kept - 1] == "code" and kept < len(marks):
            kept -= 1
        while len(self.opened) > kept:
            self._close()

    def _close(self) -> None:
        """End the innermost mark."""
        self.write_text()
        mark, start = self.opened.pop(), self.starts.pop()
        if isinstance(mark, Link):
            self.html.append("</a>")
            self.markdown.append(_write_target(mark))
        else:
            self.html.append(f"</{mark}>")
            if mark in _ASTERISKS:
                self.pairs.append((start, len(self.markdown), _ASTERISKS[mark]))
            if mark != "code":
                self.markdown.append(f"</{mark}>")


def _nest(pieces: Sequence[Piece]) -> tuple[str, str]:
    """Return texts, pictures and marks as HTML and Markdown: nested in each other, and no more than there must be.

    A space or a break has the marks that hold both before and after it.
    """
    line = _Line()
    gap, before = "", NO_MARKS
    lasting: list[dict[Mark, int]] = []
    for place, piece in enumerate(pieces):
        if piece.text.isspace():
            gap = piece.text
            continue
        opening: list[Mark] = []
        if piece.marks != before:
            before = piece.marks
            marks = before - READING_MARKS
            line.close_others(marks)
            opening = list(marks.difference(line.opened))
        if gap:
            line.texts.append(gap)
            gap = ""
        if len(opening) > 1:
            lasting = lasting or _count_lasting(pieces)
            opening.sort(key=partial(_rank, lasting[place]))
        for mark in opening:
            line.open(mark)
        if piece.url:
            line.add_picture(piece)
        elif piece.text:
            line.texts.append(piece.text)
    line.close_others(NO_MARKS)
    line.write_text()
    _write_asterisks(line.markdown, sorted(line.pairs))
    return "".join(line.html), "".join(line.markdown)


def _count_lasting(pieces: Sequence[Piece]) -> list[dict[Mark, int]]:
    """Return, for each piece and each of its marks, how many pieces have it from there on without a gap."""
    lasting: list[dict[Mark, int]] = []
    after: dict[Mark, int] = {}
    for piece in reversed(pieces):
        if not piece.text.isspace():
            after = {mark: after.get(mark, 0) + 1 for mark in piece.marks}
        lasting.append(after)
    return lasting[::-1]


def _rank(lasting: dict[Mark, int], mark: Mark) -> tuple[bool, int, int]:
    if isinstance(mark, Link):
        return False, -lasting[mark], -1
    return mark == "code", -lasting[mark], _ORDER.index(mark)


def _read_text(pieces: Iterable[Piece]) -> str:
    """Return the text that is read. Powers and indices are Unicode's."""
    read = (piece for piece in pieces if piece.marks.isdisjoint(UNREAD))
    raised = groupby(read, key=lambda piece: piece.marks & RAISED)
    text = "".join(_raise("".join(" " if one.url else one.text for one in run), marks) for marks, run in raised)
    return " ".join(text.split())


def _raise(text: str, marks: Marks) -> str:
    if not marks:
        return text
    table = _UNICODE["sup" if "sup" in marks else "sub"]
    return " ".join(
        _DASH_AS_MINUS.sub("-", word).translate(table) if _NUMBER_CHARACTERS.issuperset(word) else word
        for word in text.split(" ")
    )


def _write_code(line: re.Match[str]) -> str:
    """Return text as code, in as many backticks as it needs."""
    text = line[0]
    ticks = "`" * (1 + max(map(len, _TICKS.findall(text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _write_target(link: Link) -> str:
    url = _REFERENCE.sub("&amp;", _SPECIAL_IN_URL.sub(_add_backslash, link.url))
    title = _REFERENCE.sub("&amp;", link.title).replace('"', "&quot;").replace("\\", "&#92;")
    return f']({url} "{title}")' if title else f"]({url})"


def _escape_both(text: str) -> tuple[str, str]:
    """Return text as HTML and as Markdown; most has nothing to escape."""
    if any(map(text.__contains__, _SPECIAL_ANYWHERE)):
        return escape(text, quote=False).replace("\n", "<br>"), _escape(text)
    return text, text


def _escape(text: str) -> str:
    return _SPECIAL.sub(_add_backslash, text)


def _add_backslash(special: re.Match[str]) -> str:  # a template would be read anew for each text
    return f"\\{special[0]}"


def _write_asterisks(parts: list[str], pairs: Iterable[tuple[int, int, str]]) -> None:
    """Write bold and italic as asterisks where they are sure to be read so, the outer before the inner.

    CommonMark, section 6.2: it depends on the characters around them. Asterisks side by side are read as one run: they
    are sure if those of strong and em stand around the same text, for then both ends of the run are alike.
    """
    written: dict[int, int] = {}  # the places of asterisks, and of those at the other end
    for start, end, asterisks in pairs:
        before, after = "".join(parts[start - 1 : start])[-1:], "".join(parts[end + 1 : end + 2])[:1]
        if start - 1 in written or end + 1 in written:
            is_sure = written.get(start - 1) == end + 1
        else:
            is_sure = _can_stand(before, parts[start + 1][:1]) and _can_stand(after, parts[end - 1][-1:])
        if is_sure:
            parts[start] = parts[end] = asterisks
            written |= {start: end, end: start}


def _can_stand(outside: str, inside: str) -> bool:
    """Return whether a mark between these two characters surely opens, or closes, in the direction of the inside."""
    if not outside or outside.isspace():
        return True
    return _is_punctuation(outside) and unicodedata.category(inside)[0] not in "PSZ"


def _is_punctuation(character: str) -> bool:
    """Return whether a character is punctuation in every version of CommonMark: symbols beyond ASCII differ."""
    return character in string.punctuation or unicodedata.category(character)[0] == "P"
