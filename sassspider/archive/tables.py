"""The archive's tables. Dates and times are ISO 8601 text in UTC, the same on every database."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from sassspider.items import Article

metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only under this name
_OF_ARTICLE = (["site", "article_id"], ["articles.site", "articles.id"])


def _texts(*names: str, **options: Any) -> list[Column[str]]:
    return [Column(name, Text, **{"nullable": False, **options}) for name in names]


def _ids(*names: str, **options: Any) -> list[Column[int]]:
    return [Column(name, BigInteger, **{"nullable": False, "autoincrement": False, **options}) for name in names]


def _article_columns() -> list[Column[Any]]:
    """Return a column for each field of an article but its id: lists are JSON."""
    types: dict[str, Any] = {"str": Text, "int": BigInteger, "word_count": Integer}
    return [
        Column(field.name, types.get(field.name, types.get(kind, JSON)), nullable=none == "None")
        for field in fields(Article)
        for kind, _, none in [str(field.type).partition(" | ")]
        if field.name != "id"
    ]


schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", _Id, primary_key=True),
    *_texts("site", "section_id", "spider", "mode", "started_at"),
    *_texts("ended_at", "outcome", nullable=True),
    Column("counts", JSON),
    Column("report", JSON),
    Column("job", Text),  # Scrapyd's id of it, if it was one of its jobs
)

sections = Table("sections", metadata, *_texts("site", "section_id", primary_key=True), *_texts("completed_at"))

revisions = Table(
    "revisions",
    metadata,
    Column("id", _Id, primary_key=True),
    *_ids("article_id"),
    *_texts("site", "editorial_hash", "first_seen", "last_seen"),
    Index("revisions_by_article", "site", "article_id"),
)

articles = Table(
    "articles",
    metadata,
    *_texts("site", primary_key=True),
    *_ids("id", primary_key=True),
    *_article_columns(),
    # Not fields of the item: the current revision; sequence orders the changes of a site's articles.
    Column("revision_id", BigInteger, ForeignKey("revisions.id"), nullable=False),
    *_ids("first_sequence", "sequence"),
    Index("articles_by_content", "site", "content_hash"),
    # Covers the query that plans a run: the rows themselves are large.
    Index("articles_by_section", "site", "section_id", "id", "date_published", "date_removed"),
    Index("articles_by_sequence", "site", "sequence"),
)

authors = Table(
    "authors",
    metadata,
    *_texts("site", primary_key=True),
    *_ids("article_id", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    *_texts("name"),
    ForeignKeyConstraint(*_OF_ARTICLE),
)

pages = Table(
    "pages",
    metadata,
    Column("revision_id", BigInteger, ForeignKey("revisions.id"), primary_key=True, autoincrement=False),
    *_texts("url"),
    Column("body", LargeBinary, nullable=False),  # zlib
    *_texts("fetched_at"),
    *_texts("etag", "last_modified", nullable=True),
    Column("head", JSON(none_as_null=True)),  # of the response: page.ResponseHead
)

# Addresses of pictures and files that were requested. One without a row was not.
media = Table(
    "media",
    metadata,
    *_texts("site", "url", primary_key=True),
    *_texts("status"),  # media.Status
    *_ids("tries"),  # runs in a row that ended with this status
    *_texts("seen_at"),
    *_texts("path", "sha256", "content_type", nullable=True),
    Column("bytes", BigInteger),
    *_texts("answer", nullable=True),  # why there is no file
)

views = Table(
    "views",
    metadata,
    *_texts("site", primary_key=True),
    *_ids("article_id", primary_key=True),
    *_texts("seen_at", primary_key=True),
    *_ids("views"),
    ForeignKeyConstraint(*_OF_ARTICLE),
)

# Every article id that a page of the section links to. One that is not in articles is missing, unless it is removed.
# date_published is kept of an article that was fetched but not archived, as it is outside the dates asked for.
known_articles = Table(
    "known_articles",
    metadata,
    *_texts("site", "section_id", primary_key=True),
    *_ids("article_id", primary_key=True),
    Column("date_published", Text),
    Column("not_found_since", Text),  # day of the first 404 or 410
    Column("not_found_run", BigInteger),  # run that got it
    Column("removed", Integer, nullable=False, default=0),  # 1 once another run, or confirm_removals, confirmed it
)

removals = Table(
    "removals",
    metadata,
    Column("id", _Id, primary_key=True),
    *_ids("article_id"),
    *_texts("site", "removed_on"),
    Column("returned_on", Text),
    ForeignKeyConstraint(*_OF_ARTICLE),
)
