"""Read stored pages again with today's loader: of one article, or of many in several processes.

Only ids go to a process, and only results come back: each process opens the archive and reads the pages itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from itertools import groupby, islice
from typing import NamedTuple

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_edited_ids, read_sites
from sassspider.archive.reader import Revision, Selection, reparse_page
from sassspider.archive.writer import COMPARED, ReparseResult
from sassspider.items import Article, editorial_hash
from sassspider.page import DamagedPageError

_WORTHWHILE = 500  # articles for each process: it takes a second to start, in which one reads so many
_ROUND = 8  # chunks for each process at a time: so many results are in memory


class ReparsedRevision(NamedTuple):
    """A revision and the article that today's loader reads from its page, or the reason why it refuses the page."""

    revision: Revision
    article: Article | None
    refusal: str = ""


def reparse_revision(revision: Revision) -> ReparsedRevision:
    """Reparse a revision's page. The page itself is left out of the result: it is large."""
    without_page = revision._replace(body=b"")
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
    return latest._replace(revision=latest.revision._replace(first_seen=first.revision.first_seen, last_seen=last_seen))


def read_revisions(
    archive: Archive, selection: Selection, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield every state of the selected articles that differs in an editorial field: by article, oldest first.

    The present state is the archived one, earlier ones are reparsed. A page that today's loader refuses is passed,
    with the reason, to ``refuse``.
    """
    for site in [selection.site] if selection.site else read_sites(archive):
        own = replace(selection, site=site)
        edited_ids = read_edited_ids(archive, own)
        for article in archive.read.articles(own):
            if article.id in edited_ids:
                yield from _read_states(archive, site, article, refuse)
            else:
                yield article


def _read_states(
    archive: Archive, site: str, present: Article, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield an article's states, with what only the archive knows."""
    _, current_id = archive.read.current(site, [present.id])[present.id]
    reparsed = (
        ReparsedRevision(one, present) if one.id == current_id else reparse_revision(one)
        for one in archive.read.revisions(site, [present.id])
    )
    for revision, article, refusal in merge_equal(reparsed):
        if article is None:
            refuse(revision, refusal)
            continue
        article.date_removed = present.date_removed
        if article.content_hash == present.content_hash:
            article.duplicate_of = present.duplicate_of
        yield article


def compare_articles(archive: Archive, site: str, article_ids: Sequence[int]) -> list[ReparseResult]:
    """Reparse every stored page of some articles; return the differences of each article, in order of id."""
    stored = archive.read.current(site, article_ids)
    revisions = archive.read.revisions(site, article_ids)
    return [
        _compare(*stored[article_id], [reparse_revision(one) for one in group])
        for article_id, group in groupby(revisions, key=lambda revision: revision.article_id)
    ]


def _compare(stored: Article, revision_id: int, reparsed: Sequence[ReparsedRevision]) -> ReparseResult:
    current = next(one for one in reparsed if one.revision.id == revision_id)
    article = current.article
    changed = tuple(name for name in COMPARED if article and getattr(stored, name) != getattr(article, name))
    hashes = ((one.revision, editorial_hash(one.article)) for one in reparsed if one.article is not None)
    return ReparseResult(
        article_id=stored.id,
        revision_id=revision_id,
        fetched_at=current.revision.fetched_at,
        article=article if changed else None,
        changed=changed,
        editorial_hashes={one.id: found for one, found in hashes if found != one.editorial_hash},
        refused=[(one.fetched_at, refusal) for one, found, refusal in reparsed if found is None],
        pages=len(reparsed),
    )


def choose_jobs(count: int) -> int:
    """Return how many processes are worth their start for so many articles."""
    return max(1, min(os.cpu_count() or 1, count // _WORTHWHILE))


def compare_all(
    archive: Archive, ids: Mapping[str, Sequence[int]], jobs: int, chunk: int
) -> Iterator[tuple[str, list[ReparseResult]]]:
    """Yield site and results for each ``chunk`` of the articles in ``ids`` (by site), in order, from so many processes.

    Raises ArchiveError, and BrokenProcessPool if a process is killed.
    """
    size = max(1, min(chunk, -(-sum(map(len, ids.values())) // jobs)))
    chunks = ((site, own[start : start + size]) for site, own in ids.items() for start in range(0, len(own), size))
    if jobs == 1:
        yield from ((site, compare_articles(archive, site, own)) for site, own in chunks)
        return
    work = partial(_compare_chunk, archive.engine.url.render_as_string(hide_password=False))
    # A forked process would share the parent's connections, and on some systems there is no fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start_process) as pool:
        while some := list(islice(chunks, jobs * _ROUND)):
            yield from pool.map(work, some)


_open = cache(Archive.open_existing)  # once for each process


def _compare_chunk(url: str, chunk: tuple[str, Sequence[int]]) -> tuple[str, list[ReparseResult]]:
    site, article_ids = chunk
    return site, compare_articles(_open(url), site, article_ids)


def _start_process() -> None:
    """Leave Ctrl-C to the parent, and end when the parent has ended, even by SIGKILL."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
