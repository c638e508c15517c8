"""Opening a database: a wrong URL is one line, a password is never shown, a server that is away is waited for."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import open_engine, retry_transient, write_transaction
from sassspider.archive.reader import Selection
from sassspider.archive.tables import runs
from tests.mocksite import Server, build_site

from ..crawling import run_command
from ..in_process import command, crawl
from ..postgres import Postgres
from .factories import AS_A_USER, SITE, make_writer, save

OPEN = "import sys; from sassspider.archive.engine import open_engine; open_engine(sys.argv[1])"
AWAY = "postgresql+psycopg://user:secret@127.0.0.1:1/database"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not a database address"),
        ("data/sassspider.db", "not a database address"),
        ("sqlite:///x.db?timeout=long", "not a database address"),
        ("mysql://user@host/database", "a database of the kind mysql"),
        ("postgresql+asyncpg://host/database", "a database of the kind postgresql+asyncpg"),
        ("sqlite://", "in memory"),
        ("sqlite:///file::memory:?uri=true", "in memory"),
        ("sqlite:////proc/none/x.db", "no folder can be made"),
        ("postgresql+psycopg2://user:secret@host/database", "a database of the kind postgresql+psycopg2"),
    ],
)
def test_wrong_url_is_one_line(url: str, says: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        open_engine(url)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_missing_library_says_what_to_install(tmp_path: Path) -> None:
    url = "postgresql+psycopg://host/database"
    done = run_command(tmp_path, [sys.executable, "-c", OPEN, url], PSYCOPG_IMPL="c")  # is in no wheel
    last = done.stderr.splitlines()[-1]
    assert last.startswith("sassspider.archive.ArchiveError: no driver for postgresql+psycopg://host/database")
    assert last.endswith("pip install 'psycopg[binary]'")


def test_sqlite_is_set_up_safely(tmp_path: Path) -> None:
    with Archive.open(f"sqlite:///{tmp_path}/a/archive.db") as archive, archive.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]
    assert found == ["wal", 2, 1]


READ = """
import sys
from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
for url in sys.argv[1:]:
    with Archive.open_existing(url) as archive:
        print([one.id for one in archive.read.articles(Selection(None))])
"""


def test_unwritable_archive_can_be_read(tmp_path: Path) -> None:
    """It may be one that a crawl has open."""
    folder = tmp_path / "a#b%20"
    folder.mkdir()
    urls = [f"sqlite:///{folder}/{name}.db" for name in ("closed", "open")]
    closed, still_open = (Archive.open(url) for url in urls)
    for archive, article_id in ((closed, 7), (still_open, 8)):
        save(make_writer(archive), article_id)
    closed.close()
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = run_command(tmp_path, [*AS_A_USER, sys.executable, "-c", READ, *urls])
    folder.chmod(0o755)
    still_open.close()
    assert (done.stdout, done.stderr) == ("[7]\n[8]\n", "")


def test_pauses_grow_to_the_timeout(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("sassspider.archive.engine.time.sleep", pauses.append)
    monkeypatch.setattr("sassspider.archive.engine.time.monotonic", lambda: sum(pauses))
    with pytest.raises(ArchiveError, match="see that the server runs") as caught:
        retry_transient(lambda: Archive.open(AWAY), 60)
    assert caught.value.is_transient
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert pauses == [0.5, 1, 2, 4, 8, 10, 10, 10, 10, 4.5]
    assert len(caplog.records) == len(pauses)
    assert retry_transient(count().__next__, 0) == 0
    with pytest.raises(ArchiveError, match="in memory"):
        retry_transient(lambda: open_engine("sqlite://"), 60)
    assert len(pauses) == 10, "what no time mends is not tried again"


def test_held_lock_is_given_up(archive_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BUSY_TIMEOUT", "LOCK_TIMEOUT"):
        monkeypatch.setattr(f"sassspider.archive.engine.{name}", 1)
    with Archive.open(archive_url) as holder, Archive.open(archive_url) as waiting:
        with write_transaction(holder.engine, SITE), pytest.raises(ArchiveError, match="another program holds"):
            save(make_writer(waiting), 7)
        assert save(make_writer(waiting), 7) == ["new"]


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_database_without_unicode_is_one_line(postgres: Postgres, encoding: str) -> None:
    url = postgres.make_database(encoding.lower(), f"ENCODING {encoding} TEMPLATE template0")
    with pytest.raises(ArchiveError, match=f"its encoding {encoding} lacks .* createdb --encoding=UTF8"):
        Archive.open(url)


@pytest.mark.parametrize("place", ["before the host", "query"])
def test_password_is_told_to_nobody(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with postgres.database() as url, Server(build_site(seed=3, articles=5)) as server:
        secret = f"{url}?password=canary" if place == "query" else url.replace("@", ":canary@")
        run = crawl(tmp_path, server.url, settings={"ARCHIVE_URL": secret})
        status = command(tmp_path, "status", "-s", f"ARCHIVE_URL={secret}")
        with Archive.open(url) as archive:
            assert len(list(archive.read.articles(Selection(None)))) == 5
            assert "canary" not in repr(list(archive.read.rows(runs.select())))
    assert (run.code, status.code) == (0, 0), run.stderr
    assert "canary" not in run.stderr + status.stdout + status.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 2
    assert [path for path in written if b"canary" in path.read_bytes()] == []
