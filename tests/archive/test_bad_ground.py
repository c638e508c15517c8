"""Crawls on bad ground: each says what is wrong in a line, damages nothing, and when all is well again completes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from .crawls import EXPORT, SECTION, check_clear, read_export
from .ground import AS_A_USER, Ground, enlarge, limit_files, small_disk


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Server(build_site(seed=3, articles=20)) as server:
        ground = Ground(tmp_path_factory.mktemp("crawled"), server)
        ground.check_mended()
        server.site.publish(4)
        yield ground


@pytest.fixture
def ground(crawled: Ground, tmp_path: Path) -> Ground:
    """An archive that four articles are missing from."""
    return crawled.copy_to(tmp_path)


@pytest.fixture
def bare(crawled: Ground, tmp_path: Path) -> Ground:
    """The same site, and nothing yet."""
    return Ground(tmp_path, crawled.server)


def test_a_disk_that_fills_up(bare: Ground) -> None:
    run = bare.crawl(*limit_files(400))
    check_clear(run, 1, "The archive failed: ")
    assert "disk" in run.stderr
    assert set(read_export(bare.folder)) < set(bare.site.ids(SECTION))
    bare.check_mended()


def test_a_small_disk_that_fills_up(bare: Ground) -> None:
    with small_disk(bare.data, 600):
        run = bare.crawl()
        check_clear(run, 1, "The archive failed: ")
        assert "disk is full (free some space" in run.stderr
        enlarge(bare.data)
        bare.check_mended()


def test_a_disk_that_is_full(bare: Ground, crawled: Ground) -> None:
    with small_disk(bare.data, 8000):
        shutil.copytree(crawled.data, bare.data, dirs_exist_ok=True)
        before = bare.archive.read_bytes()
        with pytest.raises(OSError, match="No space"), (bare.data / "junk").open("wb") as file:
            file.write(bytes(9_000_000))
        check_clear(bare.crawl(), 1, "sassspider.db: ")
        assert bare.archive.read_bytes() == before
        (bare.data / "junk").unlink()
        bare.check_mended()


def test_an_archive_that_takes_no_more_runs(ground: Ground) -> None:
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    for statement, says in ((refuse, "disk is full (free some space"), ("DROP TRIGGER refuse", "")):
        connection = sqlite3.connect(ground.archive)
        connection.execute(statement)
        connection.close()
        if says:
            check_clear(ground.crawl(), 1, says)
    ground.check_mended()


def test_a_folder_that_can_not_be_written(ground: Ground) -> None:
    before = ground.archive.read_bytes(), (ground.folder / EXPORT).read_bytes()
    ground.data.chmod(0o555)
    ground.archive.chmod(0o444)
    run = ground.crawl(*AS_A_USER)
    check_clear(run, 1, "(give write permission to the file and its folder)")
    assert (ground.archive.read_bytes(), (ground.folder / EXPORT).read_bytes()) == before
    ground.data.chmod(0o755)
    ground.archive.chmod(0o644)
    ground.check_mended()


def test_a_folder_that_can_not_be_made(bare: Ground) -> None:
    bare.folder.joinpath("data").write_text("in the way")
    check_clear(bare.crawl(), 1, "no folder can be made")
    bare.data.unlink()
    bare.check_mended()


def test_a_file_that_can_not_be_written_costs_no_article(ground: Ground) -> None:
    ground.folder.joinpath("locked").mkdir(mode=0o555)
    run = ground.crawl(*AS_A_USER, EXPORT_PATH="locked/%(name)s.jsonl")
    check_clear(run, 1, " could not be written: ")
    assert "locked/commentary.jsonl could not be written" in run.stderr
    asked = len(ground.server.requests)
    ground.check_mended()
    paths = [request.path for request in ground.server.requests[asked:]]
    assert len([path for path in paths if path.endswith(".aspx") and "default" not in path]) <= 1


def test_an_archive_of_garbage(ground: Ground) -> None:
    whole, garbage = ground.archive.read_bytes(), bytes(range(256)) * 400
    ground.archive.write_bytes(garbage)
    check_clear(ground.crawl(), 1, "file is not a database (this file is not an archive")
    assert ground.archive.read_bytes() == garbage
    ground.archive.write_bytes(whole)
    ground.check_mended()


def test_an_archive_that_is_cut_in_the_middle(ground: Ground) -> None:
    whole = ground.archive.read_bytes()
    ground.archive.write_bytes(whole[: len(whole) // 2])
    check_clear(ground.crawl(), 1, "malformed (the file is damaged; restore a copy")
    assert ground.archive.read_bytes() == whole[: len(whole) // 2]
    ground.archive.write_bytes(whole)
    ground.check_mended()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("data/sassspider.db", "ARCHIVE_URL is no database address"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/database", "see that the server runs"),
    ],
)
def test_a_wrong_archive_url(bare: Ground, url: str, says: str) -> None:
    run = bare.crawl(ARCHIVE_URL=url)
    check_clear(run, 1, says)
    assert len(run.stderr.splitlines()) == 1
    assert "secret" not in run.stderr
    assert not bare.data.exists()
