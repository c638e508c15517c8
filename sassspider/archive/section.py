"""Record what a run sees of a section: its articles, what is missing and removed, and how the run ends.

A 404 or 410 alone proves nothing: it takes two, in different runs; or one, in a run that fetched the whole section
again, if no neighbour links to the article any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Update, bindparam, exists, select

from sassspider.archive.engine import write_transaction
from sassspider.archive.tables import articles, known_articles, revisions, runs, sections
from sassspider.archive.writer import ArticleWriter, Change, insert_new, write_articles
from sassspider.items import Article
from sassspider.page import Page

_MARK_PRESENT = (
    known_articles.update()
    .filter_by(site=bindparam("own_site"), section_id=bindparam("own_section"), article_id=bindparam("own_id"))
    .values(not_found_since=None, not_found_run=None, removed=0)
)
_IS_LINKED = exists().where(
    articles.c.site == known_articles.c.site,
    articles.c.date_removed.is_(None),
    known_articles.c.article_id.in_([articles.c.next_id, articles.c.previous_id]),
)
_NOT_FOUND = select(known_articles.c.article_id, known_articles.c.not_found_since)


class SaveResult(NamedTuple):
    """The change that saving an article made, and the id of the article that it repeats, or None."""

    change: Change
    duplicate_of: int | None


class SectionWriter:
    """Record one run of a section, whose number is ``run_id``. Each method is one transaction; raises ArchiveError."""

    def __init__(self, engine: Engine, site: str, section_id: str):
        self.engine = engine
        self.site = site
        self.own = {"site": site, "section_id": section_id}
        self.run_id = 0
        self.recorded_ids: set[int] = set()  # in known_articles by now: every page links to the newest

    def begin_run(self, spider: str, mode: str, started_at: str, job: str | None = None) -> None:
        """Record the start of a run, ``job`` being Scrapyd's id of it."""
        row = {**self.own, "spider": spider, "mode": mode, "started_at": started_at, "job": job}
        with write_transaction(self.engine, self.site) as connection:
            self.run_id = connection.execute(runs.insert().returning(runs.c.id), row).scalar_one()

    def end_run(self, outcome: str, report: Mapping[str, Any]) -> None:
        """Record the end of the run: ``outcome`` in words, and its report."""
        values = {"ended_at": report["ended_at"], "outcome": outcome, "counts": report["counts"], "report": report}
        with write_transaction(self.engine, self.site) as connection:
            connection.execute(runs.update().filter_by(id=self.run_id).values(**values))

    def mark_complete(self, completed_at: str) -> None:
        """Record that every page of the list was read: from now on its first page shows what is new."""
        with write_transaction(self.engine, self.site) as connection:
            connection.execute(sections.delete().filter_by(**self.own))
            connection.execute(sections.insert(), {**self.own, "completed_at": completed_at})

    def save_all(self, found: Sequence[tuple[Article, Page]]) -> dict[int, SaveResult]:
        """Save articles, each once and with the page that it was read from; return the results by id.

        If one can't be saved, none is. A section with a new article is not complete until ``mark_complete``: if the
        run is killed, the next one reads the list.
        """
        ids = {article.id for article, _ in found}
        known_ids = ids.union(*(page.linked_ids for _, page in found)) - self.recorded_ids
        with write_articles(self.engine, self.site) as writer:
            self._add_known_ids(writer.connection, known_ids)
            self._mark_present(writer.connection, ids)
            changes = writer.save_all(found)
            if "new" in changes:
                writer.connection.execute(sections.delete().filter_by(**self.own))
        self.recorded_ids |= known_ids
        return {
            article.id: SaveResult(change, writer.originals[article.id])
            for change, (article, _) in zip(changes, found, strict=True)
        }

    def mark_unchanged(self, article_id: int, seen_at: str) -> Change:
        """Record a 304 (the article is unchanged); return ``returned`` if it counted as removed."""
        current = select(articles.c.revision_id).filter_by(site=self.site, id=article_id).scalar_subquery()
        with write_articles(self.engine, self.site) as writer:
            writer.connection.execute(revisions.update().where(revisions.c.id == current).values(last_seen=seen_at))
            self._mark_present(writer.connection, [article_id])
            return "returned" if writer.clear_removal(article_id, seen_at) else "unchanged"

    def mark_not_found(self, article_id: int, seen_at: str) -> bool:
        """Record a 404 or 410; return whether it removes an archived article."""
        columns = select(known_articles.c.not_found_since, known_articles.c.not_found_run)
        with write_articles(self.engine, self.site) as writer:
            self._add_known_ids(writer.connection, [article_id])
            since, run_id = writer.connection.execute(columns.filter_by(**self.own, article_id=article_id)).one()
            if run_id is None:
                values = {"not_found_since": seen_at[:10], "not_found_run": self.run_id}
                writer.connection.execute(self._update(article_id).values(**values))
            return run_id not in (None, self.run_id) and self._remove(writer, article_id, since)

    def add_known_ids(self, article_ids: Iterable[int]) -> None:
        """Record ids that the site links to: those that are not archived are missing."""
        with write_transaction(self.engine, self.site) as connection:
            self._add_known_ids(connection, article_ids)

    def add_known_date(self, article_id: int, day: str) -> None:
        """Record the ``day`` of publication of an article outside the dates asked for: it need not be fetched again."""
        with write_transaction(self.engine, self.site) as connection:
            self._add_known_ids(connection, [article_id])
            connection.execute(self._update(article_id).values(date_published=day))

    def confirm_removals(self) -> list[int]:
        """Remove the articles that this run did not find and that no neighbour links to; return their ids.

        Call it at the end of a run that fetched the whole section again.
        """
        own = _NOT_FOUND.where(~_IS_LINKED).filter_by(**self.own, not_found_run=self.run_id, removed=0)
        removed: list[int] = []
        with write_articles(self.engine, self.site) as writer:
            while found := writer.connection.execute(own).all():  # of two that are gone, one may link to the other
                removed += [one for one, day in found if self._remove(writer, one, day)]
        return removed

    def _remove(self, writer: ArticleWriter, article_id: int, day: str) -> bool:
        writer.connection.execute(self._update(article_id).values(removed=1))
        return writer.remove(self.own["section_id"], article_id, day)  # one that has moved is in another section

    def _update(self, article_id: int) -> Update:
        return known_articles.update().filter_by(**self.own, article_id=article_id)

    def _mark_present(self, connection: Connection, ids: Iterable[int]) -> None:
        """Take back what earlier runs recorded of articles that they did not find."""
        own = {"own_site": self.site, "own_section": self.own["section_id"]}
        connection.execute(_MARK_PRESENT, [{**own, "own_id": one} for one in ids])

    def _add_known_ids(self, connection: Connection, ids: Iterable[int]) -> None:
        """Record ids that pages of the section link to; those that are recorded already stay as they are."""
        if rows := [{**self.own, "article_id": one, "removed": 0} for one in sorted(ids)]:
            connection.execute(insert_new(connection, known_articles), rows)
