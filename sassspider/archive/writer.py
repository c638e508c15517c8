"""Save the articles that a crawl fetched: each whole, or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, Update, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from sassspider.archive.engine import translate_errors, write_transaction
from sassspider.archive.reader import make_revision, select_revisions
from sassspider.archive.records import Change, ReparseResult, Revision, SaveResult, ScrapedPage, editorial_hash
from sassspider.archive.tables import articles, authors, known_articles, pages, removals, revisions, views
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.page import DamagedPageError, Page

# The archive's own, or of the moment: a difference in these alone changes no output.
NOT_COMPARED = {"duplicate_of", "date_removed", "fetched_at"}
COMPARED = [name for name in ARTICLE_FIELDS if name not in NOT_COMPARED]
_WRITTEN = [name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed")]

# PostgreSQL returns ids in any order unless it is told.
_INSERT_REVISIONS = revisions.insert().returning(revisions.c.id, sort_by_parameter_order=True)
_ARCHIVED_IDS = select(articles.c.id).where(
    articles.c.site == bindparam("site"), articles.c.id.in_(bindparam("ids", expanding=True))
)
_STORED = (
    select(articles, revisions.c.editorial_hash)
    .join(revisions, articles.c.revision_id == revisions.c.id)
    .where(articles.c.site == bindparam("site"), articles.c.id == bindparam("id"))
)
_LAST_SEQUENCE = select(func.coalesce(func.max(articles.c.sequence), 0)).where(articles.c.site == bindparam("site"))
_SAME_CONTENT = (
    select(articles.c.content_hash, articles.c.id, articles.c.duplicate_of)
    .where(articles.c.site == bindparam("site"), articles.c.content_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(articles.c.content_hash, articles.c.date_removed.is_not(None), articles.c.id)
)


class ArticleWriter:
    """Save articles of one section. Each public method is one transaction.

    ``reparse`` returns the article that today's loader reads from a revision's page, or raises DamagedPageError.
    """

    def __init__(self, engine: Engine, site: str, section_id: str, reparse: Callable[[Revision], Article]):
        self.engine = engine
        self.site = site
        self.section_id = section_id
        self.reparse = reparse
        self.added: set[int] = set()  # ids in known_articles already: every page links to the newest

    def save(
        self, article: Article, page: Page, known_ids: Collection[int] = (), only_if_changed: bool = False
    ) -> SaveResult:
        """Save one article, see ``ScrapedPage``; raises ArchiveError."""
        return self.save_all([ScrapedPage(article, page, known_ids, only_if_changed)])[0]

    def save_all(self, scraped: Iterable[ScrapedPage]) -> list[SaveResult]:
        """Save several articles in one transaction; raises ArchiveError, and then has saved none."""
        scraped = list(scraped)
        known_ids = {one for article, _, ids, _ in scraped for one in (article.id, *ids)} - self.added
        with translate_errors(self.engine), write_transaction(self.engine, self.site) as connection:
            add_known_ids(connection, self.site, self.section_id, known_ids)
            saved = self._save_all(connection, scraped)
        self.added |= known_ids
        return saved

    def _save_all(self, connection: Connection, scraped: list[ScrapedPage]) -> list[SaveResult]:
        asked_for = {"site": self.site, "ids": [one.article.id for one in scraped]}
        archived = set(connection.execute(_ARCHIVED_IDS, asked_for).scalars())
        new: dict[int, ScrapedPage] = {}
        for one in scraped:
            if one.article.id not in archived:
                new.setdefault(one.article.id, one)  # a second page of it in this transaction is an update
        _insert_articles(connection, self.site, [*new.values()])
        changes: list[Change] = []
        hashes: set[str] = set()
        for one in scraped:
            hashes.add(one.article.content_hash)
            if new.get(one.article.id) is one:
                changes.append("new")
            else:
                stored = connection.execute(_STORED, {"site": self.site, "id": one.article.id}).mappings().one()
                hashes.add(stored["content_hash"])
                changes.append(self._update(connection, stored, one))
        originals = reassign_originals(connection, self.site, hashes)
        found = [originals.get(article.content_hash) for article, *_ in scraped]
        return [
            SaveResult(change, None if original == one.article.id else original)
            for change, original, one in zip(changes, found, scraped, strict=True)
        ]

    def _update(self, connection: Connection, stored: RowMapping, scraped: ScrapedPage) -> Change:
        article, page = scraped.article, scraped.page
        returned = clear_removal(connection, self.site, article.id, page.fetched_at)
        differs = stored["editorial_hash"] != editorial_hash(article)
        revision_id: int = stored["revision_id"]
        if differs:
            self._correct_hashes(connection, article.id)
            found = self._find_revision(connection, article, revision_id)
            revision_id = found or _insert_revisions(connection, self.site, [(article, page)])[0]
        changed = revision_id != stored["revision_id"]
        if scraped.only_if_changed and not differs and not returned:
            # The row was read from the stored page, which stays; the next conditional request needs the new validators.
            validators = {"etag": page.etag, "last_modified": page.last_modified}
            _touch_revision(connection, revision_id, page.fetched_at, validators)
            return "unchanged"
        _touch_revision(connection, revision_id, page.fetched_at, _page_columns(page))
        self._add_views(connection, article)
        if changed or returned or any(stored[name] != getattr(article, name) for name in COMPARED):
            _update_article(connection, self.site, article, revision_id=revision_id)
        return "changed" if changed else "returned" if returned else "unchanged"

    def _correct_hashes(self, connection: Connection, article_id: int) -> None:
        """Reparse an article's stored pages and correct the hashes that an older loader computed.

        A page that today's loader refuses keeps its hash.
        """
        rows = connection.execute(select_revisions(self.site, [article_id])).mappings().all()
        for revision in map(make_revision, rows):
            try:
                current = editorial_hash(self.reparse(revision))
            except DamagedPageError:
                continue
            if current != revision.editorial_hash:
                _set_hash(connection, revision.id, current)

    def _find_revision(self, connection: Connection, article: Article, current: int) -> int | None:
        """Return the revision with the article's hash: ``current`` if it has it, else the latest, or None.

        An edit that was taken back is the earlier revision again.
        """
        own = (revisions.c.site == self.site) & (revisions.c.article_id == article.id)
        same = select(revisions.c.id).where(own, revisions.c.editorial_hash == editorial_hash(article))
        return connection.execute(same.order_by(revisions.c.id != current, revisions.c.id.desc()).limit(1)).scalar()

    def _add_views(self, connection: Connection, article: Article) -> None:
        own = (views.c.site == self.site) & (views.c.article_id == article.id)
        last = connection.execute(select(views.c.views).where(own).order_by(views.c.seen_at.desc()).limit(1)).scalar()
        if article.views is not None and last != article.views:
            connection.execute(insert_new(connection, views), _view_row(self.site, article))


def correct_articles(engine: Engine, site: str, results: Iterable[ReparseResult]) -> int:
    """Correct articles and the hashes of their revisions in one transaction; raises ArchiveError.

    An article of which a crawl has saved a page since it was read is left alone. Returns how many were corrected.
    """
    corrected = 0
    with translate_errors(engine), write_transaction(engine, site) as connection:
        for result in results:
            if not _is_current(connection, site, result):
                continue
            for revision_id, current in result.editorial_hashes.items():
                _set_hash(connection, revision_id, current)
            if result.changed and result.article is not None:
                own = select(articles.c.content_hash).where(articles.c.site == site, articles.c.id == result.article_id)
                old_hash = connection.execute(own).scalar_one()
                _update_article(connection, site, result.article)
                reassign_originals(connection, site, {old_hash, result.article.content_hash})
            corrected += 1
    return corrected


def _is_current(connection: Connection, site: str, result: ReparseResult) -> bool:
    page = (
        select(pages.c.revision_id, pages.c.fetched_at)
        .join(articles, articles.c.revision_id == pages.c.revision_id)
        .where(articles.c.site == site, articles.c.id == result.article_id)
    )
    found = connection.execute(page).first()
    return found is not None and tuple(found) == (result.revision_id, result.fetched_at)


def reassign_originals(connection: Connection, site: str, hashes: Collection[str]) -> dict[str, int]:
    """Make the lowest id the original of all articles with the same content; return it by ``content_hash``.

    An article that the site still has goes before a removed one: else a re-post would vanish with its original.
    A hash that no article has any more is left out.
    """
    found = connection.execute(_SAME_CONTENT, {"site": site, "hashes": sorted(hashes)}).all()
    originals: dict[str, int] = {}
    for content_hash, group in groupby(found, key=lambda row: row[0]):
        for _, article_id, duplicate_of in group:
            original = originals.setdefault(content_hash, article_id)
            repeats = None if article_id == original else original
            if duplicate_of != repeats:
                values = {"duplicate_of": repeats, "sequence": next_sequence(connection, site)}
                connection.execute(update_article(site, article_id).values(**values))
    return originals


def clear_removal(connection: Connection, site: str, article_id: int, seen_at: str) -> bool:
    """Record that the site has an article; return whether it had been removed."""
    own = (known_articles.c.site == site) & (known_articles.c.article_id == article_id)
    present = {"not_found_since": None, "not_found_run": None, "removed": 0}
    connection.execute(known_articles.update().where(own).values(**present))
    open_removal = (removals.c.site == site) & (removals.c.article_id == article_id) & removals.c.returned_on.is_(None)
    returned = connection.execute(removals.update().where(open_removal).values(returned_on=seen_at[:10])).rowcount > 0
    if returned:
        values = {"date_removed": None, "sequence": next_sequence(connection, site)}
        connection.execute(update_article(site, article_id).values(**values))
    return returned


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


def next_sequence(connection: Connection, site: str) -> int:
    """Return the next number in the order of changes to a site's articles."""
    return int(connection.execute(_LAST_SEQUENCE, {"site": site}).scalar_one()) + 1


