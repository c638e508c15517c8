"""EXPORT_PATH: whatever the archive and the file went through, one line per current article."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.section import SectionWriter
from sassspider.archive.tables import articles, runs
from sassspider.archive.writer import write_articles
from sassspider.pipelines.export import write_corpus
from sassspider.urls import site_key
from tests.mocksite import Server, build_site

from ..in_process import crawl
from .factories import SECTION, SITE, make_writer, remove, run_together, save

SELECTION = Selection(SITE, SECTION)
IDS = [4, 5, 6, 7]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data/commentary.jsonl"


def check(archive: Archive, path: Path, ids: list[int], selection: Selection = SELECTION) -> None:
    """The file holds these articles, as they are in the archive, each once, in order, and nothing is beside it."""
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == ids
    assert lines == [asdict(one) for one in archive.read.articles(selection)]
    assert not [one for one in path.parent.iterdir() if one.suffix == ".tmp"]


def test_changes_are_written(archive: Archive, writer: SectionWriter, path: Path) -> None:
    save(writer, *IDS)
    assert write_corpus(archive, path, SELECTION)
    check(archive, path, IDS)
    save(writer, 2, 9)
    save(writer, 5, day=2, title="Another title")
    save(writer, 1, body_text="The text of 4.")
    remove(archive, 7)
    assert write_corpus(archive, path, SELECTION)
    check(archive, path, [1, 2, 5, 6, 7, 9])
    assert not write_corpus(archive, path, SELECTION), "the file has them already"


def test_only_the_section_is_written(archive: Archive, writer: SectionWriter, path: Path) -> None:
    write_corpus(archive, path, SELECTION)
    check(archive, path, [])
    save(writer, 6, 5, body_text="The same text.")
    save(make_writer(archive, SITE, "101000"), 7, section_id="101000")
    save(make_writer(archive, "localhost:8000"), 8)
    write_corpus(archive, path, SELECTION)
    check(archive, path, [5])
    with_duplicates = replace(SELECTION, duplicates=True)
    write_corpus(archive, path, with_duplicates)
    check(archive, path, [5, 6], with_duplicates)
    with pytest.raises(FileExistsError, match="it has articles of section 103002: move it away, or name another"):
        write_corpus(archive, path, replace(SELECTION, section_id="101000"))
    with pytest.raises(FileExistsError, match=f"it has articles of {SITE}: move it away, or name another"):
        write_corpus(archive, path, replace(SELECTION, site="localhost:8000"))
    check(archive, path, [5, 6], with_duplicates)


def test_shared_address_belongs_to_each_site(archive: Archive, path: Path) -> None:
    """MIRRORS was changed meanwhile: the archive has each article under the old name of the site, and the new one."""
    for site in ("a.example", SITE, "z.example"):
        save(make_writer(archive, site), *IDS)
    write_corpus(archive, path, SELECTION)
    save(make_writer(archive), 8)
    assert write_corpus(archive, path, SELECTION)
    check(archive, path, [*IDS, 8])


@pytest.mark.parametrize("left", [0, 100, -1])
def test_lost_bytes_are_written_again(archive: Archive, writer: SectionWriter, path: Path, left: int) -> None:
    save(writer, *IDS)
    write_corpus(archive, path, SELECTION)
    path.write_bytes(path.read_bytes()[:left])
    assert write_corpus(archive, path, SELECTION)
    check(archive, path, IDS)
    assert not list(path.parent.glob("*.bak"))


def test_foreign_file_is_moved_aside(archive: Archive, writer: SectionWriter, path: Path) -> None:
    save(writer, *IDS)
    foreign = [b"mine\n", b"[1]\n", b'{"url": "http://other.example/1", "section_id": "103002"}\n' * 20_000]
    for content in foreign:
        path.write_bytes(content)
        write_corpus(archive, path, SELECTION)
        check(archive, path, IDS)
    assert [one.read_bytes() for one in sorted(path.parent.glob("*.bak"))] == foreign


def write_often(url: str, path: Path) -> None:
    with Archive.open(url) as archive:
        for _ in range(20):
            with suppress(FileNotFoundError):  # the other has just moved it aside
                write_corpus(archive, path, SELECTION)


def test_archives_with_one_path_stay_separate(path: Path) -> None:
    """Each moves the other's file aside, and waits for nobody."""
    urls = [f"sqlite:///{path.parent}/{name}.db" for name in ("a", "b")]
    for url, ids in zip(urls, ([1, 2], [3, 4, 5]), strict=True):
        with Archive.open(url) as archive:
            save(make_writer(archive), *ids)
    run_together(write_often, *((url, path) for url in urls))
    files = [path, *path.parent.glob("*.bak")]
    found = {tuple(json.loads(line)["id"] for line in one.read_bytes().splitlines()) for one in files}
    assert found <= {(1, 2), (3, 4, 5)}
    assert not list(path.parent.glob("*.tmp"))


def change_word(folder: Path) -> None:
    """Change the archive as ``scrapy reparse`` does after the loader changed."""
    with Archive.open(f"sqlite:///{folder}/data/sassspider.db") as archive:
        (row, *_) = archive.read.rows(select(articles).order_by(articles.c.id))
        with write_articles(archive.engine, row["site"]) as writer:
            writer.update_row(row["id"], word_count=1)


def forget_a_field(folder: Path) -> None:
    """Leave archive and file as a version of the program whose articles had a field less."""
    path = folder / "data/commentary.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"subtitle":null,', b""))
    with Archive.open(f"sqlite:///{folder}/data/sassspider.db") as archive, archive.engine.begin() as connection:
        for run in connection.execute(select(runs.c.id, runs.c.report)).all():
            run.report["export"] |= {"bytes": path.stat().st_size, "mtime_ns": path.stat().st_mtime_ns}
            run.report["export"].pop("schema", None)
            connection.execute(runs.update().filter_by(id=run.id).values(report=run.report))


TOUCHES: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "archive": (change_word, {}),
    "fields": (forget_a_field, {}),
    "file": (lambda folder: (folder / "data/commentary.jsonl").write_bytes(b""), {}),
    "no file": (lambda folder: (folder / "data/commentary.jsonl").unlink(), {}),
    "other lines": (lambda _: None, {"KEEP_DUPLICATES": "1"}),
    "other file": (lambda _: None, {"EXPORT_PATH": "data/other.jsonl"}),
}


@pytest.mark.parametrize("name", TOUCHES)
def test_next_crawl_brings_the_file_up(tmp_path: Path, name: str) -> None:
    touch, settings = TOUCHES[name]
    with Server(build_site(seed=3, articles=12)) as server:
        assert crawl(tmp_path, server.url).code == 0
        with pytest.MonkeyPatch.context() as patch:  # archive and file are as the last run left them
            patch.setattr("sassspider.pipelines.export.write_corpus", None)
            assert crawl(tmp_path, server.url).code == 0
        touch(tmp_path)
        assert crawl(tmp_path, server.url, settings=settings).code == 0
    path = tmp_path / settings.get("EXPORT_PATH", "data/commentary.jsonl")
    selection = Selection(site_key(server.url, {}), SECTION, duplicates="KEEP_DUPLICATES" in settings)
    with Archive.open(f"sqlite:///{tmp_path}/data/sassspider.db") as archive:
        check(archive, path, [one.id for one in archive.read.articles(selection)], selection)
