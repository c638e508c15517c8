"""The JSON Lines file: whatever the archive went through, one line per current article of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.writer import ArticleWriter
from sassspider.outputs.projection import Projection

from .projected import Change, check, drop, edit, precede, remove, save
from .seen import SECTION, SITE, make_writer


def test_what_is_new_is_appended(writer: ArticleWriter, projection: Projection) -> None:
    save(writer, 5, 7)
    projection.sync()
    before = projection.path.read_bytes()
    save(writer, 6, 8)
    projection.sync(rewrite=False)
    assert projection.path.read_bytes().startswith(before)
    check(projection, [5, 6, 7, 8])


def test_nothing_new_leaves_the_file_untouched(writer: ArticleWriter, projection: Projection) -> None:
    save(writer, 5, 7)
    projection.sync()
    before = projection.path.stat()
    save(writer, 5, 7, day=2)
    projection.sync()
    assert (projection.path.stat().st_ino, projection.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(("change", "ids"), [(edit, [5, 6]), (drop, [6]), (precede, [1, 6])])
def test_a_line_that_changed_is_replaced_when_that_is_asked_for(
    archive: Archive, writer: ArticleWriter, projection: Projection, change: Change, ids: list[int]
) -> None:
    save(writer, 5, 6)
    projection.sync()
    before = projection.path.read_bytes()
    change(archive, writer)
    projection.sync(rewrite=False)
    assert projection.path.read_bytes() == before
    projection.sync()
    check(projection, ids)


def test_an_article_that_returns_stands_there_again(
    archive: Archive, writer: ArticleWriter, projection: Projection
) -> None:
    save(writer, 5, 6)
    remove(archive, 5)
    projection.sync()
    check(projection, [6])
    save(writer, 5, day=10)
    projection.sync()
    check(projection, [5, 6])


@pytest.mark.parametrize("order", [(5, 6), (6, 5)])
@pytest.mark.parametrize("keep_duplicates", [False, True])
def test_of_articles_alike_the_first_or_all_stand_there(
    archive: Archive, writer: ArticleWriter, tmp_path: Path, order: tuple[int, ...], keep_duplicates: bool
) -> None:
    projection = Projection(archive, tmp_path / "out.jsonl", SITE, SECTION, keep_duplicates)
    for article_id in order:
        save(writer, article_id, body_text="The same text.")
        projection.sync()
    check(projection, [5, 6] if keep_duplicates else [5])
    save(writer, 5, day=2)
    projection.sync()
    check(projection, [5, 6])


def test_only_the_section_of_the_site_is_in_it(archive: Archive, writer: ArticleWriter, projection: Projection) -> None:
    save(writer, 5)
    save(make_writer(archive, SITE, "101000"), 6, section_id="101000")
    save(make_writer(archive, "localhost:8000", SECTION), 7)
    projection.sync()
    check(projection, [5])


def test_an_empty_section_needs_no_file(projection: Projection) -> None:
    projection.sync()
    projection.sync()
    assert projection.path.read_bytes() == b""


def test_files_of_one_archive_do_not_disturb_each_other(
    archive: Archive, writer: ArticleWriter, tmp_path: Path
) -> None:
    both = [Projection(archive, tmp_path / name, SITE, SECTION, keep_duplicates=False) for name in ("a", "b")]
    save(writer, 5)
    both[0].sync()
    save(writer, 6)
    both[1].sync()
    save(writer, 7)
    for projection in both:
        projection.sync()
        check(projection, [5, 6, 7])