def update_article(site: str, article_id: int) -> Update:
    """Return an UPDATE of one article."""
    return articles.update().where(articles.c.site == site, articles.c.id == article_id)


def _insert_articles(connection: Connection, site: str, scraped: Sequence[ScrapedPage]) -> None:
    """Insert new articles, each once, with one statement for each table."""
    if not scraped:
        return
    found = [one.article for one in scraped]
    revision_ids = _insert_revisions(connection, site, [(one.article, one.page) for one in scraped])
    numbered = enumerate(zip(found, revision_ids, strict=True), start=next_sequence(connection, site))
    rows = [
        {"site": site, **_article_columns(article), "revision_id": revision_id}
        | {"first_sequence": number, "sequence": number}
        for number, (article, revision_id) in numbered
    ]
    connection.execute(articles.insert(), rows)
    if author_rows := [row for article in found for row in _author_rows(site, article)]:
        connection.execute(authors.insert(), author_rows)
    if view_rows := [_view_row(site, article) for article in found if article.views is not None]:
        connection.execute(views.insert(), view_rows)


def _insert_revisions(connection: Connection, site: str, states: Sequence[tuple[Article, Page]]) -> list[int]:
    """Insert revisions, each with its page; return their ids, in order."""
    rows = [
        {"site": site, "article_id": article.id, "editorial_hash": editorial_hash(article)}
        | {"first_seen": page.fetched_at, "last_seen": page.fetched_at}
        for article, page in states
    ]
    ids = list(connection.execute(_INSERT_REVISIONS, rows).scalars())
    page_rows = [{"revision_id": one, **_page_columns(page)} for one, (_, page) in zip(ids, states, strict=True)]
    connection.execute(pages.insert(), page_rows)
    return ids


