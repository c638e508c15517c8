"""Read the past of articles, sections and runs, for the commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, select, union

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.tables import articles, known_articles, removals, revisions, runs, sections, views
from sassspider.urls import article_id

# Columns of a run, without the long report, and without site and section_id, which its section has.
_RUN = [column for column in runs.c if column.name not in ("report", "site", "section_id")]
_NAMES = [articles.c.site, articles.c.section_id, articles.c.id, articles.c.title]
_SAME_ARTICLE = and_(revisions.c.site == articles.c.site, revisions.c.article_id == articles.c.id)


def read_ids(archive: Archive, selection: Selection) -> dict[str, list[int]]:
    """Return the ids of a selection's articles, in order, by site."""
    query = select(articles.c.site, articles.c.id).where(*selection.conditions())
    found: dict[str, list[int]] = {}
    for row in archive.read.rows(query.order_by(articles.c.site, articles.c.id)):
        found.setdefault(row["site"], []).append(row["id"])
    return found


def read_edited_ids(archive: Archive, selection: Selection) -> set[int]:
    """Return the ids of a site's selected articles that have more than one revision."""
    query = select(articles.c.id).join(revisions, _SAME_ARTICLE).where(*selection.conditions())
    return {row["id"] for row in archive.read.rows(query.group_by(articles.c.id).having(func.count() > 1))}


def read_revision_times(archive: Archive, selection: Selection) -> Iterator[Sequence[Any]]:
    """Yield site, section, id and title of articles, and when their first and their last revision were first seen."""
    times = func.min(revisions.c.first_seen), func.max(revisions.c.first_seen)
    query = select(*_NAMES, *times).join(revisions, _SAME_ARTICLE).where(*selection.conditions()).group_by(*_NAMES)
    return (tuple(row.values()) for row in archive.read.rows(query))


def read_removal_days(archive: Archive, selection: Selection) -> Iterator[Sequence[Any]]:
    """Yield site, section, id and title of articles, and the days of each removal and return (None: not yet)."""
    same = and_(removals.c.site == articles.c.site, removals.c.article_id == articles.c.id)
    query = select(*_NAMES, removals.c.removed_on, removals.c.returned_on).join(removals, same)
    query = query.where(*selection.conditions()).order_by(removals.c.id)
    return (tuple(row.values()) for row in archive.read.rows(query))


def read_views(archive: Archive, site: str, article_id: int) -> list[tuple[str, int]]:
    """Return time and number of each view count of an article that differs from the one before, in order."""
    query = select(views.c.seen_at, views.c.views).filter_by(site=site, article_id=article_id)
    return [(row["seen_at"], row["views"]) for row in archive.read.rows(query.order_by(views.c.seen_at))]


def count_articles(archive: Archive, selection: Selection) -> int:
    """Return the number of articles in a selection."""
    return int(archive.read.value(select(func.count()).select_from(articles).where(*selection.conditions())))


def read_sites(archive: Archive) -> list[str]:
    """Return the names of the sites that articles are archived of."""
    query = select(articles.c.site).distinct().order_by(articles.c.site)
    return [row["site"] for row in archive.read.rows(query)]


def read_section_ids(archive: Archive, site: str | None) -> list[str]:
    """Return the ids of the sections of a site (None: of every site) that articles are archived of."""
    query = select(articles.c.section_id).where(*Selection(site, duplicates=True).conditions())
    return [row["section_id"] for row in archive.read.rows(query.distinct().order_by(articles.c.section_id))]


def read_sections(archive: Archive, site: str | None, run_count: int) -> list[dict[str, Any]]:
    """Return what the archive holds of each section of a site (None: of every site), with its last runs, in order."""
    tables = (articles, known_articles, runs, sections)
    query = union(*(select(one.c.site, one.c.section_id).where(one.c.section_id != "") for one in tables))
    found = sorted((row["site"], row["section_id"]) for row in archive.read.rows(query))
    return [_read_section(archive, *one, run_count) for one in found if site in (None, one[0])]


def _read_section(archive: Archive, site: str, section_id: str, run_count: int) -> dict[str, Any]:
    own = {"site": site, "section_id": section_id}
    counts = select(
        func.count().label("articles"),
        func.max(articles.c.date_published).label("newest"),
        func.count(articles.c.date_removed).label("removed"),
        func.count(articles.c.duplicate_of).label("duplicates"),
    )
    # Distinct: an older loader may have made two revisions of pages that today's reads alike.
    states = select(revisions.c.article_id, revisions.c.editorial_hash).join(articles, _SAME_ARTICLE).distinct()
    states = states.where(articles.c.site == site, articles.c.section_id == section_id)
    state_count = select(func.count()).select_from(states.subquery())
    whole = select(sections.c.completed_at).filter_by(**own)
    last_runs = select(*_RUN).filter_by(**own).order_by(runs.c.id.desc())
    forbidden = {article_id(one["url"]) for one in archive.read.last_report(site, section_id).get("forbidden", ())}
    return {
        **own,
        **next(archive.read.rows(counts.filter_by(**own))),
        "revisions": archive.read.value(state_count),
        "missing_ids": sorted(archive.read.summary(site, section_id).missing_ids - forbidden),
        "completed_at": archive.read.value(whole),
        "runs": list(map(dict, archive.read.rows(last_runs.limit(run_count)))),
    }
