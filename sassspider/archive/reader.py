"""Read articles, their stored pages, and what the archive knows of a section."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, select

from sassspider.archive.engine import translate_errors
from sassspider.archive.records import Revision, SectionSummary, Validators
from sassspider.archive.tables import articles, known_articles, pages, revisions, sections
from sassspider.frontier import SectionState
from sassspider.items import ARTICLE_FIELDS, Article

_CHUNK = 200  # articles in memory at a time, about 10 MB
_ITEM = [articles.c[name] for name in ARTICLE_FIELDS]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles to read: of one site (None: of every site), published between two dates, inclusive."""

    site: str | None
    section_id: str | None = None
    since: str | None = None
    until: str | None = None
    removed: bool = False
    duplicates: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield the selection's conditions on the table ``articles``."""
        if self.site is not None:
            yield articles.c.site == self.site
        if self.section_id is not None:
            yield articles.c.section_id == self.section_id
        if self.since is not None:
            yield articles.c.date_published >= self.since
        if self.until is not None:
            yield articles.c.date_published <= self.until
        if not self.removed:
            yield articles.c.date_removed.is_(None)
        if not self.duplicates:
            yield articles.c.duplicate_of.is_(None)


class ArchiveReader:
    """Queries on an open archive; each raises ArchiveError if the database fails."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def articles(self, selection: Selection, newest_first: bool = False) -> Iterator[Article]:
        """Yield articles as they are now, in order of site and id, some of them in memory at a time."""
        order = (articles.c.site, articles.c.id.desc()) if newest_first else (articles.c.site, articles.c.id)
        query = select(*_ITEM).where(*selection.conditions()).order_by(*order)
        return (Article(**row) for row in self.rows(query))

    def article(self, site: str, article_id: int) -> Article | None:
        """Return an article as it is now, removed or not; None if it is not archived."""
        query = select(*_ITEM).where(articles.c.site == site, articles.c.id == article_id)
        return next((Article(**row) for row in self.rows(query)), None)

    def section_state(self, site: str, section_id: str) -> SectionState:
        """Return what is known of a section, to plan a run with."""
        stored = select(articles.c.id, articles.c.date_published, articles.c.date_removed).where(
            articles.c.site == site, articles.c.section_id == section_id
        )
        names = known_articles.c
        linked = select(names.article_id, names.not_found_run, names.removed, names.date_published).where(
            names.site == site, names.section_id == section_id
        )
        whole = select(sections.c.completed_at).where(sections.c.site == site, sections.c.section_id == section_id)
        with translate_errors(self.engine), self.engine.connect() as connection:
            held = connection.execute(stored).all()
            seen = connection.execute(linked).all()
            complete = connection.execute(whole).first() is not None
        # Unpacked: reading many rows' columns by name takes as long as the queries.
        archived = frozenset(one for one, _, _ in held)
        not_archived = [(one, is_removed) for one, _, is_removed, _ in seen if one not in archived]
        return SectionState(
            archived_ids=archived,
            removed_ids=frozenset(one for one, _, removed in held if removed is not None),
            missing_ids=frozenset(one for one, is_removed in not_archived if not is_removed),
            unconfirmed_ids=frozenset(
                one for one, run, is_removed, _ in seen if run and not is_removed and one in archived
            ),
            not_found_ids=frozenset(one for one, is_removed in not_archived if is_removed),
            is_complete=complete,
            dates={
                **{one: day for one, _, _, day in seen if day},
                **{one: day for one, day, _ in held},
            },
        )

    def summary(self, site: str, section_id: str) -> SectionSummary:
        """Return a section in short; takes a tenth of the time of ``section_state``."""
        own = (articles.c.site == site) & (articles.c.section_id == section_id)
        present = select(func.count(), func.max(articles.c.date_published)).where(
            own, articles.c.date_removed.is_(None)
        )
        missing = select(known_articles.c.article_id).where(
            known_articles.c.site == site,
            known_articles.c.section_id == section_id,
            known_articles.c.removed == 0,
            known_articles.c.article_id.not_in(select(articles.c.id).where(own)),
        )
        with translate_errors(self.engine), self.engine.connect() as connection:
            count, newest = connection.execute(present).one()
            return SectionSummary(count, newest, frozenset(connection.execute(missing).scalars()))

    def last_sequence(self, site: str, section_id: str) -> int:
        """Return the number of the last change to a section's articles; 0 if there are none."""
        own = (articles.c.site == site) & (articles.c.section_id == section_id)
        query = select(func.coalesce(func.max(articles.c.sequence), 0)).where(own)
        with translate_errors(self.engine), self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def validators(self, site: str, article_id: int) -> Validators | None:
        """Return the validators of an article's current page; None if it is not archived."""
        query = (
            select(pages.c.etag, pages.c.last_modified)
            .join(articles, articles.c.revision_id == pages.c.revision_id)
            .where(articles.c.site == site, articles.c.id == article_id)
        )
        return next((Validators(**row) for row in self.rows(query)), None)

    def revisions(self, site: str | None, article_ids: Sequence[int] | None = None) -> Iterator[Revision]:
        """Yield revisions with their pages, of some articles or of all, in order of article and time."""
        return map(make_revision, self.rows(select_revisions(site, article_ids)))

    def rows(self, query: Select[Any]) -> Iterator[RowMapping]:
        """Run a query and yield its rows, ``_CHUNK`` of them in memory at a time."""
        with (
            translate_errors(self.engine),
            self.engine.connect().execution_options(yield_per=_CHUNK) as connection,
            connection.execute(query) as result,  # closed even if the caller stops early
        ):
            yield from result.mappings()


def select_revisions(site: str | None, article_ids: Sequence[int] | None = None) -> Select[Any]:
    """Return the query for revisions with their pages, of some articles or of all, in order of article and time."""
    query = (
        select(revisions.c.id, revisions.c.article_id, revisions.c.editorial_hash, revisions.c.first_seen)
        .add_columns(revisions.c.last_seen, pages.c.url, pages.c.body, pages.c.fetched_at)
        .join(pages, pages.c.revision_id == revisions.c.id)
        .order_by(revisions.c.site, revisions.c.article_id, revisions.c.first_seen, revisions.c.id)
    )
    if site is not None:
        query = query.where(revisions.c.site == site)
    if article_ids is not None:
        query = query.where(revisions.c.article_id.in_(article_ids))
    return query


def make_revision(row: RowMapping) -> Revision:
    """Return the revision in a row of ``select_revisions``, with its page unpacked."""
    return Revision(**{**row, "body": zlib.decompress(row["body"])})
