"""Reads archived pages with today's loader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from typing import NamedTuple, TypeVar

from scrapy.http import XmlResponse

from sassspider.archive.archive import Archive
from sassspider.archive.history import State, read_states
from sassspider.archive.reader import Selection
from sassspider.archive.records import Revision
from sassspider.archive.revision import digest
from sassspider.items import Article
from sassspider.loaders import ArticleLoader
from sassspider.page import DamagedPageError

_BATCH = 100  # articles whose pages are asked of the archive at a time

T = TypeVar("T")


class ReparsedRevision(NamedTuple):
    """A revision and what today's loader reads from its page: an article, or the reason why it refuses the page."""

    revision: Revision
    article: Article | None
    refusal: str = ""


def reparse_page(revision: Revision) -> Article:
    """Return the article on a revision's page; raises DamagedPageError when today's loader refuses the page."""
    response = XmlResponse(revision.url, body=revision.body)
    article = ArticleLoader(response=response, fetched_at=revision.fetched_at).load_item()
    if article.id != revision.article_id:
        raise DamagedPageError(f"it is the page of article {article.id}")
    return article


def reparse_revision(revision: Revision) -> ReparsedRevision:
    """Read a revision's page with today's loader."""
    try:
        return ReparsedRevision(revision, reparse_page(revision))
    except DamagedPageError as error:
        return ReparsedRevision(revision, None, str(error))


def merge_equal(reparsed: Iterable[ReparsedRevision]) -> list[ReparsedRevision]:
    """Merge the revisions of one article whose editorial fields are equal: no editor made them differ.

    ``reparsed`` comes in order of ``first_seen``, and so does the result. A merged revision spans the time of all, and
    has the id and the page of the one that was fetched last. A refused page is merged with none.
    """
    merged: dict[int | str, ReparsedRevision] = {}
    for one in reparsed:
        state = one.revision.id if one.article is None else digest(one.article)
        merged[state] = _merge(merged[state], one) if state in merged else one
    return list(merged.values())


def _merge(first: ReparsedRevision, second: ReparsedRevision) -> ReparsedRevision:
    latest = first if first.revision.fetched_at > second.revision.fetched_at else second
    last_seen = max(first.revision.last_seen, second.revision.last_seen)
    revision = replace(latest.revision, first_seen=first.revision.first_seen, last_seen=last_seen)
    return latest._replace(revision=revision)


def read_revisions(
    archive: Archive, selection: Selection, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield every distinct state of the selection's articles, by article, oldest first, holding few in memory.

    A page that today's loader refuses is passed, with the reason, to ``refuse``.
    """
    for site, group in groupby(read_states(archive, selection), key=lambda state: state.site):
        for batch in batched(group, _BATCH):
            states = {state.id: state for state in batch}
            revisions = archive.read.revisions(site, list(states))
            for article_id, pages in groupby(revisions, key=lambda revision: revision.article_id):
                for one in merge_equal(map(reparse_revision, pages)):
                    if one.article is None:
                        refuse(one.revision, one.refusal)
                    else:
                        yield _complete(one.article, states[article_id])


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
