"""The tables: created, upgraded in place, and never touched by a program that is too old for them."""

from __future__ import annotations

import lzma
import zlib
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, insert, inspect, select, text

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.history import read_removal_days, read_sections
from sassspider.archive.migrations import UPGRADES, VERSION, migrate, read_version
from sassspider.archive.reader import Selection
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import pages
from sassspider.page import Page
from sassspider.reparse import compare_articles

from .factories import SECTION, SITE, make_article, make_page, make_writer, read_page, run_together, save, save_page

# Made by version 2 of the archive, crawling five articles: one edited, one removed, one not found once, one too old.
OLD_SITE = "127.0.0.1:44043"
HERE = Path(__file__).parent
LATER = "2026-12-01T08:00:00Z"
ADD_RATING = (
    "ALTER TABLE articles ADD COLUMN rating BIGINT NOT NULL DEFAULT 0",
    "UPDATE articles SET rating = word_count * 2",
)


def read_found(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return read_version(connection)


def read_columns(engine: Engine) -> list[str]:
    return [column["name"] for column in inspect(engine).get_columns("articles")]


def describe_tables(engine: Engine) -> dict[str, object]:
    """Return the columns and indexes of all tables."""
    found = inspect(engine)
    return {
        name: (
            {(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns(name)},
            {(one["name"], *one["column_names"]) for one in found.get_indexes(name)},
            found.get_pk_constraint(name)["constrained_columns"],
        )
        for name in found.get_table_names()
    }


@pytest.fixture
def old_archive(archive_url: str, tmp_path: Path) -> str:
    """Return the URL of the archive of version 2, on each kind of database."""
    file = tmp_path / "old.db"
    file.write_bytes(lzma.decompress((HERE / "version2.db.xz").read_bytes()))
    if archive_url.startswith("sqlite"):
        return f"sqlite:///{file}"
    source, target, tables = create_engine(f"sqlite:///{file}"), create_engine(archive_url), MetaData()
    with source.connect() as old, target.begin() as new:
        for statement in (HERE / "version2.postgresql.sql").read_text().split(";\n"):
            new.execute(text(statement)) if statement.strip() else None
        tables.reflect(new)
        for table in tables.sorted_tables:
            rows = [dict(row) for row in old.execute(table.select()).mappings()]
            new.execute(insert(table), rows) if rows else None
            if "id" in table.c and table.name != "articles":
                new.execute(text(f"SELECT setval('{table.name}_id_seq', (SELECT max(id) FROM {table.name}))"))
    source.dispose()
    target.dispose()
    return archive_url


@pytest.mark.parametrize("version", [1, 2])
def test_old_archive_is_upgraded(old_archive: str, archive_url: str, tmp_path: Path, version: int) -> None:
    if version == 1:
        engine = create_engine(old_archive)
        with engine.begin() as connection:
            connection.execute(text("DROP INDEX articles_by_section"))
            connection.execute(text("UPDATE schema_version SET version = 1"))
        engine.dispose()
    for open_archive in (Archive.open_existing, Archive.open):
        with open_archive(old_archive) as archive:
            check_old_content(archive)
            tables = describe_tables(archive.engine)
    if archive_url.startswith("sqlite"):
        with Archive.open(archive_url) as new:
            assert tables == describe_tables(new.engine)


def check_old_content(archive: Archive) -> None:
    known = archive.read.section_state(OLD_SITE, SECTION)
    assert known.archived_ids == {4001, 4007, 4017, 4018, 4022}
    assert (known.removed_ids, known.unconfirmed_ids) == ({4017}, {4018})
    assert (known.missing_ids, known.not_found_ids) == (set(), set())
    (section,) = read_sections(archive, OLD_SITE, 9)
    assert (section["articles"], section["removed"], section["revisions"]) == (5, 1, 6)
    assert [run["outcome"] for run in section["runs"]] == ["complete"] * 4
    assert [(one[2], one[-1]) for one in read_removal_days(archive, Selection(OLD_SITE))] == [(4017, None)]
    assert len(list(archive.read.articles(Selection(OLD_SITE)))) == 5
    assert {row["head"] for row in archive.read.rows(select(pages.c.head))} == {None}
    results = compare_articles(archive, OLD_SITE, sorted(known.archived_ids))
    assert [(one.article_id, one.changed, one.editorial_hashes) for one in results] == [
        (one, (), {}) for one in sorted(known.archived_ids)
    ]


def test_upgraded_archive_goes_on(old_archive: str) -> None:
    with Archive.open(old_archive) as archive:
        writer = make_writer(archive, OLD_SITE)
        first, _ = archive.read.revisions(OLD_SITE, [4007])
        earlier = Page(first.url, zlib.decompress(first.body), LATER)
        assert save_page(writer, read_page(earlier), earlier).change == "changed"
        assert archive.read.current(OLD_SITE, [4007])[4007][0].title == read_page(earlier).title
        article = make_article(5000)
        assert save_page(writer, article, make_page(article)).change == "new"
        writer.begin_run("commentary", "update", LATER)
        assert writer.run_id == 5


def test_upgrades_run_in_order(archive: Archive, writer: SectionWriter, archive_url: str) -> None:
    save(writer, 7)
    for _ in ("upgrade", "open"):
        migrate(archive.engine, (*UPGRADES, ADD_RATING))
    assert read_found(archive.engine) == VERSION + 1
    with archive.engine.connect() as connection:
        assert connection.execute(text("SELECT rating = word_count * 2 FROM articles")).scalar_one()
    assert asdict(archive.read.current(SITE, [7])[7][0]) == asdict(make_article(7))
    before = describe_tables(archive.engine)
    says = rf"newer sassspider \(schema {VERSION + 1}, this one knows {VERSION}\): upgrade sassspider"
    for open_archive in (Archive.open, Archive.open_existing):
        with pytest.raises(ArchiveError, match=says):
            open_archive(archive_url)
    assert describe_tables(archive.engine) == before


def test_failed_upgrade_changes_nothing(archive: Archive) -> None:
    before = read_columns(archive.engine)
    with pytest.raises(ArchiveError):
        migrate(archive.engine, (*UPGRADES, ADD_RATING, ADD_RATING))
    assert read_columns(archive.engine) == before
    assert read_found(archive.engine) == VERSION


def open_all(urls: list[str]) -> None:
    for url in urls:
        Archive.open(url).close()


def test_processes_create_tables_once(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(6)]
    run_together(open_all, (urls,), (urls,))
    for url in urls:
        with Archive.open_existing(url) as archive:
            assert read_found(archive.engine) == VERSION
