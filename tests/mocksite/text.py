"""Prose from the word banks: pure functions of a random generator, which they advance.

Only ``random()`` is asked of the generator: its sequence is the same on every Python, and it is the fastest to call.
"""

from __future__ import annotations

from random import Random
from typing import TypeVar

from tests.mocksite import words
from tests.mocksite.words import Bank, Pattern

T = TypeVar("T")

LONG_TITLE = 200  # titles of more than 200 characters were seen on the site


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


def fill(rng: Random, pattern: Pattern) -> str:
    """Return the pattern with one word from each of its banks, its first letter a capital."""
    random = rng.random
    line = "".join([part if type(part) is str else part[int(random() * len(part))] for part in pattern])
    at = 1 if line[0] in "“\"'" else 0
    return line[:at] + line[at : at + 1].upper() + line[at + 1 :]


def sentences(rng: Random, count: int, *, chinese: bool = False) -> str:
    """Return `count` sentences of English, or of Chinese, as one paragraph."""
    patterns = words.HAN_SENTENCES if chinese else words.SENTENCES
    return ("" if chinese else " ").join([fill(rng, pick(rng, patterns)) for _ in range(count)])


def title(rng: Random, *, chinese: bool = False, long: bool = False) -> str:
    """Return a title; a long one has more than `LONG_TITLE` characters."""
    patterns = words.HAN_TITLES if chinese else words.TITLES
    made = fill(rng, pick(rng, patterns))
    while long and len(made) <= LONG_TITLE:
        made = f"{made}; {fill(rng, pick(rng, patterns))}"
    return made


def subtitle(rng: Random) -> str:
    """Return a short second title."""
    return fill(rng, pick(rng, words.SUBTITLES))


def person(rng: Random) -> str:
    """Return a Chinese name in pinyin."""
    return f"{pick(rng, words.SURNAMES)} {pick(rng, words.GIVEN)}"


def han_person(rng: Random) -> str:
    """Return a Chinese name in Han characters."""
    return pick(rng, words.HAN_SURNAMES) + pick(rng, words.HAN_GIVEN)


def words_of(rng: Random, bank: Bank, count: int) -> list[str]:
    """Return `count` words of one bank, capitalized; repetitions may occur."""
    return [word[:1].upper() + word[1:] for word in (pick(rng, bank) for _ in range(count))]


def guid(rng: Random) -> str:
    """Return what looks like the GUIDs that name the site's uploads."""
    digits = f"{int(rng.random() * 16**13):013x}{int(rng.random() * 16**13):013x}{int(rng.random() * 16**6):06x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
