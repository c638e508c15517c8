"""The lists of the site, and the fields of each article that they show. The texts stay in the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from slugify import slugify

from sassspider.archive.reader import ArchiveReader, Selection
from sassspider.exporters.bibliography import UniqueNames, clean_line

PAGE_SIZE = 50  # articles on a page of a list
_SLUG_LENGTH = 60  # characters: a path must fit in every file system


class Head(NamedTuple):
    """The fields of an article that lists show, with titles and names of one line."""

    id: int
    url: str
    section_id: str
    section: str
    title: str
    authors: tuple[str, ...]
    source_name: str
    date_published: str
    language: str
    word_count: int
    duplicate_of: int | None
    date_removed: str | None


class Group(NamedTuple):
    """Articles that share an author, a source, a section, a year or a month, newest first."""

    name: str
    path: str  # of its folder, with a slash
    heads: list[Head]


class ListPage(NamedTuple):
    """One page of a list; pages are numbered from 1."""

    path: str
    number: int
    last: int
    entries: Sequence[Any]  # heads, or changes


def read_heads(reader: ArchiveReader, selection: Selection) -> list[Head]:
    """Return the heads of a selection's articles, newest first."""
    return [_clean(Head(**row)) for row in reader.fields(selection, Head._fields)]


def _clean(head: Head) -> Head:
    return head._replace(
        section=clean_line(head.section) or head.section_id,
        title=clean_line(head.title),
        authors=tuple(dict.fromkeys(filter(None, map(clean_line, head.authors)))),
        source_name=clean_line(head.source_name),
    )


class Catalogue:
    """The published articles, and the groups that lists are made of, by kind and name.

    A re-post has a page, but is in no list: the article that it repeats is. ``neighbours`` has the articles before and
    after each in time.
    """

    def __init__(self, heads: Sequence[Head]):
        self.by_id = {head.id: head for head in heads}
        self.reposts: dict[int, list[Head]] = {}
        for head in heads:
            if head.duplicate_of in self.by_id:
                self.reposts.setdefault(head.duplicate_of, []).append(head)
        self.heads = [head for head in heads if head.duplicate_of not in self.by_id]
        self.groups = {kind: make_groups(kind, self.heads) for kind in _KEYS}
        newer, older = [None, *self.heads], [*self.heads[1:], None]
        self.neighbours = {head.id: pair for head, *pair in zip(self.heads, older, newer, strict=False)}

    def months_of(self, year: str) -> list[Group]:
        """Return the groups of a year's months."""
        return [one for one in self.groups["months"].values() if one.name[:4] == year]

    def largest(self, kind: str, limit: int) -> list[Group]:
        """Return the ``limit`` groups of a kind with the most articles."""
        return sorted(self.groups[kind].values(), key=lambda group: -len(group.heads))[:limit]


_KEYS: dict[str, Callable[[Head], Iterable[str]]] = {
    "years": lambda head: [head.date_published[:4]],
    "months": lambda head: [head.date_published[:7]],
    "authors": lambda head: head.authors,
    "sources": lambda head: [head.source_name] if head.source_name else [],
    "sections": lambda head: [head.section],
}


def make_groups(kind: str, heads: Sequence[Head]) -> dict[str, Group]:
    """Return the groups of a kind by name: years and months from the newest, others in the order of the alphabet."""
    members: dict[str, list[Head]] = {}
    for head in heads:
        for name in _KEYS[kind](head):
            members.setdefault(name, []).append(head)
    slugs = assign_slugs(sorted(members, key=lambda name: (min(head.id for head in members[name]), name)))
    is_date = kind in ("years", "months")
    folder = "dates" if is_date else kind
    in_order = sorted(members, reverse=True) if is_date else sorted(members, key=str.casefold)
    return {name: Group(name, f"{folder}/{slugs[name]}/", members[name]) for name in in_order}


def assign_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a part of a path for each name, readable and its own: the later of two equal ones gets a number."""
    unique = UniqueNames()
    return {name: unique.choose(slugify(name, max_length=_SLUG_LENGTH) or "unnamed") for name in names}


def count_months(heads: Sequence[Head]) -> dict[str, int]:
    """Return the number of articles in each month from the first to the last, also in empty ones."""
    counts = Counter(head.date_published[:7] for head in heads)
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
