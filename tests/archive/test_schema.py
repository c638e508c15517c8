"""The tables: made, upgraded in place, and never touched by a program that is too old for them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError, open_engine
from sassspider.archive.schema import UPGRADES, VERSION, prepare, read_version
from sassspider.archive.tables import metadata
from sassspider.archive.writer import ArticleWriter

from .seen import SITE, make_article, make_page
from .together import run_together

ROUNDS = 20


def read_found(engine: Engine) -> int | None:
    with engine.connect() as connection:
        return read_version(connection)


def read_columns(engine: Engine) -> list[str]:
    return [column["name"] for column in inspect(engine).get_columns("articles")]


def read_indexes(engine: Engine) -> dict[str | None, list[str | None]]:
    return {index["name"]: index["column_names"] for index in inspect(engine).get_indexes("articles")}


def add_rating(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE articles ADD COLUMN rating BIGINT NOT NULL DEFAULT 0"))
    connection.execute(text("UPDATE articles SET rating = word_count * 2"))


def add_rank(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE articles ADD COLUMN rank BIGINT"))
    connection.execute(text("UPDATE articles SET rank = rating + 1"))


def test_an_empty_database_gets_all_tables(archive_url: str) -> None:
    engine = open_engine(archive_url)
    with engine.connect() as connection:
        assert read_version(connection) is None
    prepare(engine)
    assert set(inspect(engine).get_table_names()) == set(metadata.tables)
    assert read_found(engine) == VERSION
    engine.dispose()


def test_an_older_archive_is_upgraded_in_place_step_by_step(archive: Archive, writer: ArticleWriter) -> None:
    article = make_article(7)
    writer.save(article, make_page(article))
    prepare(archive.engine, (*UPGRADES, add_rating))
    prepare(archive.engine, (*UPGRADES, add_rating, add_rank))
    prepare(archive.engine, (*UPGRADES, add_rating, add_rank))
    assert read_found(archive.engine) == VERSION + 2
    with archive.engine.connect() as connection:
        found = connection.execute(text("SELECT rating, rank FROM articles")).one()
    assert found == (article.word_count * 2, article.word_count * 2 + 1)
    stored = archive.read.article(SITE, 7)
    assert stored is not None
    assert asdict(stored) == asdict(article)


def test_the_first_archives_get_what_later_ones_have(archive: Archive) -> None:
    before = read_indexes(archive.engine)
    with archive.engine.begin() as connection:
        connection.execute(text("DROP INDEX articles_by_section"))
        connection.execute(text("UPDATE schema_version SET version = 1"))
    prepare(archive.engine)
    assert read_indexes(archive.engine) == before
    assert read_found(archive.engine) == VERSION


def test_an_upgrade_that_fails_leaves_the_archive_as_it_was(archive: Archive, writer: ArticleWriter) -> None:
    article = make_article(7)
    writer.save(article, make_page(article))
    before = read_columns(archive.engine)
    with pytest.raises(ArchiveError):
        prepare(archive.engine, (*UPGRADES, add_rating, add_rating))
    assert read_columns(archive.engine) == before
    assert read_found(archive.engine) == VERSION


def test_a_newer_archive_is_refused_untouched(archive: Archive, archive_url: str) -> None:
    prepare(archive.engine, (*UPGRADES, add_rating))
    before = read_columns(archive.engine)
    with pytest.raises(
        ArchiveError, match=rf"newer sassspider \(schema {VERSION + 1}, this one knows {VERSION}\): upgrade sassspider"
    ):
        Archive.open(archive_url)
    assert read_columns(archive.engine) == before
    assert read_found(archive.engine) == VERSION + 1


def open_all(urls: list[str]) -> None:
    for url in urls:
        Archive.open(url).close()


def test_processes_that_open_a_new_archive_at_once_make_it_once(archive_url: str, tmp_path: Path) -> None:
    urls = [archive_url]
    if archive_url.startswith("sqlite"):
        urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(ROUNDS)]
    run_together(open_all, (urls,), (urls,), (urls,))
    for url in urls:
        engine = open_engine(url)
        assert read_found(engine) == VERSION
        engine.dispose()
