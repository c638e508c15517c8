"""A deployed egg is whole and its crawls are recorded; one that does not work leaves no trace on the server."""

from __future__ import annotations

import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import COMMENTARY, Server, build_site

from .. import in_process
from ..crawling import FAST, one_line, run_command
from ..in_process import command
from ..postgres import wait_for
from .conftest import CREDENTIALS, Daemon, point, run_scrapy

SPIDER = ("sassspider", "commentary")
SECTION = "sassspider/spiders/section.py"


def alter(egg: Path, path: Path, leave_out: str = "-", append_to: str = "") -> Path:
    """Return a copy of an egg that lacks some files, or in which one imports a missing package."""
    with zipfile.ZipFile(egg) as whole, zipfile.ZipFile(path, "w") as altered:
        for name in whole.namelist():
            extra = b"\nimport no_such_package\n" if name == append_to else b""
            if not name.startswith(leave_out):
                altered.writestr(name, whole.read(name) + extra)
    return path


def test_egg_has_package_without_secrets(egg: Path) -> None:
    files = [path for path in egg.parent.glob("sassspider/**/*") if path.is_file() and path.suffix != ".pyc"]
    sources = {path.relative_to(egg.parent).as_posix(): path.read_bytes() for path in files}
    with zipfile.ZipFile(egg) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert b"canary" not in packed.values()
    public = {name for name, content in sources.items() if content != b"canary"}
    assert {name for name in packed if not name.startswith("EGG-INFO") and "__pycache__" not in name} == public
    assert not (egg.parent / "setup.py").exists(), "scrapyd-client's file is not left behind"


def test_deploy_names_the_spiders(checkout: Path, credentials: None, daemon: Daemon, egg: Path) -> None:
    point(checkout, daemon.url)
    done = command(checkout, "deploy", "--egg", str(egg))
    assert done.code == 0, done.stderr
    assert done.stdout.endswith(": commentary, media, section\n")
    assert CREDENTIALS["SCRAPYD_PASSWORD"] not in done.stdout + done.stderr
    assert len(daemon.versions("sassspider")) == 2
    daemon.delversion("sassspider", daemon.versions("sassspider")[-1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"append_to": SECTION}, "ModuleNotFoundError: No module named 'no_such_package'"),
        ({"leave_out": "sassspider/spiders/commentary.py"}, "does not find in the egg: commentary"),
    ],
)
def test_broken_egg_is_removed(
    checkout: Path, credentials: None, daemon: Daemon, egg: Path, change: dict[str, str], says: str
) -> None:
    point(checkout, daemon.url)
    done = command(checkout, "deploy", "--egg", str(alter(egg, checkout / "x.egg", **change)))
    one_line(done, 1, says)
    assert "was removed" in done.stderr
    assert daemon.versions("sassspider") == ["1"]


def test_refused_upload_is_one_line(
    checkout: Path, credentials: None, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(checkout, daemon.url)
    (checkout / "x.egg").write_bytes(b"no egg")
    right = CREDENTIALS["SCRAPYD_PASSWORD"]
    for password, says in ((right, "egg is not a ZIP file"), ("wrong", "SCRAPYD_USERNAME")):
        monkeypatch.setenv("SCRAPYD_PASSWORD", password)
        one_line(command(checkout, "deploy", "--egg", "x.egg"), 1, says)
    assert daemon.versions("sassspider") == ["1"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 1, "can't be reached"),
        (("staging",), 1, "scrapy.cfg needs a section [deploy:staging]"),
        (("--speed",), 2, "'--speed' is not understood"),
    ],
)
def test_mistake_is_one_line(checkout: Path, credentials: None, options: tuple[str, ...], code: int, says: str) -> None:
    one_line(command(checkout, "deploy", *options), code, says)


def test_broken_spider_is_one_line(checkout: Path) -> None:
    (checkout / SECTION).write_text("import no_such_package", encoding="utf-8")
    one_line(run_scrapy(checkout, "deploy"), 1, "No module named 'no_such_package'")


def test_scrapyd_needs_a_password(daemon: Daemon) -> None:
    done = run_command(daemon.folder, [sys.executable, "-m", "scrapyd", "--pidfile="], SCRAPYD_USERNAME="x")
    assert done.code != 0
    assert "scrapyd_password" in done.stdout + done.stderr


def read(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query; none before the archive has tables."""
    try:
        with closing(sqlite3.connect(f"file:{folder}/x.db?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def outcomes(folder: Path) -> dict[str, str]:
    """Return how the run of each job ended."""
    return {job: outcome.partition(";")[0] for job, outcome in read(folder, "SELECT job, outcome FROM runs")}


def test_jobs_are_recorded(daemon: Daemon, tmp_path: Path) -> None:
    paths = {"ARCHIVE_URL": f"sqlite:///{tmp_path}/x.db", "EXPORT_PATH": ""}
    chosen = {**FAST, **paths, "RUNS_DIR": "", "CONCURRENT_REQUESTS": "1"}
    settings = [("setting", f"{name}={value}") for name, value in chosen.items()]
    site = build_site(seed=5, articles=40)
    with Server(build_site(seed=5, articles=40, latency=0.3)) as slow, Server(site) as server:
        cancelled, whole = (daemon.schedule(*SPIDER, [("site", one.url), *settings]) for one in (slow, server))
        wait_for(lambda: read(tmp_path, "SELECT id FROM articles"))
        daemon.cancel("sassspider", cancelled)
        assert "ERROR" not in daemon.finish(whole)
        daemon.finish(cancelled)
    found = read(tmp_path, f"SELECT id FROM articles WHERE site = '{server.url[7:]}' ORDER BY id")
    assert [row[0] for row in found] == site.ids(COMMENTARY)
    assert outcomes(tmp_path) == {whole: "complete", cancelled: "interrupted"}


def test_environment_names_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPY_JOB", "nightly-7")
    with Server(build_site(seed=9, articles=3)) as server:
        in_process.crawl(tmp_path, server.url, settings={"ARCHIVE_URL": f"sqlite:///{tmp_path}/x.db"})
    assert outcomes(tmp_path) == {"nightly-7": "complete"}
