"""Make a failing input small: drop what is not needed for the failure."""

from __future__ import annotations

import re
from collections.abc import Callable

from .bodies import split_markup

_TAG_OR_TEXT = r"<[^<>]*>|&[^;\s]*;|\s+|[^\s<>&]+|."
_ATTRIBUTES = r"<[\w:]+|\s[\w-]+=(?:'[^']*'|\"[^\"]*\"|[^\s<>]+)|[^<>\s]+|."
_DECLARATIONS = r"[\w-]+:[^;\"'<>]+;?|<[^<>:'\"]*['\"]?|[^<>:;]+|."
_CHARACTERS = r"<[^<>]*>|&[^;\s]*;|."
_SPLITS: tuple[Callable[[str], list[str]], ...] = (
    split_markup,
    *(re.compile(pattern, re.DOTALL).findall for pattern in (_TAG_OR_TEXT, _ATTRIBUTES, _DECLARATIONS, _CHARACTERS)),
)
MOST_TRIALS = 4000


def shrink(markup: str, fails: Callable[[str], bool], most_trials: int = MOST_TRIALS) -> str:
    """Return a part of the HTML for which ``fails`` still holds, and which no single piece can be dropped from.

    Tries at most ``most_trials`` parts: tags and texts, then words, then attributes and declarations, then characters.
    """
    trials = 0

    def is_kept(pieces: list[str]) -> bool:
        nonlocal trials
        trials += 1
        return trials <= most_trials and fails("".join(pieces))

    before = ""
    while markup != before and trials < most_trials:
        before = markup
        for split in _SPLITS:
            markup = "".join(_reduce(split(markup), is_kept))
    return markup


def _reduce(pieces: list[str], is_kept: Callable[[list[str]], bool]) -> list[str]:
    """Drop runs of pieces, long ones first, then pairs of tags, as long as the rest is kept."""
    length = max(1, len(pieces) // 2)
    while True:
        at = 0
        while at < len(pieces):
            rest = pieces[:at] + pieces[at + length :]
            if rest and is_kept(rest):
                pieces = rest
            else:
                at += length
        if length == 1:
            return _drop_pairs(pieces, is_kept)
        length //= 2


def _drop_pairs(pieces: list[str], is_kept: Callable[[list[str]], bool]) -> list[str]:
    """Drop a start tag together with its end tag."""
    at = 0
    while at < len(pieces):
        end = _find_end(pieces, at)
        rest = [piece for number, piece in enumerate(pieces) if number not in (at, end)]
        if end and is_kept(rest):
            pieces = rest
        else:
            at += 1
    return pieces


def _find_end(pieces: list[str], at: int) -> int:
    start = re.match(r"<([\w:]+)", pieces[at])
    ends = [number for number, piece in enumerate(pieces) if start and number > at and piece == f"</{start[1]}>"]
    return ends[0] if ends else 0
