"""Every archived page of many articles read again, by several processes, and compared with what is archived.

Only ids go to a process, and only what differs comes back: each opens the archive for itself and reads the pages there.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import groupby
from typing import NamedTuple

from sassspider.archive.archive import Archive
from sassspider.archive.correction import ReparseResult, read_stored
from sassspider.archive.existing import open_existing
from sassspider.archive.history import State
from sassspider.archive.revision import digest
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.rereading.pages import ReparsedRevision, batched, reparse_revision

CHUNK = 100  # articles that a process works on at a time
_AHEAD = 2  # chunks under way for each process: none waits for work, and few are in memory
# Of the archive's making, or not of the article: no reading of a page changes them.
_NOT_COMPARED = {"duplicate_of", "date_removed", "fetched_at"}


class Chunk(NamedTuple):
    """Some articles of one site."""

    site: str
    states: Sequence[State]


def make_chunks(states: Iterable[State], size: int = CHUNK) -> Iterator[Chunk]:
    """Yield articles, which come in order of site, in chunks."""
    for site, group in groupby(states, key=lambda state: state.site):
        for batch in batched(group, size):
            yield Chunk(site, batch)


def compare(archive: Archive, chunk: Chunk) -> list[ReparseResult]:
    """Read each page of a chunk's articles again; return the differences of each article, in order of id."""
    states = {state.id: state for state in chunk.states}
    stored = read_stored(archive, chunk.site, list(states))
    revisions = archive.read.revisions(chunk.site, list(states))
    return [
        _compare(states[article_id], stored[article_id], [reparse_revision(one) for one in pages])
        for article_id, pages in groupby(revisions, key=lambda revision: revision.article_id)
    ]


def _compare(state: State, stored: Article, reparsed: Sequence[ReparsedRevision]) -> ReparseResult:
    current = next(one for one in reparsed if one.revision.id == state.revision_id)
    changed = () if current.article is None else find_changes(stored, current.article)
    return ReparseResult(
        site=state.site,
        article_id=state.id,
        revision_id=state.revision_id,
        fetched_at=current.revision.fetched_at,
        article=current.article if changed else None,
        changed=changed,
        digests=dict(find_outdated_digests(reparsed)),
        refused=tuple((one.fetched_at, refusal) for one, article, refusal in reparsed if article is None),
        pages=len(reparsed),
    )


def find_outdated_digests(reparsed: Iterable[ReparsedRevision]) -> Iterator[tuple[int, str]]:
    """Yield id and today's digest of each revision whose stored digest differs from it."""
    for revision, article, _ in reparsed:
        if article is not None and (current := digest(article)) != revision.digest:
            yield revision.id, current


def find_changes(old: Article, new: Article) -> tuple[str, ...]:
    """Return the names of the fields in which two readings of an article differ."""
    compared = (name for name in ARTICLE_FIELDS if name not in _NOT_COMPARED)
    return tuple(name for name in compared if getattr(old, name) != getattr(new, name))


def compare_all(url: str, chunks: Iterable[Chunk], jobs: int) -> Iterator[list[ReparseResult]]:
    """Yield what comes of each chunk, in order, read by so many processes from the archive at ``url``.

    Raises ArchiveError, and BrokenProcessPool when a process is killed.
    """
    if jobs == 1:
        with open_existing(url) as archive:
            yield from (compare(archive, chunk) for chunk in chunks)
        return
    # A forked process would share the parent's connections, and on some systems there is no fork.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_start, initargs=(url,))
    try:
        under_way: deque[Future[list[ReparseResult]]] = deque()
        for chunk in chunks:
            under_way.append(pool.submit(_work, chunk))
            if len(under_way) > jobs * _AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """What a process of the pool works with."""

    url: str
    archive: Archive | None = None


def _start(url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all: the parent ends the work
    _Process.url = url


def _work(chunk: Chunk) -> list[ReparseResult]:
    # Opened here and not at the start, where an error would only break the pool.
    if _Process.archive is None:
        _Process.archive = open_existing(_Process.url)
    return compare(_Process.archive, chunk)
