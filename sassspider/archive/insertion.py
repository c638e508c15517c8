"""New articles, with all that hangs on them: one statement for each kind of row, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from sassspider.archive.records import Seen
from sassspider.archive.revision import digest
from sassspider.archive.rows import article_columns, author_rows, page_columns
from sassspider.archive.statements import next_sequence
from sassspider.archive.tables import articles, authors, pages, revisions, views
from sassspider.items import Article
from sassspider.page import Page

# In order, for PostgreSQL gives ids back in any.
_INSERT_REVISIONS = revisions.insert().returning(revisions.c.id, sort_by_parameter_order=True)
_INSERT_PAGES = pages.insert()
_INSERT_ARTICLES = articles.insert()
_INSERT_AUTHORS = authors.insert()
_INSERT_VIEWS = views.insert()


def insert_articles(connection: Connection, site: str, seen: Sequence[Seen]) -> None:
    """Insert articles that the archive does not have, each once."""
    if not seen:
        return
    revision_ids = insert_revisions(connection, site, [(one.article, one.page) for one in seen])
    sequence = next_sequence(connection, site)
    rows = [
        {"site": site, **article_columns(one.article), "revision_id": revision_id}
        | {"first_sequence": number, "sequence": number}
        for number, (one, revision_id) in enumerate(zip(seen, revision_ids, strict=True), start=sequence)
    ]
    connection.execute(_INSERT_ARTICLES, rows)
    if names := [row for one in seen for row in author_rows(site, one.article)]:
        connection.execute(_INSERT_AUTHORS, names)
    counts = [
        {"site": site, "article_id": one.id, "seen_at": one.fetched_at, "views": one.views}
        for one, *_ in seen
        if one.views is not None
    ]
    if counts:
        connection.execute(_INSERT_VIEWS, counts)


def insert_revisions(connection: Connection, site: str, states: Sequence[tuple[Article, Page]]) -> list[int]:
    """Insert states of articles, each with its page; returns their ids, in order."""
    rows = [
        {
            "site": site,
            "article_id": article.id,
            "digest": digest(article),
            "first_seen": page.fetched_at,
            "last_seen": page.fetched_at,
        }
        for article, page in states
    ]
    ids = list(connection.execute(_INSERT_REVISIONS, rows).scalars())
    connection.execute(
        _INSERT_PAGES,
        [{"revision_id": one, **page_columns(page)} for one, (_, page) in zip(ids, states, strict=True)],
    )
    return ids
