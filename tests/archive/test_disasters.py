"""Crawls that meet a disaster: each says in a line what is wrong, damages nothing, and completes when it is over."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.mocksite import Connection, Request, Response, Server, build_site

from ..postgres import Postgres, wait_for
from .factories import AS_A_USER, EXPORT, Place, check_clear, enlarge, limit_files, read_export, small_disk

AWAY = "trying again"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Server(build_site(seed=3, articles=20)) as server:
        place = Place(tmp_path_factory.mktemp("crawled"), server)
        place.check_mended()
        server.site.publish(4)
        yield place


@pytest.fixture
def place(crawled: Place, tmp_path: Path) -> Place:
    """An archive that four articles are missing from."""
    return crawled.copy_to(tmp_path)


@pytest.fixture
def bare(crawled: Place, tmp_path: Path) -> Place:
    """The same site, and nothing yet."""
    return Place(tmp_path, crawled.server)


def test_disk_that_fills_up(bare: Place) -> None:
    run = bare.crawl(*limit_files(400))
    check_clear(run, 1, "The archive failed: ")
    assert "disk" in run.stderr
    assert read_export(bare.folder) == []
    bare.check_mended()


def test_small_disk_that_fills_up(bare: Place) -> None:
    with small_disk(bare.data, 600):
        run = bare.crawl()
        check_clear(run, 1, "The archive failed: ")
        assert "disk is full (free some space" in run.stderr
        enlarge(bare.data)
        bare.check_mended()


def test_disk_that_is_full(bare: Place, crawled: Place) -> None:
    with small_disk(bare.data, 8000):
        shutil.copytree(crawled.data, bare.data, dirs_exist_ok=True)
        before = bare.archive.read_bytes()
        with pytest.raises(OSError, match="No space"), (bare.data / "junk").open("wb") as file:
            file.write(bytes(9_000_000))
        check_clear(bare.crawl(), 1, "sassspider.db: ")
        assert bare.archive.read_bytes() == before
        (bare.data / "junk").unlink()
        bare.check_mended()


def test_archive_that_takes_no_run(place: Place) -> None:
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    for statement, says in ((refuse, "disk is full (free some space"), ("DROP TRIGGER refuse", "")):
        with closing(sqlite3.connect(place.archive)) as connection:
            connection.execute(statement)
        if says:
            check_clear(place.crawl(), 1, says)
    place.check_mended()


def test_folder_that_can_not_be_written(place: Place) -> None:
    before = place.archive.read_bytes(), (place.folder / EXPORT).read_bytes()
    place.data.chmod(0o555)
    place.archive.chmod(0o444)
    run = place.crawl(*AS_A_USER)
    check_clear(run, 1, "(give write permission to the file and its folder)")
    assert (place.archive.read_bytes(), (place.folder / EXPORT).read_bytes()) == before
    place.data.chmod(0o755)
    place.archive.chmod(0o644)
    place.check_mended()


def test_folder_that_can_not_be_made(bare: Place) -> None:
    bare.folder.joinpath("data").write_text("in the way")
    check_clear(bare.crawl(), 1, "no folder can be made")
    bare.data.unlink()
    bare.check_mended()


def test_unwritable_export_costs_no_article(place: Place) -> None:
    place.folder.joinpath("locked").mkdir(mode=0o555)
    run = place.crawl(*AS_A_USER, EXPORT_PATH="locked/%(name)s.jsonl")
    check_clear(run, 1, "locked/commentary.jsonl could not be written: ")
    asked = len(place.server.requests)
    place.check_mended()
    paths = [request.path for request in place.server.requests[asked:]]
    assert len([path for path in paths if path.endswith(".aspx") and "default" not in path]) <= 1


@pytest.mark.parametrize("damage", ["garbage", "cut"])
def test_damaged_archive_is_left_alone(place: Place, damage: str) -> None:
    whole = place.archive.read_bytes()
    left = bytes(range(256)) * 400 if damage == "garbage" else whole[: len(whole) // 2]
    place.archive.write_bytes(left)
    says = {"garbage": "file is not a database (this file is not an", "cut": "malformed (the file is damaged; restore"}
    check_clear(place.crawl(), 1, says[damage])
    assert place.archive.read_bytes() == left
    place.archive.write_bytes(whole)
    place.check_mended()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("data/sassspider.db", "ARCHIVE_URL is no database address"),
        ("postgresql+psycopg://user:secret@127.0.0.1:1/database", "see that the server runs"),
    ],
)
def test_wrong_archive_url_is_one_line(bare: Place, url: str, says: str) -> None:
    run = bare.crawl(ARCHIVE_URL=url)
    check_clear(run, 1, says)
    assert len(run.stderr.splitlines()) == 1
    assert "secret" not in run.stderr
    assert not bare.data.exists()


class Gate:
    """Lets the site give so many answers; the others wait until it is opened."""

    def __init__(self, answers: int):
        self.answers = answers
        self.waiting = 0
        self.is_open = False

    def __call__(self, connection: Connection, request: Request, response: Response) -> bool:
        self.answers -= 1
        if self.is_open or self.answers >= 0:
            return False
        self.waiting += 1
        self._wait(connection, request, response)
        return True

    def _wait(self, connection: Connection, request: Request, response: Response) -> None:
        if self.is_open:
            connection.send(request, response)
        else:
            asyncio.get_running_loop().call_later(0.02, self._wait, connection, request, response)


@pytest.fixture
def gate() -> Gate:
    return Gate(12)


@pytest.fixture
def gated(tmp_path: Path, gate: Gate) -> Iterator[Place]:
    with Server(build_site(seed=3, articles=60), deliver=gate) as server:
        yield Place(tmp_path, server)


def test_server_that_is_away_for_a_moment(gated: Place, gate: Gate, postgres: Postgres) -> None:
    with postgres.database() as url:
        crawl = gated.start(ARCHIVE_URL=url)
        wait_for(lambda: gate.waiting)
        with postgres.stopped():
            gate.is_open = True
            wait_for(lambda: AWAY in crawl.stderr())
        gated.check_complete(crawl.wait(), {"ARCHIVE_URL": url})


def test_server_that_stays_away(gated: Place, gate: Gate, postgres: Postgres) -> None:
    with postgres.database() as url:
        crawl = gated.start(ARCHIVE_URL=url, ARCHIVE_TIMEOUT="1")
        wait_for(lambda: gate.waiting)
        with postgres.stopped():
            gate.is_open = True
            run = crawl.wait()
        check_clear(run, 1, "The archive failed: ")
        assert run.stderr.count(AWAY) == 2  # for one article, not for each
        assert set(read_export(gated.folder)) < set(gated.site.ids())
        gated.check_mended(ARCHIVE_URL=url)


def test_export_that_can_not_grow_costs_no_article(gated: Place, gate: Gate, postgres: Postgres) -> None:
    gate.is_open = True
    with postgres.database() as url:
        run = gated.crawl(*limit_files(100), ARCHIVE_URL=url)
        check_clear(run, 1, " could not be written: ")
        assert "File too large" in run.stderr
        assert read_export(gated.folder) == []
        asked = len(gated.server.requests)
        gated.check_mended(ARCHIVE_URL=url)
        assert len(gated.server.requests) - asked < 5


def test_two_crawls_at_once(archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url}
    with Server(build_site(seed=3, articles=80)) as server:
        place = Place(tmp_path, server)
        crawls = [place.start(log=f"log{number}", **settings) for number in (1, 2)]
        for run in [crawl.wait() for crawl in crawls]:
            place.check_complete(run, settings)
            assert "locked" not in run.stderr
        asked = len(server.requests)
        place.check_mended(**settings)
        assert len(server.requests) - asked < 5
    assert [path.name for path in place.data.glob("*.bak")] == []
