"""Create the tables, and upgrade an archive of an older version in place."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, inspect, select, text

from sassspider.archive import ArchiveError
from sassspider.archive.engine import translate_errors, write_transaction
from sassspider.archive.tables import metadata, schema_version

Upgrade = Callable[[Connection], None]


def _index_sections(connection: Connection) -> None:
    columns = "site, section_id, id, date_published, date_removed"
    connection.execute(text(f"CREATE INDEX articles_by_section ON articles ({columns})"))


def _rename_tables(connection: Connection) -> None:
    """Rename a table and columns, drop the table of files that were appended to; the rows stay as they are."""
    for statement in (
        "ALTER TABLE named RENAME TO known_articles",
        "ALTER TABLE known_articles RENAME COLUMN missing_since TO not_found_since",
        "ALTER TABLE known_articles RENAME COLUMN missing_run TO not_found_run",
        "ALTER TABLE known_articles RENAME COLUMN gone TO removed",
        "ALTER TABLE revisions RENAME COLUMN digest TO editorial_hash",
        "DROP TABLE exports",
    ):
        connection.execute(text(statement))


# UPGRADES[n] brings an archive of version n + 1 to version n + 2. Never change one that was released: add the next.
UPGRADES: tuple[Upgrade, ...] = (_index_sections, _rename_tables)
VERSION = 1 + len(UPGRADES)


def migrate(engine: Engine, upgrades: tuple[Upgrade, ...] = UPGRADES) -> None:
    """Create the tables of an empty database, or upgrade older ones, in one transaction.

    Raises ArchiveError if the archive can't be used, or if its version is newer than this program knows.
    """
    latest = 1 + len(upgrades)
    with translate_errors(engine), write_transaction(engine, "schema") as connection:
        found = read_version(connection)
        if found is None:
            metadata.create_all(connection)
            connection.execute(schema_version.insert().values(version=latest))
            return
        refuse_newer(engine, found, latest)
        for upgrade in upgrades[found - 1 :]:
            upgrade(connection)
        if found < latest:
            connection.execute(schema_version.update().values(version=latest))


def refuse_newer(engine: Engine, found: int, latest: int = VERSION) -> None:
    """Raise ArchiveError if an archive's version is newer than this program knows."""
    if found > latest:
        raise ArchiveError(
            f"{engine.url.render_as_string()} was written by a newer sassspider (schema {found}, this one knows "
            f"{latest}): upgrade sassspider, or name another archive in ARCHIVE_URL"
        )


def read_version(connection: Connection) -> int | None:
    """Return the archive's version, or None if it has no tables yet."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    return int(connection.execute(select(schema_version.c.version)).scalar_one())
