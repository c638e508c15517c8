"""The articles of a site that changes while it is served: edits, removals, new articles, re-posts, views."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from dataclasses import replace
from datetime import date, timedelta
from heapq import nlargest
from random import Random
from typing import NamedTuple

from tests.mocksite.corpus import (
    ARTICLE_SECTIONS,
    COMMENTARY,
    LAST_DAY,
    Corpus,
    Record,
    new_record,
    next_gap,
    repost_of,
)
from tests.mocksite.expected import Neighbours
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
    """A corpus that can change. Every method may be called from any thread."""

    def __init__(self, corpus: Corpus) -> None:
        self.seed = corpus.seed
        self._lock = threading.RLock()
        self._records = {record.id: record for record in corpus.records}
        self._live: dict[str, list[int]] = {section: [] for section in ARTICLE_SECTIONS}
        for record in corpus.records:
            self._live[record.section_id].append(record.id)
        self._newest_id = max(self._records)
        self._posts = 0
        self._hottest: dict[str, tuple[Record, ...]] = {}  # a cache: each page shows it
        self._changes = dict.fromkeys(ARTICLE_SECTIONS, 0)

    def record(self, article_id: int) -> Record:
        """Return an article of the site; KeyError if it never was there or has been removed."""
        with self._lock:
            record = self._records[article_id]
            if not self._is_live(record):
                raise KeyError(article_id)
            return record

    def ids(self, section_id: str = COMMENTARY) -> list[int]:
        """Return the ids of a section's articles, in order."""
        with self._lock:
            return list(self._live[section_id])

    def neighbours(self, article_id: int) -> Neighbours:
        """Return the ids before and after an article in its section."""
        with self._lock:
            live = self._live[self.record(article_id).section_id]
            at = bisect_left(live, article_id)
            return Neighbours(live[at - 1] if at else None, live[at + 1] if at + 1 < len(live) else None)

    def newest(self, section_id: str, count: int = NAMED) -> tuple[Record, ...]:
        """Return the newest articles of a section, newest first."""
        with self._lock:
            return tuple(self._records[one] for one in self._live[section_id][: -count - 1 : -1])

    def named_by(self, article_id: int) -> NamedArticles:
        """Return the articles that the page of an article names."""
        with self._lock:
            section = self.record(article_id).section_id
            before, after = (self._records[one] if one else None for one in self.neighbours(article_id))
            if section not in self._hottest:
                records = (self._records[one] for one in self._live[section])
                self._hottest[section] = tuple(nlargest(NAMED, records, key=lambda one: (one.views, one.id)))
            return NamedArticles(before, after, self.newest(section), self._hottest[section])

    def edit(self, article_id: int, *, title_suffix: str = "", paragraph: str = "") -> None:
        """Append to an article's title or text; an edited re-post is no longer a re-post."""
        with self._lock:
            old = self.record(article_id)
            added = (" ".join(paragraph.split()),) if paragraph.strip() else ()
            title = " ".join((old.title + title_suffix).split())
            modified = _day_later(old.modified or old.published)
            self._put(replace(old, title=title, added=old.added + added, modified=modified, original_id=None))

    def remove(self, article_id: int) -> None:
        """Take an article off the site: its page is not found and no page names it."""
        with self._lock:
            record = self.record(article_id)
            self._live[record.section_id].remove(article_id)
            self._changed(record.section_id)

    def restore(self, article_id: int) -> None:
        """Put a removed article back; ValueError if it is on the site."""
        with self._lock:
            record = self._records[article_id]
            if self._is_live(record):
                raise ValueError(f"article {article_id} is on the site")
            insort(self._live[record.section_id], article_id)
            self._changed(record.section_id)

    def publish(self, count: int = 1, section_id: str = COMMENTARY) -> list[int]:
        """Add new articles at the end of a section and return their ids."""
        with self._lock:
            taken = {record.title for record in self._records.values()}
            position = sum(1 for record in self._records.values() if record.section_id == section_id)
            made = []
            for number in range(count):
                new_id, rng, posted = self._next_post()
                self._put(new_record(rng, new_id, section_id, posted, position + number, taken))
                made.append(new_id)
            return made

    def repost(self, article_id: int) -> int:
        """Add a re-post of an article at the end of its section and return its id."""
        with self._lock:
            new_id, rng, posted = self._next_post()
            self._put(repost_of(rng, self.record(article_id), new_id, posted))
            return new_id

    def touch_views(self, article_id: int, by: int = 1) -> int:
        """Add readers to an article and return how many it has now."""
        with self._lock:
            record = self.record(article_id)
            self._put(replace(record, views=record.views + by))
            return record.views + by

    def _next_post(self) -> tuple[int, Random, date]:
        """Return id, generator and day of the next article to be posted."""
        rng = generator(self.seed, "post", self._newest_id)
        self._posts += 1
        return self._newest_id + next_gap(rng), rng, LAST_DAY + timedelta(days=self._posts // POSTS_PER_DAY)

    def _put(self, record: Record) -> None:
        if record.id not in self._records:
            self._live[record.section_id].append(record.id)
            self._newest_id = record.id
        self._records[record.id] = record
        self._changed(record.section_id)

    def _changed(self, section_id: str) -> None:
        self._hottest.pop(section_id, None)
        self._changes[section_id] += 1

    def _is_live(self, record: Record) -> bool:
        live = self._live[record.section_id]
        at = bisect_left(live, record.id)
        return at < len(live) and live[at] == record.id


def _day_later(stamp: str) -> str:
    return f"{date.fromisoformat(stamp[:10]) + timedelta(days=1)}{stamp[10:]}"
