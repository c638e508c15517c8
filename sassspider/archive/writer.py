"""Writes what a crawl sees of one article, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, RowMapping, Table, Update, bindparam, func, select

from sassspider.archive.engine import explaining, writing
from sassspider.archive.records import Change, Saved, Seen
from sassspider.archive.revision import digest
from sassspider.archive.rows import article_columns, page_columns
from sassspider.archive.tables import articles, authors, named, pages, removals, revisions, views
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.page import Page

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

# Of the archive's making, or telling nothing about the article: a difference in these alone changes no output.
_NOT_COMPARED = {"duplicate_of", "date_removed", "fetched_at"}
_COMPARED = [name for name in ARTICLE_FIELDS if name not in _NOT_COMPARED]

_STORED = (
    select(articles, revisions.c.digest)
    .join(revisions, articles.c.revision_id == revisions.c.id)
    .where(articles.c.site == bindparam("site"), articles.c.id == bindparam("id"))
)
_LAST_SEQUENCE = select(func.coalesce(func.max(articles.c.sequence), 0)).where(articles.c.site == bindparam("site"))
_GROUP = (
    select(articles.c.id, articles.c.duplicate_of)
    .where(articles.c.site == bindparam("site"), articles.c.content_hash == bindparam("content_hash"))
    .order_by(articles.c.date_removed.is_not(None), articles.c.id)
)


class ArticleWriter:
    """Saves what a run sees of the articles of one section. Each public method is one transaction."""

    def __init__(self, engine: Engine, site: str, section_id: str):
        self.engine = engine
        self.site = site
        self.section_id = section_id

    def save(self, article: Article, page: Page, names: Collection[int] = (), only_if_changed: bool = False) -> Saved:
        """Save one article, see ``Seen``; raises ArchiveError."""
        return self.save_all([Seen(article, page, names, only_if_changed)])[0]

    def save_all(self, seen: Iterable[Seen]) -> list[Saved]:
        """Save several in one transaction: the disk is waited for once. Raises ArchiveError when none is saved."""
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            return [self._save(connection, *one) for one in seen]

    def _save(
        self, connection: Connection, article: Article, page: Page, names: Collection[int], only_if_changed: bool
    ) -> Saved:
        stored = connection.execute(_STORED, {"site": self.site, "id": article.id}).mappings().first()
        self._note_names(connection, {*names, article.id})
        if stored is None:
            change: Change = "new"
            self._insert(connection, article, page)
        else:
            change = self._update(connection, stored, article, page, only_if_changed)
        hashes = {article.content_hash, stored["content_hash"] if stored else article.content_hash}
        originals = {content_hash: regroup(connection, self.site, content_hash) for content_hash in hashes}
        original = originals[article.content_hash]
        return Saved(change, None if original == article.id else original)

    def _insert(self, connection: Connection, article: Article, page: Page) -> None:
        revision_id = self._insert_revision(connection, article, page)
        sequence = next_sequence(connection, self.site)
        numbers = {"revision_id": revision_id, "first_sequence": sequence, "sequence": sequence}
        connection.execute(articles.insert(), {"site": self.site, **article_columns(article), **numbers})
        self._set_authors(connection, article)
        self._note_views(connection, article)

    def _update(
        self, connection: Connection, stored: RowMapping, article: Article, page: Page, only_if_changed: bool
    ) -> Change:
        returned = clear_removal(connection, self.site, article.id, page.fetched_at)
        changed = stored["digest"] != digest(article)
        if changed:
            revision_id = self._find_revision(connection, article) or self._insert_revision(connection, article, page)
        else:
            revision_id = stored["revision_id"]
        if only_if_changed and not changed and not returned:
            # The stored page stays the one that the row was read from; the next conditional request needs the new tag.
            columns = {"etag": page.etag, "last_modified": page.last_modified}
            self._touch_revision(connection, revision_id, page.fetched_at, columns)
            return "unchanged"
        self._touch_revision(connection, revision_id, page.fetched_at, page_columns(page))
        self._note_views(connection, article)
        if changed or returned or any(stored[name] != getattr(article, name) for name in _COMPARED):
            numbers = {"revision_id": revision_id, "sequence": next_sequence(connection, self.site)}
            connection.execute(
                _where_article(articles.update(), self.site, article.id).values(**article_columns(article), **numbers)
            )
            self._set_authors(connection, article)
        return "changed" if changed else "returned" if returned else "unchanged"

    def _insert_revision(self, connection: Connection, article: Article, page: Page) -> int:
        row = {
            "site": self.site,
            "article_id": article.id,
            "digest": digest(article),
            "first_seen": page.fetched_at,
            "last_seen": page.fetched_at,
        }
        inserted = connection.execute(revisions.insert().returning(revisions.c.id), row)
        revision_id: int = inserted.scalar_one()
        connection.execute(pages.insert(), {"revision_id": revision_id, **page_columns(page)})
        return revision_id

    def _find_revision(self, connection: Connection, article: Article) -> int | None:
        """The revision of an earlier time with the same content: an edit that was taken back makes no new one."""
        same = select(revisions.c.id).where(
            revisions.c.site == self.site, revisions.c.article_id == article.id, revisions.c.digest == digest(article)
        )
        return connection.execute(same).scalar()

    def _touch_revision(self, connection: Connection, revision_id: int, seen_at: str, columns: dict[str, Any]) -> None:
        connection.execute(revisions.update().where(revisions.c.id == revision_id).values(last_seen=seen_at))
        connection.execute(pages.update().where(pages.c.revision_id == revision_id).values(**columns))

    def _set_authors(self, connection: Connection, article: Article) -> None:
        own = (authors.c.site == self.site) & (authors.c.article_id == article.id)
        connection.execute(authors.delete().where(own))
        rows = [
            {"site": self.site, "article_id": article.id, "position": position, "name": name}
            for position, name in enumerate(article.authors, start=1)
        ]
        if rows:
            connection.execute(authors.insert(), rows)

    def _note_views(self, connection: Connection, article: Article) -> None:
        if article.views is None:
            return
        own = (views.c.site == self.site) & (views.c.article_id == article.id)
        last = connection.execute(select(views.c.views).where(own).order_by(views.c.seen_at.desc()).limit(1)).scalar()
        if last != article.views:
            row = {"site": self.site, "article_id": article.id, "seen_at": article.fetched_at, "views": article.views}
            connection.execute(insert_new(connection, views), row)

    def _note_names(self, connection: Connection, ids: Collection[int]) -> None:
        rows = [{"site": self.site, "section_id": self.section_id, "article_id": one, "gone": 0} for one in sorted(ids)]
        connection.execute(insert_new(connection, named), rows)


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that passes over rows whose key is there already."""
    # Each brings its own drivers along, and a run needs one.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()


