"""Write articles with their revisions and pages: each whole, or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, Insert, RowMapping, Table, bindparam, func, select
from sqlalchemy.dialects import sqlite

from sassspider.archive.engine import write_transaction
from sassspider.archive.reader import Revision, reparse_page, select_revisions
from sassspider.archive.tables import articles, authors, pages, removals, revisions, views
from sassspider.items import ARTICLE_FIELDS, Article, editorial_hash
from sassspider.page import DamagedPageError, Page

Change = Literal["new", "changed", "unchanged", "returned"]

_WRITTEN = [name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed")]
COMPARED = [name for name in _WRITTEN if name != "fetched_at"]  # a difference in the others changes no output

# Statements for each article that is saved: building them anew takes longer than running them.
_STORED = (
    select(articles, revisions.c.editorial_hash)
    .join(revisions, articles.c.revision_id == revisions.c.id)
    .where(articles.c.site == bindparam("site"), articles.c.id.in_(bindparam("ids", expanding=True)))
)
_SAME_CONTENT = (
    select(articles.c.content_hash, articles.c.id, articles.c.duplicate_of, articles.c.body_text != "")
    .where(articles.c.site == bindparam("site"), articles.c.content_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(articles.c.content_hash, articles.c.date_removed.is_not(None), articles.c.id)
)
_others = articles.alias()  # beside the table that is written to
# The next number in the order of changes to a site's articles.
_SEQUENCE = (
    select(func.coalesce(func.max(_others.c.sequence), 0) + 1)
    .where(_others.c.site == bindparam("own_site"))
    .scalar_subquery()
)
_INSERT = articles.insert().values(first_sequence=_SEQUENCE, sequence=_SEQUENCE)
_INSERT_REVISION = revisions.insert().returning(revisions.c.id, sort_by_parameter_order=True)
_INSERT_PAGE, _INSERT_VIEWS, _INSERT_AUTHOR = pages.insert(), views.insert(), authors.insert()


class ArticleWriter:
    """The changes that one transaction makes to articles of a site; ``write_articles`` gives one."""

    def __init__(self, connection: Connection, site: str):
        self.connection = connection
        self.site = site
        self.hashes: set[str] = set()  # contents that an article got, lost, or was removed with
        self.originals: dict[int, int | None] = {}  # what each article with such content repeats, in the end

    def save_all(self, found: Sequence[tuple[Article, Page]]) -> list[Change]:
        """Save articles, each with the page that it was read from; return how each compares with the archived one."""
        given = {"site": self.site, "ids": [article.id for article, _ in found]}
        stored = {row["id"]: row for row in self.connection.execute(_STORED, given).mappings()}
        self.hashes.update(article.content_hash for article, _ in found)
        self.hashes.update(row["content_hash"] for row in stored.values())
        if new := [(article, page) for article, page in found if article.id not in stored]:
            self._insert(new)
        return [
            self._update(stored[article.id], article, page) if article.id in stored else "new"
            for article, page in found
        ]

    def replace(self, article: Article, **values: Any) -> None:
        """Replace an article's row, of which ``values`` are other columns, and its authors."""
        self.update_row(article.id, **_article_columns(article), **values)
        self.connection.execute(authors.delete().filter_by(site=self.site, article_id=article.id))
        self._insert_authors([article])

    def update_row(self, article_id: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Change columns of an article, which is then the last that was changed; return False if there is none."""
        update = articles.update().where(*conditions).filter_by(site=self.site, id=article_id)
        changed = update.values(**values, sequence=_SEQUENCE).returning(articles.c.content_hash)
        content_hash = self.connection.execute(changed, {"own_site": self.site}).scalar()
        if content_hash is not None:
            self.hashes.add(content_hash)
        return content_hash is not None

    def remove(self, section_id: str, article_id: int, day: str) -> bool:
        """Record a removal; return False if the section has no such article, or it was removed before."""
        is_present = (articles.c.section_id == section_id) & articles.c.date_removed.is_(None)
        is_removed = self.update_row(article_id, is_present, date_removed=day)
        if is_removed:
            own = {"site": self.site, "article_id": article_id}
            self.connection.execute(removals.insert(), {**own, "removed_on": day})
        return is_removed

    def clear_removal(self, article_id: int, seen_at: str) -> bool:
        """Record that the site has an article; return whether it had been removed."""
        removal = removals.update().filter_by(site=self.site, article_id=article_id, returned_on=None)
        returned = self.connection.execute(removal.values(returned_on=seen_at[:10])).rowcount > 0
        return returned and self.update_row(article_id, date_removed=None)

    def set_hash(self, revision_id: int, current: str) -> None:
        """Correct the hash of a revision."""
        self.connection.execute(revisions.update().filter_by(id=revision_id).values(editorial_hash=current))

    def reassign_originals(self) -> dict[int, int | None]:
        """Make the lowest id the original of all articles with the same content; return the original of each by id.

        An article that the site still has goes before a removed one: else a re-post would vanish with its original.
        An article without text, of pictures only, repeats none.
        """
        same = self.connection.execute(_SAME_CONTENT, {"site": self.site, "hashes": list(self.hashes)}).all()
        originals: dict[int, int | None] = {}
        for _, group in groupby(same, key=lambda row: row[0]):
            first = None
            for _, article_id, duplicate_of, has_text in group:
                originals[article_id] = first if has_text else None
                first = first or article_id
                if duplicate_of != originals[article_id]:
                    self.update_row(article_id, duplicate_of=originals[article_id])
        return originals

    def _insert(self, found: Sequence[tuple[Article, Page]]) -> None:
        """Insert articles that are not archived."""
        own = {"site": self.site, "own_site": self.site}
        ids = self._insert_revisions(found)
        rows = [own | {"revision_id": one} | _article_columns(new) for one, (new, _) in zip(ids, found, strict=True)]
        self.connection.execute(_INSERT, rows)
        self._insert_authors(article for article, _ in found)
        if counts := [self._views_row(article) for article, _ in found if article.views is not None]:
            self.connection.execute(_INSERT_VIEWS, counts)

    def _update(self, stored: RowMapping, article: Article, page: Page) -> Change:
        returned = self.clear_removal(article.id, page.fetched_at)
        differs = stored["editorial_hash"] != editorial_hash(article)
        revision_id: int = stored["revision_id"]
        if differs:
            self._correct_hashes(article.id)
            revision_id = self._find_revision(article, revision_id) or self._insert_revisions([(article, page)])[0]
        changed = revision_id != stored["revision_id"]
        self.connection.execute(revisions.update().filter_by(id=revision_id).values(last_seen=page.fetched_at))
        if page.only_if_changed and not differs and not returned:
            # The row was read from the stored page: both stay, with the validators, and a refresh reads the new page.
            return "unchanged"
        self.connection.execute(pages.update().filter_by(revision_id=revision_id).values(**_page_columns(page)))
        self._add_views(article)
        if changed or returned or any(stored[name] != getattr(article, name) for name in COMPARED):
            self.replace(article, revision_id=revision_id)
        return "changed" if changed else "returned" if returned else "unchanged"

    def _correct_hashes(self, article_id: int) -> None:
        """Reparse an article's stored pages and correct the hashes that an older loader computed.

        A page that today's loader refuses keeps its hash.
        """
        for row in self.connection.execute(select_revisions(self.site, [article_id])).mappings().all():
            revision = Revision(**row)
            with suppress(DamagedPageError):
                self.set_hash(revision.id, editorial_hash(reparse_page(revision)))

    def _find_revision(self, article: Article, current: int) -> int | None:
        """Return the revision with the article's hash: ``current`` if it has it, else the latest, or None.

        An edit that was taken back is the earlier revision again.
        """
        own = {"site": self.site, "article_id": article.id, "editorial_hash": editorial_hash(article)}
        same = select(revisions.c.id).filter_by(**own).order_by(revisions.c.id != current, revisions.c.id.desc())
        return self.connection.execute(same.limit(1)).scalar()

    def _insert_revisions(self, found: Sequence[tuple[Article, Page]]) -> Sequence[int]:
        """Insert a revision for each article, with its page; return their ids, in order."""
        rows = [
            {
                "site": self.site,
                "article_id": article.id,
                "editorial_hash": editorial_hash(article),
                "first_seen": page.fetched_at,
                "last_seen": page.fetched_at,
            }
            for article, page in found
        ]
        ids: Sequence[int] = self.connection.execute(_INSERT_REVISION, rows).scalars().all()
        columns = [{"revision_id": one, **_page_columns(page)} for one, (_, page) in zip(ids, found, strict=True)]
        self.connection.execute(_INSERT_PAGE, columns)
        return ids

    def _add_views(self, article: Article) -> None:
        own = {"site": self.site, "article_id": article.id}
        counts = select(views.c.views).filter_by(**own).order_by(views.c.seen_at.desc())
        if article.views is not None and article.views != self.connection.execute(counts.limit(1)).scalar():
            self.connection.execute(insert_new(self.connection, views), self._views_row(article))

    def _views_row(self, article: Article) -> dict[str, Any]:
        return {"site": self.site, "article_id": article.id, "seen_at": article.fetched_at, "views": article.views}

    def _insert_authors(self, found: Iterable[Article]) -> None:
        rows = [
            {"site": self.site, "article_id": article.id, "position": number, "name": name}
            for article in found
            for number, name in enumerate(article.authors, start=1)
        ]
        if rows:
            self.connection.execute(_INSERT_AUTHOR, rows)


@contextmanager
def write_articles(engine: Engine, site: str) -> Iterator[ArticleWriter]:
    """Give the writer of a transaction; order the groups of re-posts that it changes, and commit it.

    Raises ArchiveError.
    """
    with write_transaction(engine, site) as connection:
        writer = ArticleWriter(connection, site)
        yield writer
        writer.originals = writer.reassign_originals()


def insert_new(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that leaves out rows whose key is in the table."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # takes 40 ms

    return postgresql.insert(table).on_conflict_do_nothing()


def _article_columns(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _WRITTEN}


def _page_columns(page: Page) -> dict[str, Any]:
    body = zlib.compress(page.body)
    columns = {"url": page.url, "body": body, "fetched_at": page.fetched_at}
    return columns | {"etag": page.etag, "last_modified": page.last_modified, "head": page.head}
