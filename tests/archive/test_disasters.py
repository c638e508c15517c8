"""Crawls that meet a disaster: each says in a line what is wrong, damages nothing, and completes when it is over."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sassspider.archive.engine import POSTGRESQL
from tests.mocksite import Request, Response, Server, build_site

from ..crawling import PROJECT, limit_files
from ..in_process import command
from ..postgres import Postgres, wait_for
from .factories import AS_A_USER, HeldResponses, Place, check_clear

AWAY = "trying again"
ANSWERS = 12


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Server(build_site(seed=3, articles=12)) as server:
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


def test_file_that_can_not_grow(bare: Place) -> None:
    run = bare.start(*limit_files(250)).wait()
    check_clear(run, 1, "The archive failed: ")
    assert "disk" in run.stderr
    assert run.lines() == []
    bare.check_mended()


def test_archive_that_takes_no_run(place: Place) -> None:
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    with closing(sqlite3.connect(place.archive)) as connection:
        connection.execute(refuse)
        check_clear(place.crawl(), 1, "disk is full (free some space")
        connection.execute("DROP TRIGGER refuse")
    place.check_mended()


def test_folder_that_can_not_be_written(place: Place) -> None:
    export = place.data / "commentary.jsonl"
    before = place.archive.read_bytes(), export.read_bytes()
    place.data.chmod(0o555)
    place.archive.chmod(0o444)
    check_clear(place.start(*AS_A_USER).wait(), 1, "(give write permission to the file and its folder)")
    assert (place.archive.read_bytes(), export.read_bytes()) == before
    place.data.chmod(0o755)
    place.archive.chmod(0o644)
    place.check_mended()


@pytest.mark.parametrize("damage", ["garbage", "cut"])
def test_damaged_archive_is_left_alone(place: Place, damage: str) -> None:
    whole = place.archive.read_bytes()
    left = bytes(range(256)) * 400 if damage == "garbage" else whole[: len(whole) // 2]
    place.archive.write_bytes(left)
    says = {"garbage": "file is not a database (this file is not an", "cut": "malformed (the file is damaged; restore"}
    check_clear(command(place.folder, "crawl", "commentary"), 1, says[damage])
    assert place.archive.read_bytes() == left
    place.archive.write_bytes(whole)
    place.check_mended()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("data", "a folder, a pipe or a device"),
        ("pipe", "a folder, a pipe or a device"),
        ("/dev/full", "a folder, a pipe or a device"),
        ("data/sassspider.db", "it is the archive"),
        ("data/sassspider.db-wal", "it is the archive"),
        ("none/none/x.jsonl", "No such file"),
        ("other.jsonl", "it has articles of section 101000"),
    ],
)
def test_wrong_export_path_costs_no_article(place: Place, path: str, says: str) -> None:
    os.mkfifo(place.folder / "pipe")
    (place.folder / "other.jsonl").write_text('{"url": "http://x/101000/1.aspx", "section_id": "101000"}\n')
    run = place.crawl(EXPORT_PATH=path)
    check_clear(run, 1, f"{path} could not be written: ")
    assert says in run.stderr
    assert Path("/dev/full").is_char_device()
    asked = len(place.server.requests)
    place.check_mended(EXPORT_PATH="data/%(name)s.jsonl")
    assert len(place.server.requests) - asked < 5


@pytest.mark.parametrize("timeout", ["60", "1"])
def test_server_that_is_away(tmp_path: Path, postgres: Postgres, timeout: str) -> None:
    held = HeldResponses(12)
    with Server(build_site(seed=3, articles=18), deliver=held) as server, postgres.database() as url:
        place = Place(tmp_path, server)
        crawl = place.start(ARCHIVE_URL=url, ARCHIVE_TIMEOUT=timeout)
        wait_for(lambda: held.waiting)
        with postgres.stopped():
            held.open.set()
            wait_for(lambda: AWAY in crawl.stderr())
            if timeout == "1":
                run = crawl.wait()
                check_clear(run, 1, "The archive failed: ")
                assert run.stderr.count(AWAY) <= 2  # for one article, not for each
        if timeout == "1":
            place.check_mended(ARCHIVE_URL=url)
        else:
            place.check_complete(crawl.wait(), url)


def suspending(postgres: Postgres) -> Server:
    """A site; once it has sent ANSWERS responses, the database's server is suspended."""
    answers = count(1)

    def suspend(_request: Request, _response: Response) -> None:
        if next(answers) == ANSWERS:
            postgres.suspend()

    return Server(build_site(seed=3, articles=18), deliver=suspend)


def test_silent_server_ends_crawl(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sassspider.archive.engine.SILENCE_TIMEOUT", 1)
    monkeypatch.setitem(POSTGRESQL, "connect_timeout", 2)
    with suspending(postgres) as server, postgres.database() as url:
        place = Place(tmp_path, server)
        try:
            run = place.crawl(ARCHIVE_URL=url, ARCHIVE_TIMEOUT="4")
        finally:
            postgres.suspend(signal.SIGCONT)
        check_clear(run, 1, "The archive failed: ")
        waiting = [line for line in run.stderr.splitlines() if AWAY in line]  # it fell silent in a query, or before one
        assert waiting
        assert all("see whether the server is suspended or overloaded" in line for line in waiting)
        place.check_mended(ARCHIVE_URL=url)


@pytest.mark.parametrize(("signals", "code"), [(1, 1), (2, 130)])
def test_silent_server_keeps_no_signal_waiting(tmp_path: Path, postgres: Postgres, signals: int, code: int) -> None:
    """The process is slow to start: its limits are set where Python starts."""
    limits = "from sassspider.archive import engine; engine.SILENCE_TIMEOUT = engine.POSTGRESQL['connect_timeout'] = 2"
    (tmp_path / "sitecustomize.py").write_text(limits)
    with suspending(postgres) as server, postgres.database() as url:
        try:
            hook = ("env", f"PYTHONPATH={tmp_path}:{PROJECT}")
            crawl = Place(tmp_path, server).start(*hook, ARCHIVE_URL=url, ARCHIVE_TIMEOUT="600")
            wait_for(lambda: len(server.requests) >= ANSWERS)
            for number in range(1, signals + 1):
                crawl.process.terminate()
                wait_for(lambda times=number: crawl.stderr().count("Received SIGTERM") == times)
            run = crawl.wait()
        finally:
            postgres.suspend(signal.SIGCONT)
    assert (run.code, "Traceback" in run.stderr) == (code, False), run.stderr
