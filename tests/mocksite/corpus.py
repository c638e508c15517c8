"""The whole synthetic site, made from a seed: same seed and size, same site, on every supported Python."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from tests.mocksite.records import LAST_DAY, Record, new_record, repost_of
from tests.mocksite.sections import ARTICLE_SECTIONS, COMMENTARY
from tests.mocksite.text import generator

FIRST_ID = 4001
REPOST_SHARE = 0.04  # about 4 % were seen to repeat an earlier one
PLANNED_REPOSTS = {8: 3}  # position in the section: position of the article re-posted
PLANNED_TRIPLE = {8: 3, 20: 12, 45: 12}
LONGEST_SPAN = 5000  # days between the first and the last article


class Corpus:
    """All articles of the site, by id and by section."""

    def __init__(self, seed: int, records: Iterable[Record]) -> None:
        """Take the seed of the texts and the articles in id order."""
        self.seed = seed
        self._records = {record.id: record for record in records}

    def __len__(self) -> int:
        """Return the number of articles of all sections."""
        return len(self._records)

    def by_id(self, article_id: int) -> Record:
        """Return one article; KeyError if there is none."""
        return self._records[article_id]

    def all(self) -> list[Record]:
        """Return every article in id order."""
        return list(self._records.values())

    def of_section(self, section_id: str = COMMENTARY) -> list[Record]:
        """Return the articles of a section in id order."""
        return [record for record in self._records.values() if record.section_id == section_id]

    def originals(self, section_id: str = COMMENTARY) -> list[Record]:
        """Return the articles of a section that are no re-posts, in id order."""
        return [record for record in self.of_section(section_id) if record.original_id is None]


def build_corpus(seed: int = 1, articles: int = 60) -> Corpus:
    """Return the site with `articles` articles in Commentary, re-posts included, and a fifth of that elsewhere."""
    rng = generator(seed, "site")
    order = [section for section in ARTICLE_SECTIONS for _ in range(_size(section, articles))]
    rng.shuffle(order)
    first_day = LAST_DAY - timedelta(days=min(LONGEST_SPAN, len(order) * 2 // 3))
    builder = _Builder(rng, {section: order.count(section) for section in ARTICLE_SECTIONS})
    for number, section in enumerate(order):
        days = (LAST_DAY - first_day).days * (number + 1) // len(order)
        builder.add(section, first_day + timedelta(days=days))
    return Corpus(seed, builder.records)


def _size(section_id: str, articles: int) -> int:
    return articles if section_id == COMMENTARY else max(3, articles // 5)


class _Builder:
    """Adds article after article and remembers what the next one depends on."""

    def __init__(self, rng: Random, sizes: dict[str, int]) -> None:
        self.records: list[Record] = []
        self._rng = rng
        self._next_id = FIRST_ID
        self._taken: set[str] = set()
        self._sections: dict[str, list[Record]] = {section: [] for section in sizes}
        self._planned = {section: planned_reposts(size) for section, size in sizes.items()}

    def add(self, section_id: str, posted: date) -> None:
        """Append one article to a section."""
        rng, earlier = self._rng, self._sections[section_id]
        position = len(earlier)
        model = self._model(section_id, position)
        if model is None:
            record = new_record(rng, self._next_id, section_id, posted, position, self._taken)
        else:
            record = repost_of(rng, model, self._next_id, posted)
        self._next_id += next_gap(rng)
        earlier.append(record)
        self.records.append(record)

    def _model(self, section_id: str, position: int) -> Record | None:
        """Return the article to re-post at this position, if any."""
        earlier, planned = self._sections[section_id], self._planned[section_id]
        if position in planned:
            return earlier[planned[position]]
        if len(planned) > 1 and position > max(planned) and self._rng.random() < REPOST_SHARE:
            return earlier[position - 1 - int(self._rng.random() * 30)]
        return None


def planned_reposts(size: int) -> dict[int, int]:
    """Return which positions of a section of this size repeat which: one pair from 10 on, a triple from 60 on."""
    if size >= 60:
        return PLANNED_TRIPLE
    return PLANNED_REPOSTS if size >= 10 else {}


def next_gap(rng: Random) -> int:
    """Return by how much the next id is larger: mostly one, as pages that are no articles take ids too."""
    return 1 if rng.random() < 0.85 else 2 + int(rng.random() * 3)
