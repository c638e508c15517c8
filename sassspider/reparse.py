"""Read stored pages again with today's loader: of one article, or of many in several processes.

Only ids go to a process, and only results come back: each process opens the archive and reads the pages itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import groupby, islice
from typing import NamedTuple, TypeVar

from sqlalchemy import select

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_edited_ids, read_sites, read_states
from sassspider.archive.reader import Selection
from sassspider.archive.records import ArticleState, ReparseResult, Revision, editorial_hash
from sassspider.archive.tables import articles
from sassspider.archive.writer import COMPARED
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError, Page

CHUNK = 100  # articles that a process works on at a time, and that are corrected in one transaction
_WORTHWHILE = 500  # articles for each process: it takes a second to start, in which one reads so many
_AHEAD = 2  # chunks under way for each process: none waits for work, and few are in memory

T = TypeVar("T")
Work = Callable[[Archive, str, Sequence[int]], list[T]]
Chunk = tuple[str, Sequence[int]]


class ReparsedRevision(NamedTuple):
    """A revision and the article that today's loader reads from its page, or the reason why it refuses the page."""

    revision: Revision
    article: Article | None
    refusal: str = ""


def reparse_page(revision: Revision) -> Article:
    """Return the article on a revision's page; raises DamagedPageError if today's loader refuses the page."""
    article = read_article(Page(revision.url, revision.body, revision.fetched_at))
    if article.id != revision.article_id:
        raise DamagedPageError(f"it is the page of article {article.id}")
    article.page = None  # its tree can't go to another process
    return article


def reparse_revision(revision: Revision) -> ReparsedRevision:
    """Reparse a revision's page. The page itself is left out of the result: it is large."""
    without_page = replace(revision, body=b"")
    try:
        return ReparsedRevision(without_page, reparse_page(revision))
    except DamagedPageError as error:
        return ReparsedRevision(without_page, None, str(error))


def merge_equal(reparsed: Iterable[ReparsedRevision]) -> list[ReparsedRevision]:
    """Merge the revisions of one article whose editorial fields are equal: no editor made them differ.

    ``reparsed`` comes in order of ``first_seen``, and so does the result. A merged revision spans the time of all, and
    has the id and the article of the one that was fetched last. A refused page is merged with none.
    """
    merged: dict[int | str, ReparsedRevision] = {}
    for one in reparsed:
        state = one.revision.id if one.article is None else editorial_hash(one.article)
        merged[state] = _merge(merged[state], one) if state in merged else one
    return list(merged.values())


def _merge(first: ReparsedRevision, second: ReparsedRevision) -> ReparsedRevision:
    latest = first if first.revision.fetched_at > second.revision.fetched_at else second
    last_seen = max(first.revision.last_seen, second.revision.last_seen)
    revision = replace(latest.revision, first_seen=first.revision.first_seen, last_seen=last_seen)
    return latest._replace(revision=revision)


def compare_articles(archive: Archive, site: str, article_ids: Sequence[int]) -> list[ReparseResult]:
    """Reparse every stored page of some articles; return the differences of each article, in order of id."""
    states = {state.id: state for state in read_states(archive, site, article_ids)}
    stored = read_stored(archive, site, article_ids)
    revisions = archive.read.revisions(site, article_ids)
    return [
        _compare(states[article_id], stored[article_id], [reparse_revision(one) for one in group])
        for article_id, group in groupby(revisions, key=lambda revision: revision.article_id)
        if article_id in stored
    ]


def _compare(state: ArticleState, stored: Article, reparsed: Sequence[ReparsedRevision]) -> ReparseResult:
    current = next(one for one in reparsed if one.revision.id == state.revision_id)
    article = current.article
    changed = tuple(name for name in COMPARED if article and getattr(stored, name) != getattr(article, name))
    hashes = ((one.revision, editorial_hash(one.article)) for one in reparsed if one.article is not None)
    return ReparseResult(
        article_id=state.id,
        revision_id=state.revision_id,
        fetched_at=current.revision.fetched_at,
        article=article if changed else None,
        changed=changed,
        editorial_hashes={one.id: found for one, found in hashes if found != one.editorial_hash},
        refused=tuple((one.fetched_at, refusal) for one, found, refusal in reparsed if found is None),
        pages=len(reparsed),
    )


def read_stored(archive: Archive, site: str, article_ids: Sequence[int]) -> dict[int, Article]:
    """Return articles as they are archived, by id."""
    columns = [articles.c[name] for name in ARTICLE_FIELDS]
    query = select(*columns).where(articles.c.site == site, articles.c.id.in_(article_ids))
    return {row["id"]: Article(**row) for row in archive.read.rows(query)}


