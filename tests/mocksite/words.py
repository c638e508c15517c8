"""Prose made from the words and sentence patterns in words.toml.

The functions are pure functions of a random generator and call only its ``random()``, whose sequence is the same on
every Python.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
Pattern = list[str | list[str]]  # text, and banks that each give one word

DATA = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
BANKS: dict[str, list[str]] = DATA["banks"]
SOURCES: list[tuple[str, str]] = list(DATA["sources"].items())
LONG_TITLE = 200  # titles of more than 200 characters were seen on the site


def _parse(pattern: str) -> Pattern:
    parts = re.split(r"\{(\w+)\}", pattern)
    return [BANKS[part] if at % 2 else part for at, part in enumerate(parts) if part]


PATTERNS = {name: [_parse(pattern) for pattern in patterns] for name, patterns in DATA["patterns"].items()}


def generator(*parts: object) -> Random:
    """Return the generator that belongs to these parts; equal parts give equal sequences on every Python."""
    return Random(":".join(map(str, parts)))


def pick(rng: Random, options: Sequence[T]) -> T:
    """Return one of `options`."""
    return options[int(rng.random() * len(options))]


def between(rng: Random, low: int, high: int) -> int:
    """Return an integer from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, probability: float) -> bool:
    """Return True with the given probability."""
    return rng.random() < probability


def word(rng: Random, bank: str) -> str:
    """Return one word of a bank."""
    return pick(rng, BANKS[bank])


def fill(rng: Random, kind: str) -> str:
    """Return a pattern of this kind with one word from each of its banks, its first letter a capital."""
    line = "".join([part if isinstance(part, str) else pick(rng, part) for part in pick(rng, PATTERNS[kind])])
    at = 1 if line[0] in "“\"'" else 0
    return line[:at] + line[at].upper() + line[at + 1 :]


def sentences(rng: Random, count: int, *, chinese: bool = False) -> str:
    """Return `count` sentences of English, or of Chinese, as one paragraph."""
    kind, space = ("han_sentences", "") if chinese else ("sentences", " ")
    return space.join([fill(rng, kind) for _ in range(count)])


def title(rng: Random, *, chinese: bool = False, long: bool = False) -> str:
    """Return a title; a long one has more than `LONG_TITLE` characters."""
    kind = "han_titles" if chinese else "titles"
    made = fill(rng, kind)
    while long and len(made) <= LONG_TITLE:
        made = f"{made}; {fill(rng, kind)}"
    return made


def person(rng: Random, *, chinese: bool = False) -> str:
    """Return a Chinese name, in pinyin or in Han characters."""
    if chinese:
        return word(rng, "han_surnames") + word(rng, "han_given")
    return f"{word(rng, 'surnames')} {word(rng, 'given')}"


def guid(rng: Random) -> str:
    """Return what looks like the GUIDs that name the site's uploads."""
    digits = f"{int(rng.random() * 16**13):013x}{int(rng.random() * 16**13):013x}{int(rng.random() * 16**6):06x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
