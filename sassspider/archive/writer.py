"""Save the articles that a crawl fetched: each whole, or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Engine, RowMapping, ScalarSelect, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from sassspider.archive.engine import write_transaction
from sassspider.archive.reader import Revision, reparse_page, select_revisions
from sassspider.archive.tables import articles, authors, known_articles, pages, removals, revisions, views
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
_MARK_PRESENT = (
    known_articles.update()
    .filter_by(site=bindparam("own_site"), section_id=bindparam("own_section"), article_id=bindparam("own_id"))
    .values(not_found_since=None, not_found_run=None, removed=0)
)
_INSERT_REVISION = revisions.insert().returning(revisions.c.id, sort_by_parameter_order=True)
_INSERT_PAGE, _INSERT_VIEWS, _INSERT_AUTHOR = pages.insert(), views.insert(), authors.insert()


class SaveResult(NamedTuple):
    """How a saved article compares with the archived one, and the id of the article that it repeats, or None."""

    change: Change
    duplicate_of: int | None


class ReparseResult(NamedTuple):
    """The differences between an archived article and what today's loader reads from its stored pages.

    ``revision_id`` and ``fetched_at`` are those of the current page. ``changed`` names the fields in which the
    ``article`` read from it differs; ``article`` is None if there are none. ``editorial_hashes`` has the hashes to
    correct, by revision id; ``refused`` the time and the reason of each refused page. ``pages`` counts the pages read.
    """

    article_id: int
    revision_id: int
    fetched_at: str
    article: Article | None
    changed: tuple[str, ...]
    editorial_hashes: Mapping[int, str]
    refused: Sequence[tuple[str, str]] = ()
    pages: int = 0


class ArticleWriter:
    """Save articles of one section."""

    def __init__(self, engine: Engine, site: str, section_id: str):
        self.engine = engine
        self.site = site
        self.section_id = section_id
        self.insert = articles.insert().values(first_sequence=next_sequence(site), sequence=next_sequence(site))
        self.added: set[int] = set()  # ids in known_articles already: every page links to the newest

    def save_all(self, found: Sequence[tuple[Article, Page]]) -> list[SaveResult]:
        """Save articles, each with the page that it was read from, in one transaction.

        Raises ArchiveError; then none is saved.
        """
        ids = {article.id for article, _ in found}
        known_ids = ids.union(*(page.linked_ids for _, page in found)) - self.added
        hashes = {article.content_hash for article, _ in found}
        with write_transaction(self.engine, self.site) as connection:
            add_known_ids(connection, self.site, self.section_id, known_ids)
            mark_present(connection, self.site, self.section_id, ids)
            rows = connection.execute(_STORED, {"site": self.site, "ids": list(ids)}).mappings()
            stored = {row["id"]: row for row in rows}
            hashes.update(row["content_hash"] for row in stored.values())
            if new := [(article, page) for article, page in found if article.id not in stored]:
                self._insert(connection, new)
            changes: list[Change] = [
                self._update(connection, stored[article.id], article, page) if article.id in stored else "new"
                for article, page in found
            ]
            originals = reassign_originals(connection, self.site, hashes)
        self.added |= known_ids
        return [SaveResult(change, originals[article.id]) for change, (article, _) in zip(changes, found, strict=True)]

    def _insert(self, connection: Connection, found: Sequence[tuple[Article, Page]]) -> None:
        """Insert articles that are not archived."""
        revision_ids = self._insert_revisions(connection, found)
        own = [{"site": self.site, "revision_id": revision_id} for revision_id in revision_ids]
        rows = [one | _article_columns(article) for one, (article, _) in zip(own, found, strict=True)]
        connection.execute(self.insert, rows)
        _insert_authors(connection, self.site, [article for article, _ in found])
        if counts := [self._views_row(article) for article, _ in found if article.views is not None]:
            connection.execute(_INSERT_VIEWS, counts)

    def _update(self, connection: Connection, stored: RowMapping, article: Article, page: Page) -> Change:
        returned = clear_removal(connection, self.site, article.id, page.fetched_at)
        differs = stored["editorial_hash"] != editorial_hash(article)
        revision_id: int = stored["revision_id"]
        if differs:
            self._correct_hashes(connection, article.id)
            found = self._find_revision(connection, article, revision_id)
            revision_id = found or self._insert_revisions(connection, [(article, page)])[0]
        changed = revision_id != stored["revision_id"]
        connection.execute(revisions.update().where(revisions.c.id == revision_id).values(last_seen=page.fetched_at))
        if page.only_if_changed and not differs and not returned:
            # The row was read from the stored page: both stay, with the validators, and a refresh reads the new page.
            return "unchanged"
        connection.execute(pages.update().where(pages.c.revision_id == revision_id).values(**_page_columns(page)))
        self._add_views(connection, article)
        if changed or returned or any(stored[name] != getattr(article, name) for name in COMPARED):
            _update_article(connection, self.site, article, revision_id=revision_id)
        return "changed" if changed else "returned" if returned else "unchanged"

    def _correct_hashes(self, connection: Connection, article_id: int) -> None:
        """Reparse an article's stored pages and correct the hashes that an older loader computed.

        A page that today's loader refuses keeps its hash.
        """
        for row in connection.execute(select_revisions(self.site, [article_id])).mappings().all():
            revision = Revision(**row)
            try:
                current = editorial_hash(reparse_page(revision))
            except DamagedPageError:
                continue
            if current != revision.editorial_hash:
                _set_hash(connection, revision.id, current)

    def _find_revision(self, connection: Connection, article: Article, current: int) -> int | None:
        """Return the revision with the article's hash: ``current`` if it has it, else the latest, or None.

        An edit that was taken back is the earlier revision again.
        """
        own = {"site": self.site, "article_id": article.id, "editorial_hash": editorial_hash(article)}
        same = select(revisions.c.id).filter_by(**own)
        return connection.execute(same.order_by(revisions.c.id != current, revisions.c.id.desc()).limit(1)).scalar()

    def _insert_revisions(self, connection: Connection, found: Sequence[tuple[Article, Page]]) -> Sequence[int]:
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
        ids: Sequence[int] = connection.execute(_INSERT_REVISION, rows).scalars().all()
        columns = [{"revision_id": one, **_page_columns(page)} for one, (_, page) in zip(ids, found, strict=True)]
        connection.execute(_INSERT_PAGE, columns)
        return ids

    def _add_views(self, connection: Connection, article: Article) -> None:
        own = {"site": self.site, "article_id": article.id}
        counts = select(views.c.views).filter_by(**own).order_by(views.c.seen_at.desc())
        if article.views is not None and article.views != connection.execute(counts.limit(1)).scalar():
            connection.execute(insert_new(connection, views), self._views_row(article))

    def _views_row(self, article: Article) -> dict[str, Any]:
        own = {"site": self.site, "article_id": article.id}
        return {**own, "seen_at": article.fetched_at, "views": article.views}


def correct_articles(engine: Engine, site: str, results: Iterable[ReparseResult]) -> int:
    """Correct articles and the hashes of their revisions in one transaction; raises ArchiveError.

    An article of which a crawl has saved a page since it was read is left alone. Returns how many were corrected.
    """
    corrected = 0
    with write_transaction(engine, site) as connection:
        for result in results:
            page = (
                select(pages.c.revision_id, pages.c.fetched_at, articles.c.content_hash)
                .join(articles, articles.c.revision_id == pages.c.revision_id)
                .where(articles.c.site == site, articles.c.id == result.article_id)
            )
            revision_id, fetched_at, old_hash = connection.execute(page).one()
            if (revision_id, fetched_at) != (result.revision_id, result.fetched_at):
                continue
            for one, current in result.editorial_hashes.items():
                _set_hash(connection, one, current)
            if result.article is not None:
                _update_article(connection, site, result.article)
                reassign_originals(connection, site, {old_hash, result.article.content_hash})
            corrected += 1
    return corrected


def reassign_originals(connection: Connection, site: str, hashes: Collection[str]) -> dict[int, int | None]:
    """Make the lowest id the original of all articles with the same content; return the original of each re-post by id.

    An article that the site still has goes before a removed one: else a re-post would vanish with its original.
    An article without text, of pictures only, repeats none.
    """
    same = connection.execute(_SAME_CONTENT, {"site": site, "hashes": list(hashes)}).all()
    originals: dict[int, int | None] = {}
    for _, group in groupby(same, key=lambda row: row[0]):
        first = None
        for _, article_id, duplicate_of, has_text in group:
            originals[article_id] = first if has_text else None
            first = first or article_id
            if duplicate_of != originals[article_id]:
                _update_row(connection, site, article_id, duplicate_of=originals[article_id])
    return originals


def clear_removal(connection: Connection, site: str, article_id: int, seen_at: str) -> bool:
    """Record that the site has an article; return whether it had been removed."""
    own = {"site": site, "article_id": article_id}
    removal = removals.update().filter_by(**own, returned_on=None).values(returned_on=seen_at[:10])
    returned = connection.execute(removal).rowcount > 0
    if returned:
        _update_row(connection, site, article_id, date_removed=None)
    return returned


def mark_present(connection: Connection, site: str, section_id: str, ids: Iterable[int]) -> None:
    """Take back what earlier runs recorded of articles that they did not find."""
    own = {"own_site": site, "own_section": section_id}
    connection.execute(_MARK_PRESENT, [{**own, "own_id": one} for one in ids])


def add_known_ids(connection: Connection, site: str, section_id: str, ids: Iterable[int]) -> None:
    """Record ids that pages of the section link to; those that are recorded already stay as they are."""
    rows = [{"site": site, "section_id": section_id, "article_id": one, "removed": 0} for one in sorted(ids)]
    if rows:
        connection.execute(insert_new(connection, known_articles), rows)


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that leaves out rows whose key is in the table."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def next_sequence(site: str) -> ScalarSelect[int]:
    """Return the SQL for the next number in the order of changes to a site's articles."""
    others = articles.alias()  # beside the table that is written to
    return select(func.coalesce(func.max(others.c.sequence), 0) + 1).where(others.c.site == site).scalar_subquery()


