"""Archived pages read again, by the loader as it is today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TypeVar

from sassspider.archive.archive import Archive
from sassspider.archive.history import State, read_states
from sassspider.archive.reader import Selection
from sassspider.archive.records import Revision
from sassspider.items import Article
from sassspider.loaders import ArticleLoader
from sassspider.page import DamagedPageError, Page
from sassspider.validation import find_problems

_BATCH = 100  # articles whose pages are asked of the archive at a time

T = TypeVar("T")


def read_again(revision: Revision) -> Article:
    """Read the page of a revision; raises DamagedPageError when today it would be refused."""
    page = Page(revision.url, revision.body, revision.fetched_at)
    article = ArticleLoader(page).load_article()
    problems = list(find_problems(article))
    if not problems and article.id != revision.article_id:
        problems.append(f"it is the page of article {article.id}")
    if problems:
        raise DamagedPageError("; ".join(problems))
    return article


def read_revisions(
    archive: Archive, selection: Selection, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield every state that the selection's articles were ever seen in, oldest first, holding few in memory.

    A page that is refused today is handed, with the reason, to ``refuse``.
    """
    for site, group in groupby(read_states(archive, selection), key=lambda state: state.site):
        for batch in batched(group, _BATCH):
            states = {state.id: state for state in batch}
            for revision in archive.read.revisions(site, list(states)):
                try:
                    article = read_again(revision)
                except DamagedPageError as error:
                    refuse(revision, str(error))
                else:
                    yield _complete(article, states[article.id])


def _complete(article: Article, state: State) -> Article:
    """Add what the archive knows: the removal of the article, and of its present content, what it repeats."""
    article.date_removed = state.date_removed
    if article.content_hash == state.content_hash:
        article.duplicate_of = state.duplicate_of
    return article


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield ``values`` in lists of up to ``size``, as itertools.batched does from Python 3.12 on."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
