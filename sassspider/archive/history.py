"""Read the past of articles, sections and runs, for the commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, union

from sassspider.archive.engine import translate_errors
from sassspider.archive.reader import Selection
from sassspider.archive.records import ArticleState, Removal, Run, SectionStatus, ViewCount
from sassspider.archive.tables import articles, known_articles, removals, revisions, runs, sections, views

if TYPE_CHECKING:
    from sassspider.archive.archive import Archive

_STATE = [articles.c[one.name] for one in fields(ArticleState)]
_RUN = [runs.c[one.name] for one in fields(Run)]  # without the report, which is long
_CHUNK = 500  # values in a query


def read_state(archive: Archive, site: str, article_id: int) -> ArticleState | None:
    """Return the state of an article, removed or not; None if it is not archived."""
    return next(iter(read_states(archive, site, [article_id])), None)


def read_states(archive: Archive, site: str, article_ids: Sequence[int]) -> list[ArticleState]:
    """Return the states of articles, in order of id."""
    query = select(*_STATE).where(articles.c.site == site, articles.c.id.in_(article_ids)).order_by(articles.c.id)
    return [ArticleState(**row) for row in archive.read.rows(query)]


def read_ids(archive: Archive, selection: Selection, size: int) -> Iterator[tuple[str, list[int]]]:
    """Yield site and ids of a selection's articles, up to ``size`` at a time, each in a transaction of its own."""
    for site in [selection.site] if selection.site else read_sites(archive):
        last = 0
        query = select(articles.c.id).where(articles.c.site == site, *selection.conditions())
        query = query.order_by(articles.c.id).limit(size)
        while ids := [row["id"] for row in archive.read.rows(query.where(articles.c.id > last))]:
            yield site, ids
            last = ids[-1]


def read_edited_ids(archive: Archive, selection: Selection) -> list[int]:
    """Return the ids of a site's selected articles that have more than one revision, in order."""
    same = and_(revisions.c.site == articles.c.site, revisions.c.article_id == articles.c.id)
    query = select(articles.c.id).join(revisions, same).where(*selection.conditions())
    query = query.group_by(articles.c.id).having(func.count() > 1).order_by(articles.c.id)
    return [row["id"] for row in archive.read.rows(query)]


def read_removals(archive: Archive, site: str, article_id: int) -> list[Removal]:
    """Return each removal of an article by the site, in order."""
    query = select(removals.c.removed_on, removals.c.returned_on).order_by(removals.c.id)
    own = (removals.c.site == site) & (removals.c.article_id == article_id)
    return [Removal(**row) for row in archive.read.rows(query.where(own))]


def read_views(archive: Archive, site: str, article_id: int) -> list[ViewCount]:
    """Return each view count of an article that differs from the one before, in order."""
    query = select(views.c.seen_at, views.c.views).order_by(views.c.seen_at)
    own = (views.c.site == site) & (views.c.article_id == article_id)
    return [ViewCount(**row) for row in archive.read.rows(query.where(own))]


def count_articles(archive: Archive, selection: Selection) -> int:
    """Return the number of articles in a selection."""
    query = select(func.count().label("found")).select_from(articles).where(*selection.conditions())
    return int(next(archive.read.rows(query))["found"])


def read_sites(archive: Archive) -> list[str]:
    """Return the names of the sites that articles are archived of."""
    query = select(articles.c.site).distinct().order_by(articles.c.site)
    return [row["site"] for row in archive.read.rows(query)]


def read_section_ids(archive: Archive, site: str | None) -> list[str]:
    """Return the ids of the sections of a site (None: of every site) that articles are archived of."""
    query = select(articles.c.section_id).where(*Selection(site, removed=True, duplicates=True).conditions())
    return [row["section_id"] for row in archive.read.rows(query.distinct().order_by(articles.c.section_id))]


def read_sections(archive: Archive, site: str | None) -> list[SectionStatus]:
    """Return the status of each section of a site (None: of every site) that the archive knows of, in order."""
    queries = [select(one.c.site, one.c.section_id) for one in (articles, known_articles, runs, sections)]
    query = union(*queries)
    with translate_errors(archive.engine), archive.engine.connect() as connection:
        found = sorted((row.site, row.section_id) for row in connection.execute(query))
    found = [one for one in found if site in (None, one[0])]
    return [_read_section(archive, *one) for one in found]


def _read_section(archive: Archive, site: str, section_id: str) -> SectionStatus:
    own = (articles.c.site == site) & (articles.c.section_id == section_id)
    counts = select(
        func.count().label("articles"),
        func.max(articles.c.date_published).label("newest"),
        func.count(articles.c.date_removed).label("removed"),
        func.count(articles.c.duplicate_of).label("duplicates"),
    ).where(own)
    # Distinct: an older loader may have made two revisions of pages that today's reads alike.
    states = (
        select(revisions.c.article_id, revisions.c.editorial_hash)
        .join(articles, and_(articles.c.site == revisions.c.site, articles.c.id == revisions.c.article_id))
        .where(own)
        .distinct()
    )
    whole = select(sections.c.completed_at).where(sections.c.site == site, sections.c.section_id == section_id)
    with translate_errors(archive.engine), archive.engine.connect() as connection:
        counted = connection.execute(counts).mappings().one()
        held = connection.execute(select(func.count()).select_from(states.subquery())).scalar_one()
        completed_at = connection.execute(whole).scalar()
    missing_ids = tuple(sorted(archive.read.summary(site, section_id).missing_ids))
    return SectionStatus(
        site, section_id, **counted, revisions=held, missing_ids=missing_ids, completed_at=completed_at
    )


def read_runs(archive: Archive, site: str, section_id: str, limit: int) -> list[Run]:
    """Return the last runs of a section, newest first."""
    query = select(*_RUN).where(runs.c.site == site, runs.c.section_id == section_id).order_by(runs.c.id.desc())
    return [Run(**row) for row in archive.read.rows(query.limit(limit))]
