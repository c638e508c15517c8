"""The JSON Lines file after crashes, in hands that changed it, on a disk that refuses, and under two processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import RowMapping

from sassspider.archive.archive import Archive
from sassspider.archive.tables import exports
from sassspider.archive.writer import ArticleWriter
from sassspider.outputs.projection import _UNFINISHED, Projection

from .projected import Change, check, drop, edit, precede, save
from .seen import SECTION, SITE, make_article, make_page, make_writer, read_rows
from .together import run_together

IDS = [4, 5, 6, 7]


def add(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 2, 9)


def edit_and_add(archive: Archive, writer: ArticleWriter) -> None:
    edit(archive, writer)
    add(archive, writer)


def read_mark(archive: Archive) -> RowMapping:
    (mark,) = read_rows(archive, exports)
    return mark


def put_mark(archive: Archive, **values: int) -> None:
    with archive.engine.begin() as connection:
        connection.execute(exports.update().values(**values))


def crash_states(before: bytes, after: bytes) -> list[bytes]:
    """What a crash may leave of a file that went from one content to the other."""
    cuts = [before[: len(before) // 2], after[:-1], after[:-200], after[: len(before) + 1], b""]
    return [before, after, *cuts]


@pytest.mark.parametrize("change", [add, edit, drop, precede, edit_and_add])
@pytest.mark.parametrize("is_marked", [True, False])
def test_a_crash_between_commit_and_write_at_any_point_is_made_good(
    archive: Archive, writer: ArticleWriter, projection: Projection, change: Change, is_marked: bool
) -> None:
    save(writer, *IDS)
    projection.sync()
    before, mark = projection.path.read_bytes(), read_mark(archive)
    change(archive, writer)
    projection.sync()
    after, ids = projection.path.read_bytes(), sorted(one.id for one in archive.read.articles(projection.selection))
    old = {"sequence": _UNFINISHED.sequence, "size": _UNFINISHED.size} if is_marked else mark
    for content in crash_states(before, after):
        for syncs in ((True,), (False, True)):
            projection.path.write_bytes(content)
            put_mark(archive, sequence=old["sequence"], size=old["size"])
            for rewrite in syncs:
                projection.sync(rewrite)
            check(projection, ids)
    assert not list(projection.path.parent.glob("*.bak")) or not (is_marked or change is add)


def test_a_crash_while_a_shortened_file_is_rewritten_is_made_good(
    archive: Archive, writer: ArticleWriter, projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(writer, 7, 8)
    projection.sync()
    save(writer, 1, 2)
    projection.path.write_bytes(b"")
    with monkeypatch.context() as patched:
        written = Projection._write_mark
        patched.setattr(Projection, "_write_mark", lambda self, mark: mark == _UNFINISHED and written(self, mark))
        projection.sync()  # the process ends before the mark of the new file is written
    save(writer, 3)
    projection.sync(rewrite=False)
    projection.sync()
    check(projection, [1, 2, 3, 7, 8])


def test_a_torn_tail_is_cut_off(
    writer: ArticleWriter, projection: Projection, caplog: pytest.LogCaptureFixture
) -> None:
    save(writer, *IDS)
    projection.sync()
    with projection.path.open("ab") as file:
        file.write(b'{"id": 9, "tit')
    projection.sync(rewrite=False)
    check(projection, IDS)
    assert "written again" in caplog.text


@pytest.mark.parametrize("left", [0, 1, 100])
def test_a_shortened_file_is_written_anew(
    writer: ArticleWriter, projection: Projection, caplog: pytest.LogCaptureFixture, left: int
) -> None:
    save(writer, *IDS)
    projection.sync()
    projection.path.write_bytes(projection.path.read_bytes()[:left])
    projection.sync()
    check(projection, IDS)
    assert "written anew" in caplog.text


def test_a_deleted_file_is_written_anew(writer: ArticleWriter, projection: Projection) -> None:
    save(writer, *IDS)
    projection.sync()
    projection.path.unlink()
    projection.sync()
    check(projection, IDS)


def test_a_file_of_somebody_else_is_moved_aside_each_time(
    archive: Archive, writer: ArticleWriter, projection: Projection
) -> None:
    save(writer, *IDS)
    projection.sync()
    foreign = [b"mine\n", b"mine too\n" * 20_000]
    with archive.engine.begin() as connection:
        connection.execute(exports.delete())
    for content in foreign:
        projection.path.write_bytes(content)
        projection.sync(rewrite=False)
        assert projection.path.read_bytes() == content
        projection.sync()
        check(projection, IDS)
    asides = sorted(projection.path.parent.glob("*.bak"))
    assert [aside.read_bytes() for aside in asides] == foreign


def test_a_folder_in_its_place_is_left_alone(writer: ArticleWriter, projection: Projection) -> None:
    projection.path.mkdir(parents=True)
    (projection.path / "mine").write_bytes(b"mine")
    with pytest.raises(IsADirectoryError, match=r"commentary\.jsonl is a folder"):
        projection.sync()
    assert (projection.path / "mine").read_bytes() == b"mine"


def write_and_sync(url: str, path: Path, first: int, step: int) -> None:
    """Save articles of which some repeat those of the other process, edit some, and sync again and again."""
    with Archive.open(url) as archive:
        writer = make_writer(archive)
        projection = Projection(archive, path, SITE, SECTION, keep_duplicates=False)
        for number in range(first, first + 30 * step, step):
            text = f"The text of {number // 6}." if number % 6 < 2 else f"My own {number}."
            for title in ("A title", "Edited") if number % 10 == 5 else ("A title",):
                article = make_article(number, body_text=text, title=title)
                writer.save(article, make_page(article))
            projection.sync(rewrite=number % 7 == 0)
        projection.sync()


def test_two_processes_that_write_and_sync_at_once_leave_a_whole_file(archive_url: str, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    run_together(write_and_sync, (archive_url, file, 1, 2), (archive_url, file, 60, -2))
    with Archive.open(archive_url) as archive:
        selected = Projection(archive, file, SITE, SECTION, keep_duplicates=False)
        ids = sorted(one.id for one in archive.read.articles(selected.selection))
        check(selected, ids)
        assert archive.read.known(SITE, SECTION).archived == set(range(1, 61))
    assert 40 < len(ids) < 60
