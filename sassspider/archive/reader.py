"""Read articles, their stored pages, and what the archive knows of a section."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakSet

from sqlalchemy import ColumnElement, Engine, Executable, RowMapping, Select, exists, func, select

from sassspider.archive.engine import translate_errors
from sassspider.archive.tables import articles, known_articles, pages, revisions, runs, sections
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError, Page, ResponseHead
from sassspider.section_state import SectionState

_CHUNK = 200  # articles in memory at a time, about 10 MB
_ITEM = [articles.c[name] for name in ARTICLE_FIELDS]
_IS_ARCHIVED = exists().where(articles.c.site == known_articles.c.site, articles.c.id == known_articles.c.article_id)
_MISSING = select(known_articles.c.article_id).where(known_articles.c.removed == 0, ~_IS_ARCHIVED)


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of articles: of one site (None: of every site), between two dates and two ids, inclusive."""

    site: str | None
    section_id: str | None = None
    since: str | None = None
    until: str | None = None
    removed: bool = True
    duplicates: bool = False
    revised_since: str | None = None
    ids: tuple[int, int] | None = None

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
        if self.revised_since is not None:
            recent = select(revisions.c.id).where(revisions.c.first_seen >= self.revised_since)
            yield articles.c.revision_id.in_(recent)
        if self.ids is not None:
            yield articles.c.id.between(*self.ids)
        if not self.duplicates:
            yield articles.c.duplicate_of.is_(None)


class SectionSummary(NamedTuple):
    """A section in short.

    ``present`` counts the archived articles that the site has not removed, ``newest`` is the last day on which one of
    them was published, ``missing_ids`` are ids that some page links to and that are neither archived nor removed.
    """

    present: int
    newest: str | None
    missing_ids: frozenset[int]


class Revision(NamedTuple):
    """A state of an article's editorial fields, and the page (zlib) that it was last read from.

    ``editorial_hash`` was computed by the loader that saved it, which may be an older one.
    """

    id: int
    article_id: int
    editorial_hash: str
    first_seen: str
    last_seen: str
    url: str
    fetched_at: str
    body: bytes
    head: ResponseHead | None


def reparse_page(revision: Revision) -> Article:
    """Return the article on a revision's page; raises DamagedPageError if the page is damaged or refused today."""
    try:
        body = zlib.decompress(revision.body)
    except zlib.error as error:
        raise DamagedPageError(f"its archived bytes are damaged ({error})") from error
    article = read_article(Page(revision.url, body, revision.fetched_at))
    if article.id != revision.article_id:
        raise DamagedPageError(f"it is the page of article {article.id}")
    article.page = article.tree = None  # a tree can't go to another process
    return article


