"""Record what a run saw of articles without a page of them, and tell a removed article from a missing one.

A 404 or 410 alone proves nothing: it takes two, in different runs; or one, in a run that fetched the whole section
again, if no neighbour links to the article any more.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, Update, exists, select

from sassspider.archive.engine import write_transaction
from sassspider.archive.tables import articles, known_articles, removals, revisions
from sassspider.archive.writer import add_known_ids, clear_removal, mark_present, next_sequence, reassign_originals


class RemovalTracker:
    """Record, for one run of one section, which articles the site has. Each public method is one transaction.

    Each raises ArchiveError.
    """

    def __init__(self, engine: Engine, site: str, section_id: str, run_id: int):
        self.engine = engine
        self.site = site
        self.section_id = section_id
        self.run_id = run_id

    def mark_unchanged(self, article_id: int, seen_at: str) -> None:
        """Record a 304: the article is as it was at the last response."""
        current = select(articles.c.revision_id).filter_by(site=self.site, id=article_id).scalar_subquery()
        with write_transaction(self.engine, self.site) as connection:
            connection.execute(revisions.update().where(revisions.c.id == current).values(last_seen=seen_at))
            mark_present(connection, self.site, self.section_id, [article_id])
            if clear_removal(connection, self.site, article_id, seen_at):
                self._reassign_originals(connection, article_id)

    def mark_not_found(self, article_id: int, seen_at: str) -> bool:
        """Record a 404 or 410; return whether it removes an archived article."""
        own = {"site": self.site, "section_id": self.section_id, "article_id": article_id}
        columns = select(known_articles.c.not_found_since, known_articles.c.not_found_run)
        with write_transaction(self.engine, self.site) as connection:
            add_known_ids(connection, self.site, self.section_id, [article_id])
            since, run_id = connection.execute(columns.filter_by(**own)).one()
            if run_id is None:
                values = {"not_found_since": seen_at[:10], "not_found_run": self.run_id}
                connection.execute(self._update(article_id).values(**values))
            return run_id not in (None, self.run_id) and self._remove(connection, article_id, since)

    def add_known_ids(self, article_ids: Iterable[int]) -> None:
        """Record ids that the site links to: those that are not archived are missing."""
        with write_transaction(self.engine, self.site) as connection:
            add_known_ids(connection, self.site, self.section_id, article_ids)

    def add_known_date(self, article_id: int, day: str) -> None:
        """Record the ``day`` of publication of an article outside the dates asked for: it need not be fetched again."""
        with write_transaction(self.engine, self.site) as connection:
            add_known_ids(connection, self.site, self.section_id, [article_id])
            connection.execute(self._update(article_id).values(date_published=day))

    def confirm_removals(self) -> list[int]:
        """Remove the articles that this run did not find and that no neighbour links to; return their ids.

        Call it at the end of a run that fetched the whole section again.
        """
        is_linked = exists().where(
            articles.c.site == known_articles.c.site,
            articles.c.date_removed.is_(None),
            known_articles.c.article_id.in_([articles.c.next_id, articles.c.previous_id]),
        )
        not_found = select(known_articles.c.article_id, known_articles.c.not_found_since).where(~is_linked)
        with write_transaction(self.engine, self.site) as connection:
            own = not_found.filter_by(site=self.site, not_found_run=self.run_id, removed=0)
            removed: list[int] = []
            while found := connection.execute(own).all():  # of two that are gone, one may link to the other
                removed += [one for one, day in found if self._remove(connection, one, day)]
            return removed

    def _remove(self, connection: Connection, article_id: int, day: str) -> bool:
        connection.execute(self._update(article_id).values(removed=1))
        values = {"date_removed": day, "sequence": next_sequence(self.site)}
        # One that has moved is in another section.
        present = articles.update().filter_by(
            site=self.site, section_id=self.section_id, id=article_id, date_removed=None
        )
        if not connection.execute(present.values(**values)).rowcount:
            return False
        connection.execute(removals.insert(), {"site": self.site, "article_id": article_id, "removed_on": day})
        self._reassign_originals(connection, article_id)
        return True

    def _reassign_originals(self, connection: Connection, article_id: int) -> None:
        own = select(articles.c.content_hash).filter_by(site=self.site, id=article_id)
        reassign_originals(connection, self.site, {connection.execute(own).scalar_one()})

    def _update(self, article_id: int) -> Update:
        return known_articles.update().filter_by(site=self.site, section_id=self.section_id, article_id=article_id)
