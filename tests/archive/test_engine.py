"""Opening a database: what is wrong with the URL is told in one line; what is right is opened safely."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError, explaining, open_engine

from ..crawling import environment

OPEN = "import sys; from sassspider.archive.engine import open_engine; open_engine(sys.argv[1])"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no database address"),
        ("data/sassspider.db", "no database address"),
        ("sqlite:data.db", "no database address"),
        ("postgres://user@host/database", "no database address"),
        ("postgresql://host:port/database", "no database address"),
        ("sqlite://data/x.db", "no database address"),
        ("sqlite:///x.db?timeout=long", "no database address"),
        ("mysql://user@host/database", "a database of the kind mysql"),
        ("postgresql+asyncpg://host/database", "a database of the kind postgresql+asyncpg"),
        ("sqlite+aiosqlite:///x.db", "a database of the kind sqlite+aiosqlite"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file::memory:?uri=true", "in memory"),
        ("sqlite:////proc/none/x.db", "no folder can be made"),
        ("postgresql+psycopg2://user:secret@host/database", "pip install 'psycopg[binary]'"),
    ],
)
def test_a_wrong_url_is_one_line(url: str, says: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        open_engine(url)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("missing", ["the driver", "its library"])
def test_a_missing_driver_is_told_with_what_to_install(tmp_path: Path, missing: str) -> None:
    settings = {"PSYCOPG_IMPL": "c"}  # that implementation is in no wheel
    if missing == "the driver":
        (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')")
        settings = {"PYTHONPATH": os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])}
    done = subprocess.run(
        [sys.executable, "-c", OPEN, "postgresql+psycopg://host/database"],
        env=environment(**settings), capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = done.stderr.splitlines()[-1]
    assert last.startswith("sassspider.archive.errors.ArchiveError: no driver for postgresql+psycopg://host/database")
    assert last.endswith("pip install 'psycopg[binary]'")


def test_a_folder_is_made_for_the_file(tmp_path: Path) -> None:
    Archive.open(f"sqlite:///{tmp_path}/a/b/archive.db").close()
    assert (tmp_path / "a/b/archive.db").is_file()


def test_sqlite_commits_outlast_a_power_cut_and_keys_are_checked(tmp_path: Path) -> None:
    with Archive.open(f"sqlite:///{tmp_path}/archive.db") as archive, archive.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]
    assert found == ["wal", 2, 1]


def test_an_error_names_the_database_but_not_its_password(archive: Archive) -> None:
    with pytest.raises(ArchiveError) as caught, explaining(archive.engine), archive.engine.connect() as connection:
        connection.execute(text("SELECT * FROM nothing"))
    assert archive.engine.url.render_as_string() in str(caught.value)
    assert "nothing" in str(caught.value)
    assert not caught.value.passing


def test_a_server_that_refuses_is_away_for_a_moment() -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open("postgresql+psycopg://user:secret@127.0.0.1:1/database")
    assert caught.value.passing
    assert "see that the server runs" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_is_silent_is_not_waited_for_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sassspider.archive.engine.CONNECT_SECONDS", 2)  # the least that the driver knows
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://user@127.0.0.1:{silent.getsockname()[1]}/database"
        with pytest.raises(ArchiveError, match="timeout") as caught:
            Archive.open(url)
    assert caught.value.passing
