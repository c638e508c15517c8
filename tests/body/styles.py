"""What styles say of characters, for the reference reader: the few properties of CSS that the rules name."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

SYMBOLS = {"wingdings", "wingdings 2", "wingdings 3", "webdings", "symbol"}
BOLD, ITALIC, STRUCK = {"b", "strong"}, {"i", "em"}, {"s", "strike"}
WEIGHTS = {"bold": True, "bolder": True, "normal": False}
SLANTS = {"italic": True, "oblique": True, "normal": False}

DECORATION = re.compile(r"none|(?:(?:underline|overline|line-through|blink)(?:\s+|$))+")
LENGTH = re.compile(r"(-?)(?=[0.]*[1-9])\d+(?:\.\d+)?(?:pt|px|em|%)")


class Font(NamedTuple):
    """What an element says of its characters; None where it says nothing."""

    bold: bool | None = None
    italic: bool | None = None
    struck: bool = False  # what an element adds can't be undone inside it
    raised: str = ""
    is_symbol: bool | None = None


def declarations(style: str) -> dict[str, str]:
    """Return the properties of an attribute ``style`` in lower case; the last of each name counts."""
    found: dict[str, str] = {}
    for declaration in style.lower().split(";"):
        name, _, value = declaration.partition(":")
        if value := value.replace("!important", "").strip():
            found.pop(name.strip(), None)  # so that the order is that of the last ones
            found[name.strip()] = value
    return found


def read_font(element: Element, name: str, style: dict[str, str]) -> Font:
    """Return what an element's name, attributes and style say of its characters."""
    font = Font(
        True if name in BOLD else None,
        True if name in ITALIC else None,
        name in STRUCK,
        name if name in ("sup", "sub") else "",
        _is_symbol(element.get("face")) if name == "font" else None,
    )
    for prop, value in style.items():
        font = _apply(font, prop, value)
    return font


def _apply(font: Font, prop: str, value: str) -> Font:
    if prop == "font":
        return _apply_shorthand(font, value)
    if prop == "font-weight":
        return font._replace(bold=_read_weight(value, font.bold))
    if prop == "font-style":
        return font._replace(italic=SLANTS.get(value, font.italic))
    if prop == "font-family":
        return font._replace(is_symbol=_is_symbol(value))
    if prop == "text-decoration" and DECORATION.fullmatch(value):
        return font._replace(struck="line-through" in value)
    if prop == "vertical-align":
        return font._replace(raised=_read_position(value, font.raised))
    return font


def _apply_shorthand(font: Font, value: str) -> Font:
    """Apply ``[style] [weight] size[/height] family``: what it does not name is normal."""
    before: list[str] = []
    words = value.split()
    while words and not (words[0][0].isdigit() and not words[0].isdigit()):  # a size has a unit
        before.append(words.pop(0))
    if len(words) < 2:
        return font  # no size and family: not valid
    bold = any(_read_weight(word, False) for word in before)
    italic = any(SLANTS.get(word) for word in before)
    return font._replace(bold=bold, italic=italic, is_symbol=_is_symbol(" ".join(words[1:])))


def _read_position(value: str, given: str) -> str:
    if value in ("super", "sub", "baseline"):
        return {"super": "sup", "sub": "sub", "baseline": ""}[value]
    length = LENGTH.fullmatch(value)
    return given if length is None else "sub" if length[1] else "sup"


def _read_weight(value: str, inherited: bool | None) -> bool | None:
    return int(value) >= 600 if value.isdigit() else WEIGHTS.get(value, inherited)


def _is_symbol(family: str | None) -> bool | None:
    return None if family is None else family.partition(",")[0].strip(" '\"").lower() in SYMBOLS
