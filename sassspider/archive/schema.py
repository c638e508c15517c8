"""Makes the tables, and brings an older archive up to date in place."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, inspect, select, text

from sassspider.archive.engine import explaining, writing
from sassspider.archive.errors import ArchiveError
from sassspider.archive.tables import metadata, schema_version

Upgrade = Callable[[Connection], None]


def _index_sections(connection: Connection) -> None:
    columns = "site, section_id, id, date_published, date_removed"
    connection.execute(text(f"CREATE INDEX articles_by_section ON articles ({columns})"))


# UPGRADES[n] brings an archive of version n + 1 to version n + 2. Never change one that was released: add the next.
UPGRADES: tuple[Upgrade, ...] = (_index_sections,)
VERSION = 1 + len(UPGRADES)


def prepare(engine: Engine, upgrades: tuple[Upgrade, ...] = UPGRADES) -> None:
    """Make the tables if there are none, else upgrade them, all in one transaction.

    Raises ArchiveError when the archive can't be used, or is of a newer version than this program knows.
    """
    latest = 1 + len(upgrades)
    with explaining(engine), writing(engine, "schema") as connection:
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
    """Raise ArchiveError when an archive's schema version is newer than this program knows."""
    if found > latest:
        raise ArchiveError(
            f"{engine.url.render_as_string()} was written by a newer sassspider (schema {found}, this one knows "
            f"{latest}): upgrade sassspider, or name another archive in ARCHIVE_URL"
        )


def read_version(connection: Connection) -> int | None:
    """The archive's schema version; None when it has no tables yet."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    return int(connection.execute(select(schema_version.c.version)).scalar_one())
