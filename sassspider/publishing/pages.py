"""Which lists the site has, and what they need to know of each article. The texts stay in the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from slugify import slugify

from sassspider.archive.reader import ArchiveReader, Selection
from sassspider.exporters.bibliography import clean_line

PAGE_SIZE = 50  # articles on a page of a list
_SLUG_LENGTH = 60  # characters: a path must fit in every file system


class Head(NamedTuple):
    """What lists show of an article."""

    id: int
    url: str
    section_id: str
    section: str
    title: str
    authors: tuple[str, ...]
    source: str
    day: str
    language: str
    words: int
    duplicate_of: int | None
    removed: str | None


class Group(NamedTuple):
    """Articles that share an author, a source, a section, a year or a month, newest first."""

    kind: str
    name: str
    path: str  # of its folder, with a slash
    heads: list[Head]


class ListPage(NamedTuple):
    """One page of a list; pages are numbered from 1."""

    path: str
    number: int
    last: int
    entries: Sequence[Any]  # heads, or events


def read_heads(reader: ArchiveReader, selection: Selection) -> list[Head]:
    """Return the heads of a selection's articles, newest first."""
    names = ("id", "url", "section_id", "section", "title", "authors", "source_name", "date_published", "language")
    rows = reader.fields(selection, [*names, "word_count", "duplicate_of", "date_removed"])
    return [
        Head(
            id=row["id"],
            url=row["url"],
            section_id=row["section_id"],
            section=clean_line(row["section"]) or row["section_id"],
            title=clean_line(row["title"]),
            authors=clean_names(row["authors"]),
            source=clean_line(row["source_name"]),
            day=row["date_published"],
            language=row["language"],
            words=row["word_count"],
            duplicate_of=row["duplicate_of"],
            removed=row["date_removed"],
        )
        for row in rows
    ]


def clean_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as one line each, without empty ones and repetitions."""
    return tuple(dict.fromkeys(filter(None, map(clean_line, names))))


class Catalogue:
    """The published articles, and the groups that lists are made of.

    A re-post has a page, but is in no list: the article that it repeats is.
    """

    def __init__(self, heads: Sequence[Head]):
        self.by_id = {head.id: head for head in heads}
        self.reposts: dict[int, list[Head]] = {}
        for head in heads:
            if head.duplicate_of in self.by_id:
                self.reposts.setdefault(head.duplicate_of, []).append(head)
        self.heads = [head for head in heads if head.duplicate_of not in self.by_id]
        self.groups = {kind: make_groups(kind, self.heads) for kind in _KEYS}
        self._paths = {(group.kind, group.name): group.path for groups in self.groups.values() for group in groups}
        self._places = {head.id: place for place, head in enumerate(self.heads)}

    def path(self, kind: str, name: str) -> str:
        """Return the first page of a group, from the site's root; "" if it has none."""
        path = self._paths.get((kind, name))
        return f"{path}index.html" if path else ""

    def largest(self, kind: str, limit: int) -> list[Group]:
        """Return the groups of a kind with the most articles, at most so many."""
        return sorted(self.groups[kind], key=lambda group: -len(group.heads))[:limit]

    def original(self, head: Head) -> Head | None:
        """Return the published article that another repeats."""
        return self.by_id.get(head.duplicate_of or 0)

    def neighbours(self, head: Head) -> tuple[Head | None, Head | None]:
        """Return the article before and the one after in time."""
        place = self._places.get(head.id)
        if place is None:
            return None, None
        older = self.heads[place + 1] if place + 1 < len(self.heads) else None
        return older, self.heads[place - 1] if place else None


_KEYS: dict[str, Callable[[Head], Iterable[str]]] = {
    "years": lambda head: [head.day[:4]],
    "months": lambda head: [head.day[:7]],
    "authors": lambda head: head.authors,
    "sources": lambda head: [head.source] if head.source else [],
    "sections": lambda head: [head.section],
}


def make_groups(kind: str, heads: Sequence[Head]) -> list[Group]:
    """Return the groups of a kind: years and months from the newest, others by name."""
    members: dict[str, list[Head]] = {}
    for head in heads:
        for name in _KEYS[kind](head):
            members.setdefault(name, []).append(head)
    by_age = sorted(members, key=lambda name: (min(head.id for head in members[name]), name))
    slugs = assign_slugs(by_age)
    in_order = sorted(members, reverse=True) if kind in ("years", "months") else sorted(members, key=str.casefold)
    folder = "dates" if kind in ("years", "months") else kind
    return [Group(kind, name, f"{folder}/{slugs[name]}/", members[name]) for name in in_order]


def assign_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a part of a path for each name, readable and its own: the later of two equal ones gets a number."""
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = slugify(name, max_length=_SLUG_LENGTH) or "unnamed"
        slugs[name] = next(one for one in _numbered(stem) if one not in taken)
        taken.add(slugs[name])
    return slugs


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))


def count_months(heads: Sequence[Head]) -> dict[str, int]:
    """Return the number of articles in each month from the first to the last, also in empty ones."""
    counts = Counter(head.day[:7] for head in heads)
    first, last = min(counts, default=""), max(counts, default="")
    years = range(int(first[:4]), int(last[:4]) + 1) if counts else ()
    months = [f"{year:04}-{month:02}" for year in years for month in range(1, 13)]
    return {one: counts[one] for one in months if first <= one <= last}


def split_pages(folder: str, entries: Sequence[Any]) -> Iterator[ListPage]:
    """Yield the pages of a list: ``index.html``, ``2.html`` and so on."""
    last = max(1, -(-len(entries) // PAGE_SIZE))
    for number in range(1, last + 1):
        part = entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        yield ListPage(f"{folder}{page_name(number)}", number, last, part)


def page_name(number: int) -> str:
    """Return the file of a list's page."""
    return "index.html" if number == 1 else f"{number}.html"
