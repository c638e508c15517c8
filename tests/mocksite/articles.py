"""The articles of a site that changes while it is served: edits, removals, new articles, re-posts, views."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from dataclasses import replace
from datetime import date, timedelta
from heapq import nlargest
from random import Random

from tests.mocksite.corpus import Corpus, next_gap
from tests.mocksite.pages import Around
from tests.mocksite.records import LAST_DAY, Record, new_record, repost_of
from tests.mocksite.sections import ARTICLE_SECTIONS, COMMENTARY
from tests.mocksite.text import generator
from tests.mocksite.truth import Neighbours

NAMED = 10  # articles in each of the lists of newest and most read
POSTS_PER_DAY = 4


class Articles:
    """A corpus that can change. Every method may be called from any thread."""

    def __init__(self, corpus: Corpus) -> None:
        """Take the corpus to start from, which itself stays as it is."""
        self.seed = corpus.seed
        self._lock = threading.RLock()
        self._records = {record.id: record for record in corpus.all()}
        self._live: dict[str, list[int]] = {section: [] for section in ARTICLE_SECTIONS}
        for record in corpus.all():
            self._live[record.section_id].append(record.id)
        self._newest_id = max(self._records)
        self._posts = 0
        self._hottest: dict[str, tuple[int, ...]] = {}
        self._changes = dict.fromkeys(ARTICLE_SECTIONS, 0)

    def record(self, article_id: int) -> Record:
        """Return an article that is on the site; KeyError if it never was or has been removed."""
        with self._lock:
            record = self._records[article_id]
            if not self._is_live(record):
                raise KeyError(article_id)
            return record

    def ids(self, section_id: str = COMMENTARY) -> list[int]:
        """Return the ids of a section's articles that are on the site, in order."""
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

    def hottest(self, section_id: str) -> tuple[Record, ...]:
        """Return the most read articles of a section, most read first."""
        with self._lock:
            if section_id not in self._hottest:
                self._hottest[section_id] = tuple(nlargest(NAMED, self._live[section_id], key=self._heat))
            return tuple(self._records[one] for one in self._hottest[section_id])

    def around(self, article_id: int) -> Around:
        """Return the articles that the page of an article names."""
        with self._lock:
            section = self.record(article_id).section_id
            before, after = (one and self._records[one] for one in self.neighbours(article_id))
            return Around(before or None, after or None, self.newest(section), self.hottest(section))

    def edit(self, article_id: int, *, title_suffix: str = "", paragraph: str = "") -> None:
        """Append to an article's title or text. An edited re-post is a re-post no longer; its second date moves on."""
        with self._lock:
            old = self.record(article_id)
            added = (" ".join(paragraph.split()),) if paragraph.strip() else ()
            modified = _day_later(old.modified or old.published)
            title = " ".join((old.title + title_suffix).split())
            new = replace(old, title=title, added=old.added + added, modified=modified, original_id=None)
            self._put(new)

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
            made: list[int] = []
            for _ in range(count):
                position = sum(1 for record in self._records.values() if record.section_id == section_id)
                new_id, rng, posted = self._next_post()
                self._put(new_record(rng, new_id, section_id, posted, position, taken))
                made.append(new_id)
            return made

    def repost(self, article_id: int) -> int:
        """Add a re-post of an article at the end of its section and return its id."""
        with self._lock:
            record = self.record(article_id)
            new_id, rng, posted = self._next_post()
            self._put(repost_of(rng, record, new_id, posted))
            return new_id

    def touch_views(self, article_id: int, by: int = 1) -> int:
        """Add readers to an article and return how many it has now."""
        with self._lock:
            record = self.record(article_id)
            self._put(replace(record, views=record.views + by))
            return record.views + by

    def changes(self, section_id: str) -> int:
        """Return how many changes a section has seen since the start."""
        with self._lock:
            return self._changes[section_id]

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

    def _heat(self, article_id: int) -> tuple[int, int]:
        return self._records[article_id].views, article_id


def _day_later(stamp: str) -> str:
    return f"{date.fromisoformat(stamp[:10]) + timedelta(days=1)}{stamp[10:]}"
