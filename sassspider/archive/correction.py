"""Corrects what was read from archived pages, when a better reading of the same pages is at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from sassspider.archive.archive import Archive
from sassspider.archive.duplicates import regroup
from sassspider.archive.engine import explaining, writing
from sassspider.archive.statements import next_sequence
from sassspider.archive.tables import articles, pages, revisions
from sassspider.archive.writer import ArticleWriter
from sassspider.items import ARTICLE_FIELDS, Article

# What a page tells; the rest is of the archive's own knowledge.
_READ = [name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed")]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a new reading of an article's pages gave, against what is archived.

    ``revision_id`` and ``fetched_at`` are of the current page that was read; ``changed`` are the fields in which it
    differs, ``article`` what it says, None unless it differs; ``digests`` are those that differ, by revision;
    ``refused`` has time and reason of each page that was refused; ``pages`` says how many were read.
    """

    site: str
    article_id: int
    section_id: str
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


class CorrectionWriter(ArticleWriter):
    """Applies readings of the articles of one section."""

    def apply(self, reading: Reading) -> bool:
        """Correct an article and its revisions in one transaction; raises ArchiveError.

        Returns False, and leaves the article alone, when a crawl has archived a page of it since it was read.
        """
        with explaining(self.engine), writing(self.engine, self.site) as connection:
            if not self._is_current(connection, reading):
                return False
            for revision_id, digest in reading.digests.items():
                connection.execute(revisions.update().where(revisions.c.id == revision_id).values(digest=digest))
            if reading.changed and reading.article is not None:
                self._correct(connection, reading.article)
        return True

    def _is_current(self, connection: Connection, reading: Reading) -> bool:
        page = select(pages.c.revision_id, pages.c.fetched_at).join(
            articles, articles.c.revision_id == pages.c.revision_id
        )
        found = connection.execute(page.where(self._is(reading.article_id))).first()
        return found is not None and tuple(found) == (reading.revision_id, reading.fetched_at)

    def _correct(self, connection: Connection, article: Article) -> None:
        own = self._is(article.id)
        old_hash = connection.execute(select(articles.c.content_hash).where(own)).scalar_one()
        values = {name: getattr(article, name) for name in _READ}
        values["sequence"] = next_sequence(connection, self.site)
        connection.execute(articles.update().where(own).values(**values))
        self._set_authors(connection, article)
        regroup(connection, self.site, {old_hash, article.content_hash})

    def _is(self, article_id: int) -> ColumnElement[bool]:
        return (articles.c.site == self.site) & (articles.c.id == article_id)


def read_stored(archive: Archive, site: str, article_ids: Sequence[int]) -> dict[int, Article]:
    """The archived articles with these ids."""
    columns = [articles.c[name] for name in ARTICLE_FIELDS]
    query = select(*columns).where(articles.c.site == site, articles.c.id.in_(article_ids))
    return {row["id"]: Article(**row) for row in archive.read.rows(query)}


def read_digests(archive: Archive, site: str, article_ids: Sequence[int]) -> dict[int, str]:
    """The digest of each revision of these articles, by the revision's number."""
    query = select(revisions.c.id, revisions.c.digest)
    own = (revisions.c.site == site) & revisions.c.article_id.in_(article_ids)
    return {row["id"]: row["digest"] for row in archive.read.rows(query.where(own))}
