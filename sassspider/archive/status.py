"""Reads what an archive holds, at a glance: its sites, its sections, its runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from sqlalchemy import ColumnElement, Table, and_, func, select, union

from sassspider.archive.archive import Archive
from sassspider.archive.engine import explaining
from sassspider.archive.reader import Selection
from sassspider.archive.records import Run, SectionStatus
from sassspider.archive.tables import articles, exports, named, revisions, runs, sections

RUN_COLUMNS = [runs.c[one.name] for one in fields(Run)]  # all but the report, which has pages
_SECTIONED = (articles, named, runs, sections)


def read_sites(archive: Archive) -> list[str]:
    """Names of the sites that articles are archived of."""
    query = select(articles.c.site).distinct().order_by(articles.c.site)
    with explaining(archive.engine), archive.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def count_articles(archive: Archive, selection: Selection) -> int:
    """How many articles a selection has."""
    query = select(func.count()).select_from(articles).where(*selection.conditions())
    with explaining(archive.engine), archive.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def read_exports(archive: Archive) -> set[str]:
    """Paths of the files that crawls keep up to date."""
    return {row["path"] for row in archive.read.rows(select(exports.c.path))}


def read_sections(archive: Archive, site: str | None) -> Iterator[SectionStatus]:
    """Yield the status of each section of a site (None: of every site) that a run was ever started for, in order."""
    queries = [select(table.c.site, table.c.section_id).where(*_of_site(table, site)) for table in _SECTIONED]
    with explaining(archive.engine), archive.engine.connect() as connection:
        found = sorted((row.site, row.section_id) for row in connection.execute(union(*queries)))
    return (_read_section(archive, *one) for one in found)


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
        select(revisions.c.article_id, revisions.c.digest)
        .join(articles, and_(articles.c.site == revisions.c.site, articles.c.id == revisions.c.article_id))
        .where(own)
        .distinct()
    )
    whole = select(sections.c.completed_at).where(sections.c.site == site, sections.c.section_id == section_id)
    with explaining(archive.engine), archive.engine.connect() as connection:
        counted = connection.execute(counts).mappings().one()
        held = connection.execute(select(func.count()).select_from(states.subquery())).scalar_one()
        completed_at = connection.execute(whole).scalar()
    gaps = tuple(sorted(archive.read.standing(site, section_id).gaps))
    return SectionStatus(site, section_id, **counted, revisions=held, gaps=gaps, completed_at=completed_at)


def read_runs(archive: Archive, site: str, section_id: str, limit: int) -> list[Run]:
    """The last runs of a section, newest first."""
    query = select(*RUN_COLUMNS).where(runs.c.site == site, runs.c.section_id == section_id).order_by(runs.c.id.desc())
    return [Run(**row) for row in archive.read.rows(query.limit(limit))]


def _of_site(table: Table, site: str | None) -> list[ColumnElement[bool]]:
    return [] if site is None else [table.c.site == site]
