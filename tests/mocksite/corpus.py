"""The sections and articles of the mock site, made from a seed: same seed and size, same site, on every Python."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from tests.mocksite import words
from tests.mocksite.content import Header, blocks, element, header, pictures
from tests.mocksite.words import between, chance, generator

COMMENTARY = "103002"
PROSE, CHINESE, PICTURES = "prose", "chinese", "pictures"
FIRST_ID = 4001
LAST_DAY = date(2026, 1, 22)
LONGEST_SPAN = 5000  # days between the first and the last article
MAX_LAG = 5  # days by which a publication date may precede the day of posting
REPOST_SHARE = 0.04  # about 4 % of the real articles repeat an earlier one
REPOSTS = {8: 3}  # position in a section: position of the article re-posted
REPOSTS_OF_LARGE_SECTIONS = {8: 3, 20: 12, 45: 12}


class Section(NamedTuple):
    """A section of the site. `path` holds the ids of its ancestors, root first, and its own."""

    id: str
    name: str
    path: tuple[str, ...]


ARTICLE_SECTIONS = {
    COMMENTARY: Section(COMMENTARY, "Commentary", ("103", COMMENTARY)),
    "101000": Section("101000", "Local News", ("101", "101000")),
    "103001": Section("103001", "Research Findings", ("103", "103001")),
    "105001002": Section("105001002", "Field Notes", ("105", "105001", "105001002")),
}
PARENT_SECTIONS = {
    "101": Section("101", "NEWS & EVENTS", ("101",)),
    "103": Section("103", "RESEARCH", ("103",)),
    "105": Section("105", "RESOURCES", ("105",)),
    "105001": Section("105001", "Publications", ("105", "105001")),
}
SECTIONS = PARENT_SECTIONS | ARTICLE_SECTIONS


def section_url(section_id: str) -> str:
    """Return the root-relative address of a section's page."""
    return f"/{section_id}/default.aspx"


def article_url(section_id: str, article_id: int) -> str:
    """Return the root-relative address of an article's page."""
    return f"/{section_id}/{article_id}.aspx"


@dataclass(frozen=True, slots=True)
class Record:
    """The few facts kept of an article; its content is made from them on demand, so that a large site stays small.

    `content_id` names the article whose text this one shows: its own id, or the id of a re-posted article, which is
    then `original_id` too. `added` holds paragraphs that were appended later.
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


class Content(NamedTuple):
    """The content of an article, without markup."""

    record: Record
    header: Header
    blocks: tuple[str, ...]


@lru_cache(maxsize=16)
def build_records(seed: int, articles: int) -> tuple[Record, ...]:
    """Return `articles` articles in Commentary, re-posts included, and a fifth of that in each other section.

    They are in the order of their ids.
    """
    rng = generator(seed, "site")
    sizes = {section: articles if section == COMMENTARY else max(3, articles // 5) for section in ARTICLE_SECTIONS}
    order = [section for section, size in sizes.items() for _ in range(size)]
    rng.shuffle(order)
    first_day = LAST_DAY - timedelta(days=min(LONGEST_SPAN, len(order) * 2 // 3))
    earlier: dict[str, list[Record]] = {section: [] for section in sizes}
    records: list[Record] = []
    taken: set[str] = set()
    next_id = FIRST_ID
    for number, section in enumerate(order):
        posted = first_day + timedelta(days=(LAST_DAY - first_day).days * (number + 1) // len(order))
        original = _original(rng, earlier[section], sizes[section])
        if original:
            record = repost_of(rng, original, next_id, posted)
        else:
            record = new_record(rng, next_id, section, posted, len(earlier[section]), taken)
        next_id += next_gap(rng)
        earlier[section].append(record)
        records.append(record)
    return tuple(records)


def make_content(seed: int, record: Record) -> Content:
    """Return the content of an article; a re-post says the same as its original."""
    rng = generator(seed, record.content_id)
    chinese = record.kind == CHINESE
    top = header(rng, chinese=chinese)
    body = pictures(rng) if record.kind == PICTURES else blocks(rng, top, chinese=chinese)
    return Content(record, top, body + tuple(element("p", line) for line in record.added))


def _original(rng: Random, earlier: list[Record], size: int) -> Record | None:
    """Return the article that the next one of a section re-posts, or None: one pair from 10 on, a triple from 60 on."""
    planned = REPOSTS_OF_LARGE_SECTIONS if size >= 60 else REPOSTS if size >= 10 else {}
    position = len(earlier)
    if position in planned:
        return earlier[planned[position]]
    if len(planned) > 1 and position > max(planned) and rng.random() < REPOST_SHARE:
        return earlier[position - 1 - int(rng.random() * 30)]
    return None


def next_gap(rng: Random) -> int:
    """Return the step to the next id: mostly 1, more where pages that are no articles took ids."""
    return 1 if rng.random() < 0.85 else 2 + int(rng.random() * 3)


def new_record(rng: Random, article_id: int, section_id: str, posted: date, position: int, taken: set[str]) -> Record:
    """Return a new article and add its title to `taken`; only re-posts have equal titles.

    Any 50 positions in a row hold all kinds; one title in 100 is long.
    """
    kind = {7: CHINESE, 11: PICTURES}.get(position % 50, PROSE)
    title = ""
    while not title or title in taken:
        title = words.title(rng, chinese=kind == CHINESE, long=position % 100 == 5)
    taken.add(title)
    return Record(article_id, section_id, article_id, None, kind, title, **_posting(rng, posted))


def repost_of(rng: Random, record: Record, article_id: int, posted: date) -> Record:
    """Return a re-post of an article: same title and text; other id, dates, views and markup."""
    return replace(record, id=article_id, original_id=record.original_id or record.id, **_posting(rng, posted))


def _posting(rng: Random, posted: date) -> dict[str, Any]:
    """Return the fields of an article that differ each time it is posted.

    The time stamps are on a clock without hours above 12; the second may be missing.
    """
    editor = "" if chance(rng, 0.06) else words.word(rng, "editors")
    lag = between(rng, 1, MAX_LAG) if chance(rng, 0.25) else 0
    clock = "12:00" if chance(rng, 0.8) else _clock(rng)
    saved = posted + timedelta(days=between(rng, 0, 2))
    modified = "" if chance(rng, 0.03) else f"{saved} {_clock(rng)}"
    views = 20 + int(20 / (1.001 - rng.random()))  # a few articles are read by many
    published = f"{posted - timedelta(days=lag)} {clock}"
    return {"editor": editor, "published": published, "modified": modified, "views": views}


def _clock(rng: Random) -> str:
    return f"{between(rng, 1, 12):02}:{between(rng, 0, 59):02}"
