"""Writes the articles that a crawl fetched: each whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, bindparam, select

from sassspider.archive.duplicates import regroup
from sassspider.archive.engine import explaining, writing
from sassspider.archive.insertion import insert_articles, insert_revisions
from sassspider.archive.reader import make_revision, select_revisions
from sassspider.archive.records import Change, Revision, Saved, Seen
from sassspider.archive.revision import digest
from sassspider.archive.rows import article_columns, page_columns
from sassspider.archive.statements import insert_new, next_sequence, replace_authors, where_article
from sassspider.archive.tables import articles, named, pages, removals, revisions, views
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.page import DamagedPageError, Page

# Of the archive's making, or telling nothing about the article: a difference in these alone changes no output.
_NOT_COMPARED = {"duplicate_of", "date_removed", "fetched_at"}
_COMPARED = [name for name in ARTICLE_FIELDS if name not in _NOT_COMPARED]

_HELD = select(articles.c.id).where(
    articles.c.site == bindparam("site"), articles.c.id.in_(bindparam("ids", expanding=True))
)
_STORED = (
    select(articles, revisions.c.digest)
    .join(revisions, articles.c.revision_id == revisions.c.id)
    .where(articles.c.site == bindparam("site"), articles.c.id == bindparam("id"))
)


class ArticleWriter:
    """Saves what a run sees of the articles of one section. Each public method is one transaction.

    ``reparse`` returns the article that today's loader reads from a revision's page, or raises DamagedPageError.
    """

    def __init__(self, engine: Engine, site: str, section_id: str, reparse: Callable[[Revision], Article]):
        self.engine = engine
        self.site = site
        self.section_id = section_id
        self.reparse = reparse
        self.noted: set[int] = set()  # ids that are in the table of names already: every page names the newest

    def save(self, article: Article, page: Page, names: Collection[int] = (), only_if_changed: bool = False) -> Saved:
        """Save one article, see ``Seen``; raises ArchiveError."""
        return self.save_all([Seen(article, page, names, only_if_changed)])[0]

    def save_all(self, seen: Iterable[Seen]) -> list[Saved]:
        """Save several in one transaction: the disk is waited for once. Raises ArchiveError when none is saved."""
        seen = list(seen)
        names = {one for article, _, ids, _ in seen for one in (article.id, *ids)} - self.noted
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            self._note_names(connection, names)
            saved = self._save_all(connection, seen)
        self.noted |= names
        return saved

    def _save_all(self, connection: Connection, seen: list[Seen]) -> list[Saved]:
        asked_for = {"site": self.site, "ids": [one.article.id for one in seen]}
        held = set(connection.execute(_HELD, asked_for).scalars())
        new: dict[int, Seen] = {}
        for one in seen:
            if one.article.id not in held:
                new.setdefault(one.article.id, one)  # were it there twice, the second is a look at the first
        insert_articles(connection, self.site, [*new.values()])
        changes: list[Change] = []
        hashes: set[str] = set()
        for one in seen:
            if new.get(one.article.id) is one:
                changes.append("new")
            else:
                stored = connection.execute(_STORED, {"site": self.site, "id": one.article.id}).mappings().one()
                hashes.add(stored["content_hash"])
                changes.append(self._update(connection, stored, one.article, one.page, one.only_if_changed))
            hashes.add(one.article.content_hash)
        originals = regroup(connection, self.site, hashes)
        return [
            Saved(change, _unless_own(originals.get(article.content_hash), article))
            for change, (article, *_) in zip(changes, seen, strict=True)
        ]

    def _update(
        self, connection: Connection, stored: RowMapping, article: Article, page: Page, only_if_changed: bool
    ) -> Change:
        returned = clear_removal(connection, self.site, article.id, page.fetched_at)
        differs = stored["digest"] != digest(article)
        revision_id: int = stored["revision_id"]
        if differs:
            self._correct_digests(connection, article.id)
            found = self._find_revision(connection, article, revision_id)
            revision_id = found or insert_revisions(connection, self.site, [(article, page)])[0]
        changed = revision_id != stored["revision_id"]
        if only_if_changed and not differs and not returned:
            # The stored page stays the one that the row was read from; the next conditional request needs the new tag.
            columns = {"etag": page.etag, "last_modified": page.last_modified}
            self._touch_revision(connection, revision_id, page.fetched_at, columns)
            return "unchanged"
        self._touch_revision(connection, revision_id, page.fetched_at, page_columns(page))
        self._note_views(connection, article)
        if changed or returned or any(stored[name] != getattr(article, name) for name in _COMPARED):
            numbers = {"revision_id": revision_id, "sequence": next_sequence(connection, self.site)}
            connection.execute(
                where_article(articles.update(), self.site, article.id).values(**article_columns(article), **numbers)
            )
            replace_authors(connection, self.site, article)
        return "changed" if changed else "returned" if returned else "unchanged"

    def _correct_digests(self, connection: Connection, article_id: int) -> None:
        """Read every stored page of an article again and correct the digests that an older loader computed.

        A page that today's loader refuses keeps its digest.
        """
        rows = connection.execute(select_revisions(self.site, [article_id])).mappings().all()
        for revision in map(make_revision, rows):
            try:
                current = digest(self.reparse(revision))
            except DamagedPageError:
                continue
            if current != revision.digest:
                connection.execute(revisions.update().where(revisions.c.id == revision.id).values(digest=current))

    def _find_revision(self, connection: Connection, article: Article, current: int) -> int | None:
        """Return the id of the revision with the article's digest: ``current`` if it has it, else the latest, or None.

        An edit that was taken back is the earlier revision again.
        """
        same = select(revisions.c.id).where(
            revisions.c.site == self.site, revisions.c.article_id == article.id, revisions.c.digest == digest(article)
        )
        return connection.execute(same.order_by(revisions.c.id != current, revisions.c.id.desc()).limit(1)).scalar()

    def _touch_revision(self, connection: Connection, revision_id: int, seen_at: str, columns: dict[str, Any]) -> None:
        connection.execute(revisions.update().where(revisions.c.id == revision_id).values(last_seen=seen_at))
        connection.execute(pages.update().where(pages.c.revision_id == revision_id).values(**columns))

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
        if rows:
            connection.execute(insert_new(connection, named), rows)


def clear_removal(connection: Connection, site: str, article_id: int, seen_at: str) -> bool:
    """Note that the site has an article, and return whether it had been removed."""
    own = (named.c.site == site) & (named.c.article_id == article_id)
    connection.execute(named.update().where(own).values(missing_since=None, missing_run=None, gone=0))
    open_removal = (removals.c.site == site) & (removals.c.article_id == article_id) & removals.c.returned_on.is_(None)
    returned = connection.execute(removals.update().where(open_removal).values(returned_on=seen_at[:10])).rowcount > 0
    if returned:
        values = {"date_removed": None, "sequence": next_sequence(connection, site)}
        connection.execute(where_article(articles.update(), site, article_id).values(**values))
    return returned


def _unless_own(original: int | None, article: Article) -> int | None:
    return None if original == article.id else original
