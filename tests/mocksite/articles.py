"""The articles of a site that changes while it is served: edits, removals, new articles, re-posts, views."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from heapq import nlargest
from operator import attrgetter
from random import Random
from typing import NamedTuple

from tests.mocksite.corpus import (
    COMMENTARY,
    LAST_DAY,
    SECTIONS,
    Record,
    build_records,
    new_record,
    next_gap,
    repost_of,
)
from tests.mocksite.words import generator

NAMED = 10  # articles in each of the lists of newest and most read
POSTS_PER_DAY = 4


class NamedArticles(NamedTuple):
    """The other articles that a page names."""

    previous: Record | None
    next: Record | None
    newest: tuple[Record, ...]
    hottest: tuple[Record, ...]


class Articles:
    """A corpus that can change.

    The server's threads read while a test changes. A listing is made from a copy of the records, and is cached for one
    state of its section.
    """

    def __init__(self, seed: int, articles: int) -> None:
        self.seed = seed
        self._records = {record.id: record for record in build_records(seed, articles)}
        self._removed: set[int] = set()
        self._posts = 0
        self._changes: Counter[str] = Counter()
        self._listing = lru_cache(maxsize=2 * len(SECTIONS))(self._make_listing)

    def record(self, article_id: int) -> Record:
        """Return an article of the site; KeyError if it never was there or has been removed."""
        if article_id in self._removed:
            raise KeyError(article_id)
        return self._records[article_id]

    def records(self, section_id: str) -> list[Record]:
        """Return a section's articles, in id order."""
        return self._listing(section_id, self._changes[section_id])[0]

    def ids(self, section_id: str = COMMENTARY) -> list[int]:
        """Return the ids of a section's articles, in order."""
        return [record.id for record in self.records(section_id)]

    def newest(self, section_id: str, count: int = NAMED) -> tuple[Record, ...]:
        """Return the newest articles of a section, newest first."""
        return tuple(self.records(section_id)[: -count - 1 : -1])

    def named_by(self, article_id: int) -> NamedArticles:
        """Return the articles that the page of an article names."""
        section = self.record(article_id).section_id
        records, hottest = self._listing(section, self._changes[section])
        at = bisect_left(records, article_id, key=attrgetter("id"))
        before = records[at - 1] if at else None
        after = records[at + 1] if at + 1 < len(records) else None
        return NamedArticles(before, after, self.newest(section), hottest)

    def edit(self, article_id: int, *, title_suffix: str = "", paragraph: str = "") -> None:
        """Append to an article's title or text; an edited re-post counts as an article of its own."""
        old = self.record(article_id)
        added = (paragraph,) if paragraph else ()
        stamp = old.modified or old.published
        modified = f"{date.fromisoformat(stamp[:10]) + timedelta(days=1)}{stamp[10:]}"
        title = old.title + title_suffix
        self._put(replace(old, title=title, added=old.added + added, modified=modified, original_id=None))

    def remove(self, article_id: int) -> None:
        """Take an article off the site: its page is not found and no page names it."""
        section = self.record(article_id).section_id
        self._removed.add(article_id)
        self._changes[section] += 1

    def restore(self, article_id: int) -> None:
        """Put a removed article back; KeyError if it was not removed."""
        self._removed.remove(article_id)
        self._changes[self.record(article_id).section_id] += 1

    def move(self, article_id: int, section_id: str) -> None:
        """Put an article into another section: its old address is not found."""
        old = self.record(article_id)
        self._put(replace(old, section_id=section_id))
        self._changes[old.section_id] += 1

    def publish(self, count: int = 1, section_id: str = COMMENTARY) -> list[int]:
        """Add new articles at the end of a section and return their ids."""
        taken = {record.title for record in self._records.values()}
        position = sum(1 for record in self._records.values() if record.section_id == section_id)
        return [
            self._put(new_record(rng, new_id, section_id, posted, position + number, taken))
            for number in range(count)
            for new_id, rng, posted in [self._next_post()]
        ]

    def repost(self, article_id: int) -> int:
        """Add a re-post of an article at the end of its section and return its id."""
        new_id, rng, posted = self._next_post()
        return self._put(repost_of(rng, self.record(article_id), new_id, posted))

    def touch_views(self, article_id: int, by: int = 1) -> None:
        """Add readers to an article."""
        record = self.record(article_id)
        self._put(replace(record, views=record.views + by))

    def _next_post(self) -> tuple[int, Random, date]:
        """Return id, generator and day of the next article to be posted."""
        newest_id = max(self._records)
        rng = generator(self.seed, "post", newest_id)
        self._posts += 1
        return newest_id + next_gap(rng), rng, LAST_DAY + timedelta(days=self._posts // POSTS_PER_DAY)

    def _put(self, record: Record) -> int:
        self._records[record.id] = record
        self._changes[record.section_id] += 1
        return record.id

    def _make_listing(self, section_id: str, _changes: int) -> tuple[list[Record], tuple[Record, ...]]:
        """Return the articles of a section in id order, and the most read."""
        present = [one for one in tuple(self._records.values()) if one.id not in self._removed]
        records = [one for one in present if one.section_id == section_id]
        return records, tuple(nlargest(NAMED, records, key=lambda one: (one.views, one.id)))
