"""EXPORT_PATH: whatever the archive and the file went through, one line per current article."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.writer import ArticleWriter
from sassspider.exporters.corpus import JsonLinesExport

from .factories import SECTION, SITE, make_writer, remove, run_together, save

Change = Callable[[Archive, ArticleWriter], object]
IDS = [4, 5, 6, 7]
CHANGES: dict[str, tuple[Change, list[int]]] = {
    "new": (lambda _, writer: save(writer, 2, 9), [2, 4, 5, 6, 7, 9]),
    "edited": (lambda _, writer: save(writer, 5, day=2, title="Another title"), IDS),
    "removed": (lambda archive, _: remove(archive, 5), [4, 6, 7]),
    "original": (lambda _, writer: save(writer, 1, body_text="The text of 5."), [1, 4, 6, 7]),
}


def check(export: JsonLinesExport, ids: list[int]) -> None:
    """The file holds these articles, as they are in the archive, each once, in order."""
    lines = [json.loads(line) for line in export.path.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == ids
    assert lines == [asdict(one) for one in export.archive.read.articles(export.selection)]
    assert not list(export.path.parent.glob("*.tmp"))


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_written(archive: Archive, writer: ArticleWriter, export: JsonLinesExport, name: str) -> None:
    change, ids = CHANGES[name]
    save(writer, *IDS)
    assert export.write()
    check(export, IDS)
    change(archive, writer)
    assert export.write()
    check(export, ids)


def test_nothing_changed_leaves_the_file(writer: ArticleWriter, export: JsonLinesExport) -> None:
    save(writer, *IDS)
    export.write()
    before = export.path.stat()
    save(writer, *IDS, day=2)
    assert not export.write()
    assert (export.path.stat().st_ino, export.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("keep_duplicates", [False, True])
def test_duplicates_are_left_out_or_kept(
    archive: Archive, writer: ArticleWriter, tmp_path: Path, keep_duplicates: bool
) -> None:
    export = JsonLinesExport(archive, tmp_path / "out.jsonl", SITE, SECTION, keep_duplicates)
    save(writer, 6, 5, body_text="The same text.")
    export.write()
    check(export, [5, 6] if keep_duplicates else [5])


def test_other_sections_and_sites_are_left_out(
    archive: Archive, writer: ArticleWriter, export: JsonLinesExport
) -> None:
    export.write()
    check(export, [])
    save(writer, 5)
    save(make_writer(archive, SITE, "101000"), 6, section_id="101000")
    save(make_writer(archive, "localhost:8000"), 7)
    export.write()
    check(export, [5])


@pytest.mark.parametrize("left", [None, 0, 100, -1])
def test_lost_bytes_are_written_again(writer: ArticleWriter, export: JsonLinesExport, left: int | None) -> None:
    save(writer, *IDS)
    export.write()
    whole = export.path.read_bytes()
    export.path.unlink() if left is None else export.path.write_bytes(whole[:left])
    assert export.write()
    check(export, IDS)
    assert not list(export.path.parent.glob("*.bak"))


def test_file_of_an_older_version_is_replaced(writer: ArticleWriter, export: JsonLinesExport) -> None:
    save(writer, *IDS)
    export.write()
    export.state_path.unlink()
    save(writer, 8)
    export.write()
    check(export, [*IDS, 8])
    assert not list(export.path.parent.glob("*.bak"))


def test_foreign_file_is_moved_aside(writer: ArticleWriter, export: JsonLinesExport) -> None:
    save(writer, *IDS)
    foreign = [b"mine\n", b"[1]\n", b'{"url": "http://other.example/1"}\n' * 20_000]
    for content in foreign:
        export.path.parent.mkdir(exist_ok=True)
        export.path.write_bytes(content)
        export.write()
        check(export, IDS)
    assert [path.read_bytes() for path in sorted(export.path.parent.glob("*.bak"))] == foreign


def test_folder_in_its_place_is_left_alone(writer: ArticleWriter, export: JsonLinesExport) -> None:
    export.path.mkdir(parents=True)
    with pytest.raises(IsADirectoryError, match=r"commentary\.jsonl is a folder"):
        export.write()


def write_and_export(url: str, path: Path, first: int, step: int) -> None:
    """Save articles of which some repeat those of the other process, and export again and again."""
    with Archive.open(url) as archive:
        writer = make_writer(archive)
        export = JsonLinesExport(archive, path, SITE, SECTION, keep_duplicates=False)
        for number in range(first, first + 30 * step, step):
            text = f"The text of {number // 6}." if number % 6 < 2 else f"My own {number}."
            save(writer, number, body_text=text)
            if number % 4 < 2:
                export.write()
        export.write()


def test_two_processes_leave_a_whole_file(archive_url: str, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    run_together(write_and_export, (archive_url, file, 1, 2), (archive_url, file, 60, -2))
    with Archive.open(archive_url) as archive:
        export = JsonLinesExport(archive, file, SITE, SECTION, keep_duplicates=False)
        check(export, [one.id for one in archive.read.articles(export.selection)])
        assert archive.read.section_state(SITE, SECTION).archived_ids == set(range(1, 61))
        assert not export.write()
