"""SQL that several writers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, Update, bindparam, func, select

from sassspider.archive.rows import author_rows
from sassspider.archive.tables import articles, authors

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    from sassspider.items import Article

_LAST_SEQUENCE = select(func.coalesce(func.max(articles.c.sequence), 0)).where(articles.c.site == bindparam("site"))


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


def where_article(statement: Update, site: str, article_id: int) -> Update:
    """The same UPDATE, of one article."""
    return statement.where(articles.c.site == site, articles.c.id == article_id)


def replace_authors(connection: Connection, site: str, article: Article) -> None:
    """Replace the rows of an article's authors."""
    own = (authors.c.site == site) & (authors.c.article_id == article.id)
    connection.execute(authors.delete().where(own))
    if rows := [*author_rows(site, article)]:
        connection.execute(authors.insert(), rows)