def read_revisions(
    archive: Archive, selection: Selection, url: str, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield every state of the selected articles that differs in an editorial field: by article, oldest first.

    The present state is the archived one, earlier ones are reparsed, in several processes if there are many. A page
    that today's loader refuses is passed, with the reason, to ``refuse``.
    """
    for site in [selection.site] if selection.site else read_sites(archive):
        own = replace(selection, site=site)
        edited = read_edited_ids(archive, own)
        chunks = map_chunks(reparse_history, make_chunks(site, edited), url, choose_jobs(len(edited)))
        histories = (history for _, chunk in chunks for history in chunk)
        edited_ids = set(edited)
        for article in archive.read.articles(own):
            if article.id not in edited_ids:
                yield article
                continue
            # One is passed over if a crawl that runs meanwhile has taken its article out of the selection.
            history = next(one for one in histories if one.article_id == article.id)
            yield from history.complete(article, refuse)


class History(NamedTuple):
    """The revisions of an article; the current one is not reparsed."""

    article_id: int
    current_id: int
    reparsed: list[ReparsedRevision]

    def complete(self, present: Article, refuse: Callable[[Revision, str], None]) -> Iterator[Article]:
        """Yield the article's states, ``present`` for the current one, with what only the archive knows."""
        revisions = [one._replace(article=present) if self._is_current(one) else one for one in self.reparsed]
        for revision, article, refusal in merge_equal(revisions):
            if article is None:
                refuse(revision, refusal)
                continue
            article.date_removed = present.date_removed
            if article.content_hash == present.content_hash:
                article.duplicate_of = present.duplicate_of
            yield article

    def _is_current(self, one: ReparsedRevision) -> bool:
        return one.revision.id == self.current_id


def reparse_history(archive: Archive, site: str, article_ids: Sequence[int]) -> list[History]:
    """Reparse the earlier revisions of some articles."""
    current = {state.id: state.revision_id for state in read_states(archive, site, article_ids)}
    revisions = archive.read.revisions(site, article_ids)
    return [
        History(article_id, current[article_id], [_reparse_earlier(one, current[article_id]) for one in group])
        for article_id, group in groupby(revisions, key=lambda revision: revision.article_id)
        if article_id in current
    ]


def _reparse_earlier(revision: Revision, current_id: int) -> ReparsedRevision:
    if revision.id == current_id:
        return ReparsedRevision(replace(revision, body=b""), None)
    return reparse_revision(revision)


def make_chunks(site: str, article_ids: Iterable[int]) -> Iterator[Chunk]:
    """Yield ids of a site in chunks of up to ``CHUNK``."""
    rest = iter(article_ids)
    while chunk := list(islice(rest, CHUNK)):
        yield site, chunk


def choose_jobs(count: int) -> int:
    """Return how many processes are worth their start for so many articles."""
    return max(1, min(os.cpu_count() or 1, count // _WORTHWHILE))


def map_chunks(work: Work[T], chunks: Iterable[Chunk], url: str, jobs: int) -> Iterator[tuple[str, list[T]]]:
    """Yield site and result of ``work`` for each chunk, in order, from ``jobs`` processes.

    Each process opens the archive at ``url``. Raises ArchiveError, and BrokenProcessPool if a process is killed.
    """
    if jobs == 1:
        with Archive.open_existing(url) as archive:
            yield from ((site, work(archive, site, article_ids)) for site, article_ids in chunks)
        return
    # A forked process would share the parent's connections, and on some systems there is no fork.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_start_process, initargs=(url,))
    try:
        under_way: deque[tuple[str, Future[list[T]]]] = deque()
        for site, article_ids in chunks:
            under_way.append((site, pool.submit(_work_in_process, work, site, article_ids)))
            if len(under_way) > jobs * _AHEAD:
                done, future = under_way.popleft()
                yield done, future.result()
        while under_way:
            done, future = under_way.popleft()
            yield done, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """What a process of the pool works with."""

    url: str
    archive: Archive | None = None


def _start_process(url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all: the parent ends the work
    _Process.url = url


def _work_in_process(work: Work[T], site: str, article_ids: Sequence[int]) -> list[T]:
    # Opened here and not at the start, where an error would only break the pool.
    if _Process.archive is None:
        _Process.archive = Archive.open_existing(_Process.url)
    return work(_Process.archive, site, article_ids)
