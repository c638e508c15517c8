"""Read stored pages again with today's loader: the past of articles, and what an older loader read otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from sqlalchemy import select

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_edited_ids, read_removal_days, read_revision_times, read_sites
from sassspider.archive.reader import Revision, Selection, reparse_page
from sassspider.archive.tables import articles, pages
from sassspider.archive.writer import COMPARED, write_articles
from sassspider.items import EDITORIAL_FIELDS, Article, editorial_hash
from sassspider.page import DamagedPageError

# Editorial fields around the text, as readers are shown them.
HEADER = {
    "title": "Title",
    "subtitle": "Subtitle",
    "byline": "Byline",
    "editor": "Editor",
    "source_name": "Source",
    "source_url": "Source URL",
    "date_published_raw": "Date",
}


class Change(NamedTuple):
    """A change of an article on a day (UTC); ``fields`` are those that an edit changed."""

    date: str
    change: Literal["added", "edited", "removed", "returned"]
    site: str
    section_id: str
    id: int
    title: str
    fields: tuple[str, ...] = ()


class ReparsedRevision(NamedTuple):
    """A revision and the article that today's loader reads from its page, or the reason why it refuses the page."""

    revision: Revision
    article: Article | None
    refusal: str = ""


class ReparseResult(NamedTuple):
    """The differences between an archived article and what today's loader reads from its stored pages.

    ``revision_id`` and ``fetched_at`` are those of the current page. ``changed`` names the fields in which the
    ``article`` read from it differs; ``article`` is None if there are none. ``editorial_hashes`` has the hashes to
    correct, by revision id; ``refused`` the time and the reason of each refused page. ``pages`` counts the pages read.
    """

    article_id: int
    revision_id: int
    fetched_at: str
    article: Article | None
    changed: tuple[str, ...]
    editorial_hashes: Mapping[int, str]
    refused: Sequence[tuple[str, str]] = ()
    pages: int = 0


def reparse_revision(revision: Revision) -> ReparsedRevision:
    """Reparse a revision's page. The page itself is left out of the result: it is large."""
    without_page = revision._replace(body=b"")
    try:
        return ReparsedRevision(without_page, reparse_page(revision))
    except DamagedPageError as error:
        return ReparsedRevision(without_page, None, str(error))


def read_states(
    archive: Archive, site: str, article_id: int, present: tuple[Article, int] | None = None
) -> list[ReparsedRevision]:
    """Return the states of an article, oldest first: revisions whose editorial fields are equal are one state.

    No editor made them differ. A state spans the time of all its revisions, and has the id and the article of the one
    that was fetched last. A refused page is a state of its own. ``present`` is the archived article and the id of its
    revision, which is then not reparsed.
    """
    article, current_id = present or (None, None)
    states: dict[int | str, ReparsedRevision] = {}
    for revision in archive.read.revisions(site, [article_id]):
        one = ReparsedRevision(revision, article) if revision.id == current_id else reparse_revision(revision)
        state = revision.id if one.article is None else editorial_hash(one.article)
        states[state] = _merge(states[state], one) if state in states else one
    return list(states.values())


def _merge(first: ReparsedRevision, second: ReparsedRevision) -> ReparsedRevision:
    latest = first if first.revision.fetched_at > second.revision.fetched_at else second
    last_seen = max(first.revision.last_seen, second.revision.last_seen)
    return latest._replace(revision=latest.revision._replace(first_seen=first.revision.first_seen, last_seen=last_seen))


def find_changes(archive: Archive, selection: Selection, since: str = "") -> Iterator[Change]:
    """Yield the changes of the selected articles from the day ``since`` on, in no order; raise ArchiveError."""
    for site, section_id, article_id, title, added_at, edited_at in read_revision_times(archive, selection):
        article = (site, section_id, article_id, title)
        if added_at >= since:
            yield Change(added_at[:10], "added", *article)
        if edited_at >= since and edited_at > added_at:
            for old, new in pairwise(read_states(archive, site, article_id)):
                if new.revision.first_seen >= since:
                    yield Change(new.revision.first_seen[:10], "edited", *article, _find_changed_fields(old, new))
    for *names, removed_on, returned_on in read_removal_days(archive, selection):
        if removed_on >= since:
            yield Change(removed_on, "removed", *names)
        if returned_on is not None and returned_on >= since:
            yield Change(returned_on, "returned", *names)


def _find_changed_fields(old: ReparsedRevision, new: ReparsedRevision) -> tuple[str, ...]:
    """Return the editorial fields that differ; none if today's loader refuses a page."""
    if old.article is None or new.article is None:
        return ()
    return tuple(name for name in EDITORIAL_FIELDS if getattr(old.article, name) != getattr(new.article, name))


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
                yield from _complete_states(archive, site, article, refuse)
            else:
                yield article


def _complete_states(
    archive: Archive, site: str, present: Article, refuse: Callable[[Revision, str], None]
) -> Iterator[Article]:
    """Yield an article's states, with what only the archive knows."""
    current = archive.read.current(site, [present.id])[present.id]
    for revision, article, refusal in read_states(archive, site, present.id, current):
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


def correct_articles(archive: Archive, site: str, results: Iterable[ReparseResult]) -> int:
    """Correct articles and the hashes of their revisions in one transaction; raises ArchiveError.

    An article of which a crawl has saved a page since it was read is left alone. Returns how many were corrected.
    """
    columns = select(pages.c.revision_id, pages.c.fetched_at, articles.c.content_hash)
    current = columns.join(articles, articles.c.revision_id == pages.c.revision_id).where(articles.c.site == site)
    corrected = 0
    with write_articles(archive.engine, site) as writer:
        for result in results:
            page = writer.connection.execute(current.where(articles.c.id == result.article_id)).one()
            if (page.revision_id, page.fetched_at) != (result.revision_id, result.fetched_at):
                continue
            for revision_id, found in result.editorial_hashes.items():
                writer.set_hash(revision_id, found)
            if result.article is not None:
                writer.hashes.add(page.content_hash)
                writer.replace(result.article)
            corrected += 1
    return corrected
