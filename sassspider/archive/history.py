"""Reads what befell articles: their states, when the site dropped them and took them back, how often they were read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sqlalchemy import select

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.tables import articles, removals, views


@dataclass(frozen=True, slots=True)
class State:
    """Where an article stands: its current revision, and what only the archive knows of it."""

    site: str
    id: int
    revision_id: int
    content_hash: str
    duplicate_of: int | None
    date_removed: str | None


_STATE = [articles.c[one.name] for one in fields(State)]


@dataclass(frozen=True, slots=True)
class Removal:
    """The site dropped an article; ``returned_on`` is None while it stays away."""

    removed_on: str
    returned_on: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How often an article had been read by a moment."""

    seen_at: str
    views: int


def read_states(archive: Archive, selection: Selection) -> Iterator[State]:
    """Yield the states of a selection's articles, in order of site and id."""
    query = select(*_STATE).where(*selection.conditions()).order_by(articles.c.site, articles.c.id)
    return (State(**row) for row in archive.read.rows(query))


def read_state(archive: Archive, site: str, article_id: int) -> State | None:
    """The state of one article, removed or not; None if it is not archived."""
    query = select(*_STATE).where(articles.c.site == site, articles.c.id == article_id)
    return next((State(**row) for row in archive.read.rows(query)), None)


def read_removals(archive: Archive, site: str, article_id: int) -> list[Removal]:
    """Each time that the site dropped the article, first to last."""
    query = select(removals.c.removed_on, removals.c.returned_on).order_by(removals.c.id)
    own = (removals.c.site == site) & (removals.c.article_id == article_id)
    return [Removal(**row) for row in archive.read.rows(query.where(own))]


def read_views(archive: Archive, site: str, article_id: int) -> list[Count]:
    """Each count of views that differs from the one before, first to last."""
    query = select(views.c.seen_at, views.c.views).order_by(views.c.seen_at)
    own = (views.c.site == site) & (views.c.article_id == article_id)
    return [Count(**row) for row in archive.read.rows(query.where(own))]