def _update_row(connection: Connection, site: str, article_id: int, **values: Any) -> None:
    """Change columns of an article, which is then the last that was changed."""
    values["sequence"] = next_sequence(site)
    connection.execute(articles.update().filter_by(site=site, id=article_id).values(**values))


def _update_article(connection: Connection, site: str, article: Article, **values: Any) -> None:
    """Replace an article's row and its authors."""
    _update_row(connection, site, article.id, **_article_columns(article), **values)
    connection.execute(authors.delete().filter_by(site=site, article_id=article.id))
    _insert_authors(connection, site, [article])


def _insert_authors(connection: Connection, site: str, found: Iterable[Article]) -> None:
    rows = [
        {"site": site, "article_id": article.id, "position": number, "name": name}
        for article in found
        for number, name in enumerate(article.authors, start=1)
    ]
    if rows:
        connection.execute(_INSERT_AUTHOR, rows)


def _set_hash(connection: Connection, revision_id: int, current: str) -> None:
    connection.execute(revisions.update().where(revisions.c.id == revision_id).values(editorial_hash=current))


def _article_columns(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _WRITTEN}


def _page_columns(page: Page) -> dict[str, Any]:
    body = zlib.compress(page.body)
    columns = {"url": page.url, "body": body, "fetched_at": page.fetched_at}
    return columns | {"etag": page.etag, "last_modified": page.last_modified, "head": page.head}