class ArchiveReader:
    """Queries on an open archive; each raises ArchiveError if the database fails."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self._unfinished: WeakSet[Generator[RowMapping]] = WeakSet()

    def close_queries(self) -> None:
        """Close the queries whose rows were not all read; without their connection, they no longer can be."""
        for rows in list(self._unfinished):
            rows.close()

    def articles(self, selection: Selection, newest_first: bool = False) -> Iterator[Article]:
        """Yield articles as they are now, in order of site and id, some of them in memory at a time."""
        order = (articles.c.site, articles.c.id.desc()) if newest_first else (articles.c.site, articles.c.id)
        query = select(*_ITEM).where(*selection.conditions()).order_by(*order)
        return (Article(**row) for row in self.rows(query))

    def fields(self, selection: Selection, names: Sequence[str]) -> Iterator[RowMapping]:
        """Yield only these fields of the selected articles, the last published first."""
        query = select(*(articles.c[name] for name in names)).where(*selection.conditions())
        return self.rows(query.order_by(articles.c.date_published.desc(), articles.c.id.desc()))

    def current(self, site: str, article_ids: Sequence[int]) -> dict[int, tuple[Article, int]]:
        """Return articles as they are now, removed or not, each with the id of its current revision, by id."""
        query = select(*_ITEM, articles.c.revision_id).where(articles.c.site == site, articles.c.id.in_(article_ids))
        rows = map(dict, self.rows(query.order_by(articles.c.id)))
        return {row["id"]: (Article(**row), revision_id) for row in rows for revision_id in [row.pop("revision_id")]}

    def section_state(self, site: str, section_id: str) -> SectionState:
        """Return what is known of a section, to plan a run with."""
        known = known_articles.c
        own = {"site": site, "section_id": section_id}
        queries = (
            select(articles.c.id, articles.c.date_published, articles.c.date_removed).filter_by(**own),
            # Of most known articles, nothing is recorded but that they exist.
            select(known.article_id, known.not_found_run, known.removed, known.date_published)
            .where(known.not_found_run.is_not(None) | known.date_published.is_not(None))
            .filter_by(**own),
            _MISSING.filter_by(**own),
            select(sections.c.completed_at).filter_by(**own),
        )
        with translate_errors(self.engine), self.engine.connect() as connection:
            held, seen, missing, completed = (connection.execute(query).all() for query in queries)
        # Unpacked: reading many rows' columns by name takes as long as the queries.
        archived = frozenset(one for one, _, _ in held)
        return SectionState(
            archived_ids=archived,
            removed_ids=frozenset(one for one, _, removed in held if removed is not None),
            missing_ids=frozenset(one for (one,) in missing),
            unconfirmed_ids=frozenset(one for one, run, removed, _ in seen if run and not removed and one in archived),
            not_found_ids=frozenset(one for one, _, removed, _ in seen if removed and one not in archived),
            is_complete=bool(completed),
            dates={one: day for one, _, _, day in seen if day} | {one: day for one, day, _ in held},
        )

    def last_seen(self, site: str) -> dict[int, str]:
        """Return when a site last served each of its articles, by id."""
        query = select(revisions.c.article_id, func.max(revisions.c.last_seen).label("seen_at")).filter_by(site=site)
        return {row["article_id"]: row["seen_at"] for row in self.rows(query.group_by(revisions.c.article_id))}

    def summary(self, site: str, section_id: str) -> SectionSummary:
        """Return a section in short."""
        own = {"site": site, "section_id": section_id}
        present = select(func.count(), func.max(articles.c.date_published)).filter_by(**own, date_removed=None)
        with translate_errors(self.engine), self.engine.connect() as connection:
            count, newest = connection.execute(present).one()
            missing = connection.execute(_MISSING.filter_by(**own)).scalars()
            return SectionSummary(count, newest, frozenset(missing))

    def unfinished_since(self, site: str, section_id: str, run_id: int) -> str | None:
        """Return when the first of the runs just before ``run_id`` that were killed or failed started, or None."""
        own = (runs.c.site == site) & (runs.c.section_id == section_id) & (runs.c.id < run_id)
        is_finished = runs.c.outcome.like("complete%") | runs.c.outcome.like("unhealthy%")
        finished = select(func.coalesce(func.max(runs.c.id), 0)).where(own, is_finished)
        unfinished = select(func.min(runs.c.started_at)).where(own, runs.c.id > finished.scalar_subquery())
        started: str | None = self.value(unfinished)
        return started

    def last_sequence(self, site: str) -> int:
        """Return the number of the last change to an article of the site, 0 if there was none."""
        return int(self.value(select(func.max(articles.c.sequence)).filter_by(site=site)) or 0)

    def last_report(self, site: str, section_id: str) -> dict[str, Any]:
        """Return the report of the section's last run that has one; empty if none has."""
        own = select(runs.c.report).filter_by(site=site, section_id=section_id)
        report: dict[str, Any] | None = self.value(own.where(runs.c.ended_at.is_not(None)).order_by(runs.c.id.desc()))
        return report or {}

    def validators(self, site: str, article_id: int) -> dict[str, str]:
        """Return the headers of a conditional request (RFC 9110, 13.1) for an article; empty if it is not archived."""
        query = (
            select(pages.c.etag.label("If-None-Match"), pages.c.last_modified.label("If-Modified-Since"))
            .join(articles, articles.c.revision_id == pages.c.revision_id)
            .where(articles.c.site == site, articles.c.id == article_id)
        )
        return {name: value for row in self.rows(query) for name, value in row.items() if value}

    def revisions(self, site: str, article_ids: Sequence[int]) -> Iterator[Revision]:
        """Yield the revisions of some articles with their pages, in order of article and time."""
        return (Revision(**row) for row in self.rows(select_revisions(site, article_ids)))

    def value(self, query: Select[Any]) -> Any:
        """Run a query and return the first column of its first row, None if it has no row."""
        with translate_errors(self.engine), self.engine.connect() as connection:
            return connection.execute(query.limit(1)).scalar()

    def rows(self, query: Executable) -> Iterator[RowMapping]:
        """Run a query and yield its rows, ``_CHUNK`` of them in memory at a time."""
        rows = self._read_rows(query)
        self._unfinished.add(rows)
        return rows

    def _read_rows(self, query: Executable) -> Generator[RowMapping]:
        with (
            translate_errors(self.engine),
            self.engine.connect().execution_options(yield_per=_CHUNK) as connection,
            connection.execute(query) as result,  # closed even if the caller stops early
        ):
            yield from result.mappings()


def select_revisions(site: str, article_ids: Sequence[int]) -> Select[Any]:
    """Return the query for the revisions of some articles with their pages, in order of article and time."""
    columns = {**pages.c, **revisions.c}
    return (
        select(*(columns[name] for name in Revision._fields))
        .join_from(revisions, pages, pages.c.revision_id == revisions.c.id)
        .where(revisions.c.site == site, revisions.c.article_id.in_(article_ids))
        .order_by(revisions.c.article_id, revisions.c.id)  # not the times: a clock may have been wrong
    )
