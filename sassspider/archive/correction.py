"""Corrects archived articles and digests after their stored pages were read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from sassspider.archive.archive import Archive
from sassspider.archive.duplicates import regroup
from sassspider.archive.engine import explaining, writing
from sassspider.archive.rows import article_columns
from sassspider.archive.statements import next_sequence, replace_authors, where_article
from sassspider.archive.tables import articles, pages, revisions
from sassspider.items import ARTICLE_FIELDS, Article


@dataclass(frozen=True, slots=True)
class ReparseResult:
    """The differences between an archived article and what today's loader reads from its stored pages.

    ``revision_id`` and ``fetched_at`` are of the current page; ``changed`` names the fields in which it differs,
    ``article`` is None unless it differs. ``digests`` has the digests that differ, by revision. ``refused`` has the
    time and the reason of each refused page. ``pages`` counts the pages read.
    """

    site: str
    article_id: int
    revision_id: int
    fetched_at: str = ""
    article: Article | None = None
    changed: tuple[str, ...] = ()
    digests: Mapping[int, str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    pages: int = 0

    @property
    def differs(self) -> bool:
        """Whether there is anything to correct."""
        return bool(self.changed or self.digests)


def correct_article(archive: Archive, result: ReparseResult) -> bool:
    """Correct an article and the digests of its revisions in one transaction; raises ArchiveError.

    Returns False, and writes nothing, when a crawl has archived a page of the article since it was read.
    """
    with explaining(archive.engine), writing(archive.engine, result.site) as connection:
        if not _is_current(connection, result):
            return False
        for revision_id, digest in result.digests.items():
            connection.execute(revisions.update().where(revisions.c.id == revision_id).values(digest=digest))
        if result.changed and result.article is not None:
            _correct_row(connection, result.site, result.article)
    return True


def _is_current(connection: Connection, result: ReparseResult) -> bool:
    page = (
        select(pages.c.revision_id, pages.c.fetched_at)
        .join(articles, articles.c.revision_id == pages.c.revision_id)
        .where(articles.c.site == result.site, articles.c.id == result.article_id)
    )
    found = connection.execute(page).first()
    return found is not None and tuple(found) == (result.revision_id, result.fetched_at)


def _correct_row(connection: Connection, site: str, article: Article) -> None:
    own_hash = select(articles.c.content_hash).where(articles.c.site == site, articles.c.id == article.id)
    old_hash = connection.execute(own_hash).scalar_one()
    values = {**article_columns(article), "sequence": next_sequence(connection, site)}
    connection.execute(where_article(articles.update(), site, article.id).values(**values))
    replace_authors(connection, site, article)
    regroup(connection, site, {old_hash, article.content_hash})


def read_stored(archive: Archive, site: str, article_ids: Sequence[int]) -> dict[int, Article]:
    """Return the archived articles with these ids."""
    columns = [articles.c[name] for name in ARTICLE_FIELDS]
    query = select(*columns).where(articles.c.site == site, articles.c.id.in_(article_ids))
    return {row["id"]: Article(**row) for row in archive.read.rows(query)}