def next_sequence(connection: Connection, site: str) -> int:
    """The next number in the order in which what exports print of a site's articles changed."""
    return int(connection.execute(_LAST_SEQUENCE, {"site": site}).scalar_one()) + 1


def regroup(connection: Connection, site: str, content_hash: str) -> int | None:
    """Make the lowest id the original of all articles with this content, and return it.

    One that the site still has goes before one that it has removed: else a re-post would vanish with its original.
    """
    group = connection.execute(_GROUP, {"site": site, "content_hash": content_hash}).all()
    original = group[0].id if group else None
    for one in group:
        repeats = None if one.id == original else original
        if one.duplicate_of != repeats:
            values = {"duplicate_of": repeats, "sequence": next_sequence(connection, site)}
            connection.execute(_where_article(articles.update(), site, one.id).values(**values))
    return original


def clear_removal(connection: Connection, site: str, article_id: int, seen_at: str) -> bool:
    """Note that the site has an article, and return whether it had been removed."""
    own = (named.c.site == site) & (named.c.article_id == article_id)
    connection.execute(named.update().where(own).values(missing_since=None, missing_run=None, gone=0))
    open_removal = (removals.c.site == site) & (removals.c.article_id == article_id) & removals.c.returned_on.is_(None)
    returned = connection.execute(removals.update().where(open_removal).values(returned_on=seen_at[:10])).rowcount > 0
    if returned:
        values = {"date_removed": None, "sequence": next_sequence(connection, site)}
        connection.execute(_where_article(articles.update(), site, article_id).values(**values))
    return returned


def _where_article(statement: Update, site: str, article_id: int) -> Update:
    return statement.where(articles.c.site == site, articles.c.id == article_id)
