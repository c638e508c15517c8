"""Prose made from the words and sentence patterns in words.toml.

The functions are pure functions of a random generator and call only its ``random()``, whose sequence is the same on
every Python.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
Pattern = tuple[str | tuple[str, ...], ...]  # text, and banks that each give one word

DATA = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
BANKS: dict[str, tuple[str, ...]] = {name: tuple(bank) for name, bank in DATA["banks"].items()}
SOURCES: tuple[tuple[str, str], ...] = tuple(DATA["sources"].items())
LONG_TITLE = 200  # titles of more than 200 characters were seen on the site


def _parse(pattern: str) -> Pattern:
    parts = re.split(r"\{(\w+)\}", pattern)
    return tuple(BANKS[part] if at % 2 else part for at, part in enumerate(parts) if part)


PATTERNS: dict[str, tuple[Pattern, ...]] = {
    name: tuple(map(_parse, patterns)) for name, patterns in DATA["patterns"].items()
}


def generator(*parts: object) -> Random:
    """Return the generator that belongs to these parts; equal parts give equal sequences on every Python."""
    return Random(":".join(map(str, parts)))


def pick(rng: Random, options: tuple[T, ...]) -> T:
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


def fill(rng: Random, pattern: Pattern) -> str:
    """Return the pattern with one word from each of its banks, its first letter a capital."""
    random = rng.random
    line = "".join([part if type(part) is str else part[int(random() * len(part))] for part in pattern])
    at = 1 if line[0] in "“\"'" else 0
    return line[:at] + line[at : at + 1].upper() + line[at + 1 :]


def sentences(rng: Random, count: int, *, chinese: bool = False) -> str:
    """Return `count` sentences of English, or of Chinese, as one paragraph."""
    patterns = PATTERNS["han_sentences" if chinese else "sentences"]
    return ("" if chinese else " ").join([fill(rng, pick(rng, patterns)) for _ in range(count)])


def title(rng: Random, *, chinese: bool = False, long: bool = False) -> str:
    """Return a title; a long one has more than `LONG_TITLE` characters."""
    patterns = PATTERNS["han_titles" if chinese else "titles"]
    made = fill(rng, pick(rng, patterns))
    while long and len(made) <= LONG_TITLE:
        made = f"{made}; {fill(rng, pick(rng, patterns))}"
    return made


def subtitle(rng: Random) -> str:
    """Return a short second title."""
    return fill(rng, pick(rng, PATTERNS["subtitles"]))


def person(rng: Random) -> str:
    """Return a Chinese name in pinyin."""
    return f"{word(rng, 'surnames')} {word(rng, 'given')}"


def han_person(rng: Random) -> str:
    """Return a Chinese name in Han characters."""
    return word(rng, "han_surnames") + word(rng, "han_given")


def words_of(rng: Random, bank: str, count: int) -> list[str]:
    """Return `count` words of one bank, capitalized; repetitions may occur."""
    return [one[:1].upper() + one[1:] for one in (word(rng, bank) for _ in range(count))]


def guid(rng: Random) -> str:
    """Return what looks like the GUIDs that name the site's uploads."""
    digits = f"{int(rng.random() * 16**13):013x}{int(rng.random() * 16**13):013x}{int(rng.random() * 16**6):06x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
