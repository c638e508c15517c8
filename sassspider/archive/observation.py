"""Writes what a run saw of articles without reading them, and tells a removed article from a missing one.

A 404 or 410 alone proves nothing: it takes two, in different runs; or one, in a run that asked for the whole section
again, when the article's neighbours no longer link to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Engine, exists, select

from sassspider.archive.duplicates import regroup
from sassspider.archive.engine import explaining, writing
from sassspider.archive.statements import insert_new, next_sequence
from sassspider.archive.tables import articles, named, removals, revisions
from sassspider.archive.writer import clear_removal


class ObservationWriter:
    """Notes, for one run of one section, what was seen. Each public method is one transaction."""

    def __init__(self, engine: Engine, site: str, section_id: str, run_id: int):
        self.engine = engine
        self.site = site
        self.section_id = section_id
        self.run_id = run_id

    def note_unchanged(self, article_id: int, seen_at: str) -> None:
        """The site answered that the article is as it was (304); raises ArchiveError."""
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            current = select(articles.c.revision_id).where(articles.c.site == self.site, articles.c.id == article_id)
            revision_id = connection.execute(current).scalar()
            connection.execute(revisions.update().where(revisions.c.id == revision_id).values(last_seen=seen_at))
            if clear_removal(connection, self.site, article_id, seen_at):
                self._regroup(connection, article_id)

    def note_missing(self, article_id: int, seen_at: str) -> bool:
        """The site has no such article; return whether that makes it removed. Raises ArchiveError."""
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            self._insert_name(connection, article_id)
            seen = connection.execute(
                select(named.c.missing_since, named.c.missing_run).where(self._is(article_id))
            ).one()
            if seen.missing_run is None:
                values = {"missing_since": seen_at[:10], "missing_run": self.run_id}
                connection.execute(named.update().where(self._is(article_id)).values(**values))
            elif seen.missing_run != self.run_id:
                return self._remove(connection, article_id, seen.missing_since)
        return False

    def note_names(self, article_ids: Iterable[int]) -> None:
        """There are such articles: those that are not archived are gaps. Raises ArchiveError."""
        rows = [self._name(article_id) for article_id in article_ids]
        if rows:
            with explaining(self.engine), writing(self.engine, self.site) as connection:
                connection.execute(insert_new(connection, named), rows)

    def note_date(self, article_id: int, day: str) -> None:
        """The article was read but, published on ``day``, not asked for; raises ArchiveError."""
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            self._insert_name(connection, article_id)
            connection.execute(named.update().where(self._is(article_id)).values(date_published=day))

    def confirm(self) -> list[int]:
        """After a whole section was asked for: remove what was missing and is linked to no more. Returns their ids."""
        linked = exists().where(
            articles.c.site == named.c.site,
            articles.c.date_removed.is_(None),
            (articles.c.next_id == named.c.article_id) | (articles.c.previous_id == named.c.article_id),
        )
        missing = select(named.c.article_id, named.c.missing_since).where(
            named.c.site == self.site, named.c.missing_run == self.run_id, named.c.gone == 0, ~linked
        )
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            found = connection.execute(missing).all()
            return [one.article_id for one in found if self._remove(connection, one.article_id, one.missing_since)]

    def _insert_name(self, connection: Connection, article_id: int) -> None:
        connection.execute(insert_new(connection, named), self._name(article_id))

    def _name(self, article_id: int) -> dict[str, object]:
        return {"site": self.site, "section_id": self.section_id, "article_id": article_id, "gone": 0}

    def _remove(self, connection: Connection, article_id: int, day: str) -> bool:
        connection.execute(named.update().where(self._is(article_id)).values(gone=1))
        present = (articles.c.site == self.site) & (articles.c.id == article_id) & articles.c.date_removed.is_(None)
        values = {"date_removed": day, "sequence": next_sequence(connection, self.site)}
        if not connection.execute(articles.update().where(present).values(**values)).rowcount:
            return False
        connection.execute(removals.insert(), {"site": self.site, "article_id": article_id, "removed_on": day})
        self._regroup(connection, article_id)
        return True

    def _regroup(self, connection: Connection, article_id: int) -> None:
        own = select(articles.c.content_hash).where(articles.c.site == self.site, articles.c.id == article_id)
        regroup(connection, self.site, {connection.execute(own).scalar_one()})

    def _is(self, article_id: int) -> ColumnElement[bool]:
        own = (named.c.site == self.site) & (named.c.section_id == self.section_id)
        return own & (named.c.article_id == article_id)
