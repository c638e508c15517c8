"""Create the tables, and upgrade an archive of an older version in place."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, select, text

from sassspider.archive import ArchiveError
from sassspider.archive.engine import write_transaction
from sassspider.archive.tables import metadata, schema_version

# UPGRADES[n] brings an archive of version n + 1 to version n + 2. Never change one that was released: add the next.
UPGRADES: tuple[tuple[str, ...], ...] = (
    ("CREATE INDEX articles_by_section ON articles (site, section_id, id, date_published, date_removed)",),
    (
        "ALTER TABLE named RENAME TO known_articles",
        "ALTER TABLE known_articles RENAME COLUMN missing_since TO not_found_since",
        "ALTER TABLE known_articles RENAME COLUMN missing_run TO not_found_run",
        "ALTER TABLE known_articles RENAME COLUMN gone TO removed",
        "ALTER TABLE revisions RENAME COLUMN digest TO editorial_hash",
        "DROP TABLE exports",
    ),
    ("DROP INDEX ix_authors_name",),  # PostgreSQL takes no index entry above 2,704 bytes
    (
        "ALTER TABLE pages ADD COLUMN head JSON",
        "CREATE TABLE media (site TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL, tries BIGINT NOT NULL, "
        "seen_at TEXT NOT NULL, path TEXT, sha256 TEXT, content_type TEXT, bytes BIGINT, answer TEXT, "
        "PRIMARY KEY (site, url))",
    ),
)
VERSION = 1 + len(UPGRADES)


def migrate(engine: Engine, upgrades: tuple[tuple[str, ...], ...] = UPGRADES) -> None:
    """Create the tables of an empty database, or upgrade older ones, in one transaction.

    Raises ArchiveError if the archive can't be used, or if its version is newer than this program knows.
    """
    latest = 1 + len(upgrades)
    with write_transaction(engine, "schema") as connection:
        _check_encoding(connection)
        found = read_version(connection)
        if found is None:
            metadata.create_all(connection)
            connection.execute(schema_version.insert().values(version=latest))
            return
        if found > latest:
            raise ArchiveError(
                f"{engine.url.render_as_string()} was written by a newer sassspider (schema {found}, this one knows "
                f"{latest}): upgrade sassspider, or name another archive in ARCHIVE_URL"
            )
        for statements in upgrades[found - 1 :]:
            for statement in statements:
                connection.execute(text(statement))
        if found < latest:
            connection.execute(schema_version.update().values(version=latest))


def read_version(connection: Connection) -> int | None:
    """Return the archive's version, or None if it has no tables yet."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    return int(connection.execute(select(schema_version.c.version)).scalar_one())


def _check_encoding(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            name = connection.engine.url.render_as_string()
            advice = "make one with: createdb --encoding=UTF8 --template=template0 NAME"
            raise ArchiveError(f"{name}: its encoding {encoding} lacks characters of the articles; {advice}")
