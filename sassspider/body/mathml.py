"""A formula as text: powers and indices are marks, fractions and roots are written in a line (MathML Core)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

_TOKENS = frozenset(["mi", "mn", "mo", "mtext", "ms"])
_SPACED = frozenset(["mspace", "mtd", "mtr"])
_TOUCHING = "\u2062\u2063\u2064"  # invisible operators between what touches
_HIDDEN = frozenset(["annotation", "annotation-xml", "mphantom", "mprescripts", "none"])
# The mark of each child after the first.
_SCRIPTS = {
    "msup": ("sup",),
    "msub": ("sub",),
    "msubsup": ("sub", "sup"),
    "mover": ("sup",),
    "munder": ("sub",),
    "munderover": ("sub", "sup"),
}
_PLACING = {*_SCRIPTS, "mfrac", "mroot"}  # their children do not stand in a line
_MOST_LEVELS = 50  # a formula that is nested deeper is written as it stands

Term = tuple[str, frozenset[str]]
"""A piece of a formula, and the marks that it has: ``sup`` and ``sub``."""


def read_formula(node: LexborNode, marks: frozenset[str] = frozenset(), level: int = 0) -> Iterator[Term]:
    """Yield the terms of an element of MathML, in order."""
    name = node.tag or ""
    children = list(node.iter())
    if name in _HIDDEN:
        return
    if name in _SPACED or (name == "mfrac" and _follows_number(node)):
        yield " ", marks
    if not children or name in _TOKENS or level > _MOST_LEVELS:
        yield from ((term, marks) for term in _split_token(node.text(), keeps_spaces=name == "mtext"))
    elif name in _SCRIPTS:
        scripts = (frozenset[str](), *(frozenset({mark}) for mark in _SCRIPTS[name]))
        for child, script in zip(children, scripts, strict=False):
            terms = read_formula(child, marks | script, level + 1)
            yield from _bracket(terms, marks) if child.tag == "mfrac" and not script else terms
    elif name == "mfrac" and len(children) == 2:
        yield from _bracket(read_formula(children[0], marks, level + 1), marks)
        yield "/", marks
        yield from _bracket(read_formula(children[1], marks, level + 1), marks)
    elif name == "mfenced":
        yield from _read_fenced(node, marks, level)
    elif name == "mroot" and len(children) == 2:
        yield from read_formula(children[1], marks | {"sup"}, level + 1)
        yield "√", marks
        yield from _bracket(read_formula(children[0], marks, level + 1), marks, is_root=True)
    else:
        terms = (term for child in children for term in read_formula(child, marks, level + 1))
        if name == "msqrt":
            yield "√", marks
        yield from _bracket(terms, marks, is_root=True) if name == "msqrt" else terms


def _bracket(terms: Iterable[Term], marks: frozenset[str], is_root: bool = False) -> Iterator[Term]:
    """Yield the terms of a part, in brackets if there are several: else a fraction's parts can't be told.

    A power, an index or a root's sign is a term of its own only under a root.
    """
    terms = list(terms)
    count = len(terms) if is_root else sum(mark == marks and text != "√" for text, mark in terms)
    yield from [("(", marks), *terms, (")", marks)] if count > 1 else terms


def _split_token(printed: str, keeps_spaces: bool) -> Iterator[str]:
    """Yield the text of a token; with ``keeps_spaces``, also a space where it begins or ends with one."""
    text = " ".join(printed.split())
    if keeps_spaces and printed[:1].isspace():
        yield " "
    if text and text not in _TOUCHING:
        yield text
    if keeps_spaces and printed[-1:].isspace():
        yield " "


def _read_fenced(node: LexborNode, marks: frozenset[str], level: int) -> Iterator[Term]:
    """Yield the terms of an element that names its brackets and separators in attributes."""
    attributes = {"open": "(", "close": ")", "separators": ","} | node.attributes
    separator = (attributes["separators"] or " ")[0]
    yield attributes["open"] or "", marks
    for number, child in enumerate(node.iter()):
        if number:
            yield separator, marks
        yield from read_formula(child, marks, level + 1)
    yield attributes["close"] or "", marks


def _follows_number(node: LexborNode) -> bool:
    """Return whether a whole number stands before a fraction: without a space it would be part of it."""
    before, parent = node.prev, node.parent
    while before is not None and before.is_text_node:
        before = before.prev
    return before is not None and before.tag == "mn" and parent is not None and parent.tag not in _PLACING
