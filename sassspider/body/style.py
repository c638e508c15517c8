"""What an inline style says of an element: its formats, and how it is displayed (CSS 2.2, CSS Fonts 4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from sassspider.body.blocks import NO_MARKS, Marks

# Marks for reading only: they change what is read, and never reach a block.
SYMBOLS = "symbols"  # letters of a symbol font
SYMBOLS_AND_DIGITS = "symbols and digits"  # of one whose digits and signs are pictures too
LIST_LABEL = "list label"  # the bullet or number that Word wrote as text
INVISIBLE = "invisible"  # text that takes room, and is not seen
KEPT_LINES = "kept lines"  # text whose line ends are line breaks
SVG = "svg"
DELETED = "deleted"  # struck by a tracked change: shown as <s>, no part of the text
READING_MARKS: Marks = frozenset({SYMBOLS, SYMBOLS_AND_DIGITS, LIST_LABEL, INVISIBLE, KEPT_LINES, SVG, DELETED})

_LONGEST_REMEMBERED = 2_000  # characters; a word processor's styles have some hundred
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_IMPORTANT = re.compile(r"!\s*+important\b")
# Possessive throughout: no input makes these go back.
_DECLARATION = re.compile(r"""(?:^|;)\s*+([-\w]++)\s*+:((?:[^;"'(]|"[^"]*+"?|'[^']*+'?|\([^)]*+\)?)*+)""")
_FONT = re.compile(
    r"(?P<before>(?:[\w-]++\s++)*?)"
    r"(?:(?:\d++(?:\.\d++)?|\.\d++)(?:[a-z]+|%)|(?:x{1,3}-)?(?:small|large)|medium|smaller|larger)"
    r"(?:\s*+/\s*+\S++)?\s++(?P<family>\S.*)"
)
_KEYWORDS = {"normal": False, "initial": False, "inherit": None, "unset": None}
_NUMBER = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)")


_Changes = dict[str, bool | None]
"""Whether a property sets a mark (True), ends it (False), or leaves it as it is around the element (None)."""


class Style(NamedTuple):
    """What a style changes. ``display`` is empty where it stays as it was.

    Else it is ``block``, ``inline``, ``inline-block``, ``none``, or ``apart`` for a box beside the text around it.

    ``removed`` marks do not hold in the element, ``undone`` ones are not set by its tag: those around it go on.
    """

    added: Marks = NO_MARKS
    removed: Marks = NO_MARKS
    undone: Marks = NO_MARKS
    display: str = ""


NO_STYLE = Style()


def read_style(style: str) -> Style:
    """Read the value of a ``style`` attribute. A property whose name begins with ``mso-`` says nothing of bold."""
    return _remember(style) if len(style) <= _LONGEST_REMEMBERED else _read(style)


def read_font_family(family: str) -> _Changes:
    """Return the marks that a list of fonts sets (True) or takes away: its first font counts."""
    first = family.partition(",")[0].strip(" \"'").lower()
    if first in _KEYWORDS:
        return {}
    pictures = first.startswith(("wingdings", "webdings"))
    return {SYMBOLS: first == "symbol", SYMBOLS_AND_DIGITS: pictures}


def _read(style: str) -> Style:
    marks: _Changes = {}
    displays: dict[str, str] = {}
    declarations = _DECLARATION.findall(_COMMENT.sub("", style.lower()))
    for name, value in sorted(declarations, key=lambda declaration: bool(_IMPORTANT.search(declaration[1]))):
        value = _IMPORTANT.sub("", value).strip()
        if name in _MARKS_OF:
            marks |= _MARKS_OF[name](value)
        elif name in _DISPLAYS_OF:
            displays[name] = _DISPLAYS_OF[name](value)
    added, removed, undone = (
        frozenset(mark for mark, is_set in marks.items() if is_set is value) for value in (True, False, None)
    )
    shown = set(displays.values())
    display = "none" if "none" in shown else "apart" if "apart" in shown else displays.get("display", "")
    found = Style(added, removed, undone, display)
    return found if any(found) else NO_STYLE


_remember = lru_cache(maxsize=512)(_read)  # a word processor writes the same few styles again and again


def _read_weight(value: str) -> _Changes:
    if value in _KEYWORDS:
        return {"strong": _KEYWORDS[value]}
    if value in ("lighter", "bold", "bolder"):
        return {"strong": value.startswith("bold")}
    return {"strong": float(value) >= 600} if _NUMBER.fullmatch(value) else {}


def _read_slant(value: str) -> _Changes:
    if value in _KEYWORDS:
        return {"em": _KEYWORDS[value]}
    return {"em": True} if value.startswith(("italic", "oblique")) else {}


def _read_font(value: str) -> _Changes:
    """The shorthand sets what it does not name to normal; without a size and a family it is none."""
    font = _FONT.fullmatch(value)
    if font is None:
        return {}
    marks: _Changes = {"strong": False, "em": False, **read_font_family(font["family"])}
    for word in font["before"].split():
        marks |= {mark: True for mark, is_set in (_read_weight(word) | _read_slant(word)).items() if is_set}
    return marks


def _read_position(value: str) -> _Changes:
    """A height is counted from the line around the element, which may be raised itself."""
    height = {"super": 1.0, "sub": -1.0, "baseline": 0.0, "initial": 0.0}.get(value)
    if height is None and (number := _NUMBER.match(value)):
        height = float(number[0])
    return {} if height is None else {"sup": height > 0 or None, "sub": height < 0 or None}


def _read_decoration(value: str) -> _Changes:
    """A line of what is around an element goes on in it (CSS Text Decoration 3, section 2)."""
    marks: _Changes = {} if "underline" in value else {"u": None}
    return marks | {"s": True if "line-through" in value else None}


def _read_display(value: str) -> str:
    if value in ("", "inline", "none"):
        return value
    if value == "table-cell":
        return "apart"
    if value.startswith(("inline-", "ruby")):
        return "inline-block"
    return "" if value in ("contents", "inherit", "initial", "unset", "revert") else "block"


def _read_visibility(value: str) -> _Changes:
    return {INVISIBLE: value in ("hidden", "collapse")} if value in ("hidden", "collapse", "visible", "initial") else {}


_MARKS_OF: dict[str, Callable[[str], _Changes]] = {
    "font": _read_font,
    "font-family": read_font_family,
    "font-style": _read_slant,
    "font-weight": _read_weight,
    "mso-text-raise": _read_position,
    "mso-list": lambda value: {LIST_LABEL: value == "ignore"},
    "text-decoration": _read_decoration,
    "text-decoration-line": _read_decoration,
    "vertical-align": _read_position,
    "visibility": _read_visibility,
    "white-space": lambda value: {KEPT_LINES: value.startswith(("pre", "break-spaces"))},
}
_DISPLAYS_OF: dict[str, Callable[[str], str]] = {
    "display": _read_display,
    "float": lambda value: "apart" if value in ("left", "right") else "",
    "mso-element": lambda value: "none" if value in ("comment", "comment-list") else "",
    "mso-hide": lambda value: "none" if value == "all" else "",
    "position": lambda value: "apart" if value in ("absolute", "fixed") else "",
    "mso-special-character": lambda value: "none" if value == "comment" else "",
}
