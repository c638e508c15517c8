"""The few facts kept per article; everything else is made from them on demand, so that a big site stays small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from tests.mocksite import header, served, text, words
from tests.mocksite.blocks import Block, plain
from tests.mocksite.body import IMAGES_ONLY, blocks
from tests.mocksite.header import CHINESE, Header

PROSE = "prose"
LAST_DAY = date(2026, 1, 22)
MAX_LAG = 5  # days by which a publication date may lie before the day of posting


@dataclass(frozen=True, slots=True)
class Record:
    """An article in brief.

    `content_id` names the article whose text this one shows: its own id, or a re-posted article's, which is then
    `original_id` too. `added` holds paragraphs that were appended later.
    """

    id: int
    section_id: str
    content_id: int
    original_id: int | None
    kind: str
    title: str
    editor: str
    published: str
    modified: str
    views: int
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """What an article says: made from the seed and the `content_id`, so that a re-post says the same."""

    seed: int
    record: Record

    @cached_property
    def _made(self) -> tuple[Header, tuple[Block, ...]]:
        rng = text.generator(self.seed, self.record.content_id)
        top = header.header(rng, self.record.kind)
        return top, blocks(rng, self.record.kind, top) + tuple(plain(line) for line in self.record.added)

    @property
    def header(self) -> Header:
        """The printed header."""
        return self._made[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body, markup aside."""
        return self._made[1]

    def served_body(self) -> str:
        """Return the body's HTML as served; the markup depends on the article's own id."""
        return served.body(text.generator(self.seed, self.record.id, "markup"), self.blocks)


def kind_of(position: int) -> str:
    """Return the kind of the article at a position of its section: any 50 in a row show all kinds."""
    return {7: CHINESE, 11: IMAGES_ONLY}.get(position % 50, PROSE)


def new_record(rng: Random, article_id: int, section_id: str, posted: date, position: int, taken: set[str]) -> Record:
    """Return a fresh article. Its title is none of those `taken` and joins them: equal titles are for re-posts."""
    kind = kind_of(position)
    title = _title(rng, kind, position)
    while title in taken:
        title = _title(rng, kind, position)
    taken.add(title)
    return Record(
        article_id, section_id, article_id, None, kind, title, _editor(rng), *_dates(rng, posted), _views(rng)
    )  # fmt: skip


def repost_of(rng: Random, record: Record, article_id: int, posted: date) -> Record:
    """Return a re-post of an article: same title and text; other id, dates, views and markup."""
    return Record(
        article_id, record.section_id, record.content_id, record.original_id or record.id, record.kind, record.title,
        _editor(rng), *_dates(rng, posted), _views(rng), record.added,
    )  # fmt: skip


def _title(rng: Random, kind: str, position: int) -> str:
    return text.title(rng, chinese=kind == CHINESE, long=position % 100 == 5)


def _editor(rng: Random) -> str:
    return "" if text.chance(rng, 0.06) else text.pick(rng, words.EDITORS)


def _views(rng: Random) -> int:
    return 20 + int(20 / (1.001 - rng.random()))  # a few are read by many


def _dates(rng: Random, posted: date) -> tuple[str, str]:
    """Return both time stamps as printed, on a clock without hours above 12; the second may be missing."""
    lag = text.between(rng, 1, MAX_LAG) if text.chance(rng, 0.25) else 0
    clock = "12:00" if text.chance(rng, 0.8) else _clock(rng)
    modified = posted + timedelta(days=text.between(rng, 0, 2))
    second = "" if text.chance(rng, 0.03) else f"{modified} {_clock(rng)}"
    return f"{posted - timedelta(days=lag)} {clock}", second


def _clock(rng: Random) -> str:
    return f"{text.between(rng, 1, 12):02}:{text.between(rng, 0, 59):02}"
