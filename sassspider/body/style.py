"""The formats and the display of an element, from its inline style (CSS 2.2, CSS Fonts 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sassspider.body.marks import (
    BESIDE,
    INITIAL,
    INVISIBLE,
    KEPT_LINES,
    LIST_LABEL,
    NO_MARKS,
    SIZELESS,
    SYMBOLS,
    SYMBOLS_AND_DIGITS,
    Marks,
)

MAX_STYLE = 2_000  # characters that are read; a word processor's styles have some hundred
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_IMPORTANT = re.compile(r"!\s*+important\b")
# Possessive throughout: no input makes these go back.
_DECLARATION = re.compile(r"""(?:^|;)\s*+([-\w]++)\s*+:((?:[^;"'(]|"[^"]*+"?|'[^']*+'?|\([^)]*+\)?)*+)""")
_FONT = re.compile(
    r"(?P<before>(?:[\w-]++\s++)*?)"
    r"(?P<size>(?:\d++(?:\.\d++)?|\.\d++)(?:[a-z]+|%)|(?:x{1,3}-)?(?:small|large)|medium|smaller|larger)"
    r"(?:\s*+/\s*+\S++)?\s++(?P<family>\S.*)"
)
_NUMBER = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)")
_LENGTH = re.compile(rf"({_NUMBER.pattern})(px|pt|em|ex|%)?")
_ZERO = re.compile(r"(?=\.?0)[0.]++(?![\d.])")
_RELATIVE_SIZE = re.compile(r"(?=.*[1-9])[\d.]++(?:e[mx]|%)|smaller|larger|inherit|unset")
_PIXELS = {"px": 1, "pt": 4 / 3, "em": 16, "ex": 8, "%": 0.16}  # in a font of the usual size
_USUAL_SIZE, _SMALL_SIZE = 16, 10  # pixels
_INITIAL_SIZE = 32  # pixels of a letter as high as two lines
_LEAST_SHIFT = 0.2  # of the font's size; programs raise a line's text by less to put it straight

_Changes = dict[str, bool | None]
"""Whether a property sets a mark (True), ends it (False), or leaves it as it is around the element (None)."""

_KEYWORDS = {"initial": False, "inherit": None, "unset": None}
_DEFAULTS = {"normal": False, **_KEYWORDS}
_WEIGHTS = {"bold": True, "bolder": True, "lighter": False, **_DEFAULTS}
_SLANTS = {"italic": True, "oblique": True, **_DEFAULTS}
_HEIGHTS = {"super": 1.0, "sub": -1.0, "baseline": 0.0, "initial": 0.0}
_VISIBILITIES = {"hidden": True, "collapse": True, "visible": False, "initial": False}
_INLINE_BOXES = (
    "inline-block", "inline-flex", "inline-table", "inline-grid", "ruby", "-webkit-inline-box", "-webkit-inline-flex",
)  # fmt: skip
_BOXES = (
    "block", "flex", "flow-root", "grid", "list-item", "table", "table-caption", "table-footer-group",
    "table-header-group", "table-row", "table-row-group", "-webkit-box", "-webkit-flex",
)  # fmt: skip
# Of these, the first counts that any property says.
_HIDDEN, _APART = "none", "apart"
_DISPLAYS = {
    **dict.fromkeys(("inherit", "revert"), ""),
    **dict.fromkeys(("contents", "initial", "inline", "unset"), "inline"),
    **dict.fromkeys(_INLINE_BOXES, "inline-block"),
    **dict.fromkeys(_BOXES, "block"),
    **{"none": _HIDDEN, "table-cell": "cell"},
}
# Other properties that take an element out of the line: their values, and what they make of it.
_DISPLAYS_OF = {
    "float": {"left": _APART, "right": _APART},
    "position": {"absolute": _APART, "fixed": _APART},
    "mso-element": {"comment": _HIDDEN, "comment-list": _HIDDEN},
    "mso-hide": {"all": _HIDDEN},
    "mso-special-character": {"comment": _HIDDEN},
}


class Style(NamedTuple):
    """The changes that a style makes. ``display`` is empty where it stays as it was.

    Else it is ``block``, ``inline``, ``inline-block``, ``cell`` of a table, ``none``, or ``apart`` for a box beside the
    text around it.

    ``removed`` marks do not hold in the element, ``undone`` ones are not set by its tag: those around it go on.
    """

    added: Marks = NO_MARKS
    removed: Marks = NO_MARKS
    undone: Marks = NO_MARKS
    display: str = ""


NO_STYLE = Style()


def read_style(style: str) -> Style:
    """Read a ``style`` attribute. A property whose name begins with ``mso-`` says nothing of bold."""
    marks: _Changes = {}
    displays: dict[str, str] = {}
    declared: dict[str, str] = {}
    declarations = _DECLARATION.findall(_COMMENT.sub("", style.lower()))
    for name, value in sorted(declarations, key=lambda declaration: bool(_IMPORTANT.search(declaration[1]))):
        declared[name] = value = _IMPORTANT.sub("", value).strip()
        if name in _MARKS_OF:
            marks |= _MARKS_OF[name](value)
        elif name == "display" and value in _DISPLAYS:
            displays[name] = _DISPLAYS[value]
            marks[BESIDE] = value.endswith(("flex", "grid"))
        if name in _DISPLAYS_OF:
            displays[name] = _DISPLAYS_OF[name].get(value, "")
    marks |= _read_height(declared)
    added, removed, undone = (
        frozenset(mark for mark, is_set in marks.items() if is_set is value) for value in (True, False, None)
    )
    if _read_length(declared.get("font-size", "")) >= _INITIAL_SIZE:
        displays.pop("float", None)  # the first letter of a word
    shown = set(displays.values())
    display = next((one for one in (_HIDDEN, _APART) if one in shown), displays.get("display", ""))
    return Style(added, removed, undone, display)


def _read_weight(value: str) -> _Changes:
    if _NUMBER.fullmatch(value):
        return {"strong": float(value) >= 600}
    return {"strong": _WEIGHTS[value]} if value in _WEIGHTS else {}


def _read_slant(value: str) -> _Changes:
    keyword = value.partition(" ")[0]  # an angle may follow
    return {"em": _SLANTS[keyword]} if keyword in _SLANTS else {}


def _read_size(value: str) -> _Changes:
    """Return whether text has no size; a relative size leaves that as it is around the element."""
    return {} if _RELATIVE_SIZE.fullmatch(value) else {SIZELESS: bool(_ZERO.match(value))}


def _read_family(value: str) -> _Changes:
    """The first font of the list counts."""
    first = value.partition(",")[0].strip(" \"'")
    return {SYMBOLS: first == "symbol", SYMBOLS_AND_DIGITS: first.startswith(("wingdings", "webdings"))}


def _read_font(value: str) -> _Changes:
    """The shorthand sets what it does not name to normal; without a size and a family it is none."""
    if value in _KEYWORDS:
        return dict.fromkeys(("strong", "em"), _KEYWORDS[value])
    font = _FONT.fullmatch(value)
    if font is None:
        return {}
    marks: _Changes = {"strong": False, "em": False, **_read_size(font["size"]), **_read_family(font["family"])}
    for word in font["before"].split():
        marks |= {mark: True for mark, is_set in (_read_weight(word) | _read_slant(word)).items() if is_set}
    return marks


def _read_height(declared: Mapping[str, str]) -> _Changes:
    """Return whether text is raised or lowered far from the line around the element, which may be raised itself.

    Text that is only moved is raised if it is small, or if Word moves it. A style sheet that moves ``sup`` and ``sub``
    by itself sets ``vertical-align``, too.
    """
    aligned, printed = declared.get("vertical-align", ""), declared.get("font-size", "")
    size = _read_length(printed) or (_SMALL_SIZE if "small" in printed else _USUAL_SIZE)
    shift = _read_length(aligned, size) or _read_length(declared.get("mso-text-raise", ""), size)
    if not shift and (aligned or size < _USUAL_SIZE) and declared.get("position") == "relative":
        shift = -_read_length(declared.get("top", ""), size) or _read_length(declared.get("bottom", ""), size)
    height = _HEIGHTS.get(aligned) or (shift if abs(shift) >= _LEAST_SHIFT * size else 0)
    is_set = height or aligned in _HEIGHTS
    return {"sup": height > 0 or None, "sub": height < 0 or None} if is_set else {}


def _read_length(value: str, em: float = _USUAL_SIZE) -> float:
    """Return a length in pixels, 0 for what is none."""
    length = _LENGTH.match(value)
    return float(length[1]) * (em if length[2] == "em" else _PIXELS.get(length[2], 0)) if length else 0.0


def _read_decoration(value: str) -> _Changes:
    """A line of what is around an element goes on in it (CSS Text Decoration 3, section 2)."""
    return {"u": "underline" in value or None, "s": "line-through" in value or None}


_MARKS_OF: dict[str, Callable[[str], _Changes]] = {
    "font": _read_font,
    "font-family": _read_family,
    "font-size": _read_size,
    "font-style": _read_slant,
    "font-weight": _read_weight,
    "mso-element": lambda value: {INITIAL: value.startswith("dropcap")},
    "mso-list": lambda value: {LIST_LABEL: value == "ignore"},
    "text-decoration": _read_decoration,
    "text-decoration-line": _read_decoration,
    "visibility": lambda value: {INVISIBLE: _VISIBILITIES[value]} if value in _VISIBILITIES else {},
    "white-space": lambda value: {KEPT_LINES: value.startswith(("pre", "break-spaces"))},
}
