"""A line of Markdown: where an emphasis can be written with asterisks, and what must be escaped."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sassspider.body.blocks import Link, Mark, Picture, Piece, Run, find_plain_text
from sassspider.body.html import close_tag, open_tag
from sassspider.body.nesting import Close, Event, Open, Space, nest

_ASTERISKS = {"strong": "**", "em": "*"}
_TICKS = re.compile("`+")
# What CommonMark or GitHub reads as a mark inside a sentence; between letters or digits, _ is an ordinary character.
# It begins with all that may be special: the engine looks for one of a set many times faster than for alternatives.
_SPECIAL = re.compile(r"[\\`*\[\]<~_&](?:(?<=[\\`*\[\]<~])|(?<=_)(?:(?![^\W_])|(?<![^\W_]_))|(?<=&)(?=#?\w+;))")
_SPECIAL_CHARACTERS = "\\`*[]<~_&"
_SPECIAL_IN_URL = re.compile(r"[\\()]|&(?=#?\w+;)")
_SPECIAL_IN_TITLE = re.compile(r'[\\"]|&(?=#?\w+;)')


@dataclass(slots=True)
class _Token:
    """A part of a line; the first of two that mark an emphasis knows the ``other``."""

    text: str
    mark: str = ""
    other: int = 0
    has_asterisks: bool = False


def write_line(pieces: Sequence[Piece], line_break: str) -> str:
    """Return the pieces of a paragraph as inline Markdown; ``line_break`` ends a line inside it."""
    if (plain := find_plain_text(pieces)) is not None:
        return _escape(plain)
    tokens: list[_Token] = []
    opened: list[int] = []
    for event in nest(pieces):
        if isinstance(event, Open | Close) and event.mark == "code":
            continue  # each run of code has its own backticks
        if isinstance(event, Open):
            _protect_exclamation(tokens, event.mark)
            opened.append(len(tokens))
        elif isinstance(event, Close) and event.mark in _ASTERISKS:
            tokens[opened.pop()].other = len(tokens)
        elif isinstance(event, Close):
            opened.pop()
        tokens.append(_make_token(event, line_break))
    for number, token in enumerate(tokens):
        if token.other and _can_have_asterisks(tokens, number, token.other):
            for one in (token, tokens[token.other]):
                one.text, one.has_asterisks = _ASTERISKS[token.mark], True
    return "".join(token.text for token in tokens)


def _write_code(text: str) -> str:
    """Return text as code, in as many backticks as it needs."""
    ticks = "`" * (1 + max(map(len, _TICKS.findall(text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def _make_token(event: Event, line_break: str) -> _Token:
    if isinstance(event, Open | Close):
        return _make_mark(event)
    if isinstance(event, Space):
        return _Token(" ")
    if isinstance(event, Run):
        if "code" not in event.marks:
            return _Token(_escape(event.text))
        return _Token(_write_code(event.text))
    if isinstance(event, Picture):
        return _Token(f"![{_escape(event.alt)}{_write_target(Link(event.url))}")
    return _Token(line_break)


def _make_mark(event: Open | Close) -> _Token:
    mark, is_open = event.mark, isinstance(event, Open)
    if isinstance(mark, Link):
        return _Token("[" if is_open else _write_target(mark))
    return _Token(open_tag(mark) if is_open else close_tag(mark), mark)


def _write_target(link: Link) -> str:
    url = _SPECIAL_IN_URL.sub(r"\\\g<0>", link.url)
    if not link.title:
        return f"]({url})"
    title = _SPECIAL_IN_TITLE.sub(r"\\\g<0>", link.title)
    return f']({url} "{title}")'


def _protect_exclamation(tokens: list[_Token], mark: Mark) -> None:
    """Escape an exclamation mark before a link: together they are a picture."""
    if isinstance(mark, Link) and tokens and tokens[-1].text.endswith("!"):
        tokens[-1].text = f"{tokens[-1].text[:-1]}\\!"


def _escape(text: str) -> str:
    if not any(map(text.__contains__, _SPECIAL_CHARACTERS)):  # as most: one character is found faster than a pattern
        return text
    return _SPECIAL.sub(r"\\\g<0>", text)


def _can_have_asterisks(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Whether asterisks in these two places are sure to be read as this emphasis.

    CommonMark, section 6.2: it depends on the characters around them, and asterisks side by side are one mark.
    """
    before = tokens[start - 1] if start else _Token("")
    after = tokens[end + 1] if end + 1 < len(tokens) else _Token("")
    if before.has_asterisks or after.has_asterisks:
        return before.other == end + 1  # strong and em around the same text
    first, last = tokens[start + 1].text[:1], tokens[end - 1].text[-1:]
    return _can_stand(before.text[-1:], first) and _can_stand(after.text[:1], last)


def _can_stand(outside: str, inside: str) -> bool:
    """Whether a mark between these two characters surely opens, or closes, in the direction of the inside."""
    if not outside or outside.isspace():
        return True
    return _is_punctuation(outside) and unicodedata.category(inside)[0] not in "PSZ"


def _is_punctuation(character: str) -> bool:
    """Symbols beyond ASCII are punctuation in some versions of CommonMark, and not in others."""
    return character in string.punctuation or unicodedata.category(character)[0] == "P"
