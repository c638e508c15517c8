"""The archive's tables. Dates and times are ISO 8601 text in UTC, the same on every database."""

from __future__ import annotations

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

metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only under this name

schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site", Text, nullable=False),
    Column("section_id", Text, nullable=False),
    Column("spider", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("outcome", Text),
    Column("counts", JSON),
    Column("report", JSON),
    Column("job", Text),  # Scrapyd's id of it, if it was one of its jobs
)

sections = Table(
    "sections",
    metadata,
    Column("site", Text, primary_key=True),
    Column("section_id", Text, primary_key=True),
    Column("completed_at", Text, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site", Text, nullable=False),
    Column("article_id", BigInteger, nullable=False),
    Column("editorial_hash", Text, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Index("revisions_by_article", "site", "article_id"),
)

articles = Table(
    "articles",
    metadata,
    Column("site", Text, primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("section_id", Text, nullable=False),
    Column("section", Text),
    Column("breadcrumbs", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("subtitle", Text),
    Column("editor", Text),
    Column("byline", Text),
    Column("authors", JSON, nullable=False),
    Column("source_name", Text),
    Column("source_url", Text),
    Column("date_published", Text, nullable=False),
    Column("date_published_raw", Text, nullable=False),
    Column("date_modified", Text),
    Column("date_modified_raw", Text),
    Column("body_html", Text, nullable=False),
    Column("body_text", Text, nullable=False),
    Column("body_markdown", Text, nullable=False),
    Column("images", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("views", BigInteger),
    Column("previous_id", BigInteger),
    Column("next_id", BigInteger),
    Column("content_hash", Text, nullable=False),
    Column("duplicate_of", BigInteger),
    Column("date_removed", Text),
    Column("fetched_at", Text, nullable=False),
    # Not fields of the item: the current revision; sequence orders the changes of a site's articles.
    Column("revision_id", BigInteger, ForeignKey("revisions.id"), nullable=False),
    Column("first_sequence", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("articles_by_content", "site", "content_hash"),
    # Covers the query that plans a run: the rows themselves are large.
    Index("articles_by_section", "site", "section_id", "id", "date_published", "date_removed"),
    Index("articles_by_sequence", "site", "sequence"),
)

authors = Table(
    "authors",
    metadata,
    Column("site", Text, primary_key=True),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, index=True),
    ForeignKeyConstraint(["site", "article_id"], ["articles.site", "articles.id"]),
)

pages = Table(
    "pages",
    metadata,
    Column("revision_id", BigInteger, ForeignKey("revisions.id"), primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("fetched_at", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
)

views = Table(
    "views",
    metadata,
    Column("site", Text, primary_key=True),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", Text, primary_key=True),
    Column("views", BigInteger, nullable=False),
    ForeignKeyConstraint(["site", "article_id"], ["articles.site", "articles.id"]),
)

# Every article id that a page of the section links to. One that is not in articles is missing, unless it is removed.
# date_published is kept of an article that was fetched but not archived, as it is outside the dates asked for.
known_articles = Table(
    "known_articles",
    metadata,
    Column("site", Text, primary_key=True),
    Column("section_id", Text, primary_key=True),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("date_published", Text),
    Column("not_found_since", Text),  # day of the first 404 or 410
    Column("not_found_run", BigInteger),  # run that got it
    Column("removed", Integer, nullable=False, default=0),  # 1 once another run, or confirm_removals, confirmed it
)

removals = Table(
    "removals",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site", Text, nullable=False),
    Column("article_id", BigInteger, nullable=False),
    Column("removed_on", Text, nullable=False),
    Column("returned_on", Text),
    ForeignKeyConstraint(["site", "article_id"], ["articles.site", "articles.id"]),
)