def _update_article(connection: Connection, site: str, article: Article, **values: Any) -> None:
    """Replace an article's row and its authors."""
    values |= {**_article_columns(article), "sequence": next_sequence(connection, site)}
    connection.execute(update_article(site, article.id).values(**values))
    connection.execute(authors.delete().where(authors.c.site == site, authors.c.article_id == article.id))
    if rows := _author_rows(site, article):
        connection.execute(authors.insert(), rows)


def _touch_revision(connection: Connection, revision_id: int, seen_at: str, columns: dict[str, Any]) -> None:
    connection.execute(revisions.update().where(revisions.c.id == revision_id).values(last_seen=seen_at))
    connection.execute(pages.update().where(pages.c.revision_id == revision_id).values(**columns))


def _set_hash(connection: Connection, revision_id: int, current: str) -> None:
    connection.execute(revisions.update().where(revisions.c.id == revision_id).values(editorial_hash=current))


def _article_columns(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in _WRITTEN}


def _author_rows(site: str, article: Article) -> list[dict[str, Any]]:
    named = enumerate(article.authors, start=1)
    return [{"site": site, "article_id": article.id, "position": number, "name": name} for number, name in named]


def _view_row(site: str, article: Article) -> dict[str, Any]:
    return {"site": site, "article_id": article.id, "seen_at": article.fetched_at, "views": article.views}


def _page_columns(page: Page) -> dict[str, Any]:
    body = zlib.compress(page.body)
    columns = {"url": page.url, "body": body, "fetched_at": page.fetched_at}
    return columns | {"etag": page.etag, "last_modified": page.last_modified}
