"""``scrapy doctor``: the checks of the machine, and the trial crawl."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from sassspider import settings as project
from sassspider.archive.archive import Archive
from sassspider.commands import doctor
from sassspider.items import ARTICLE_FIELDS

from ..in_process import command
from ..mocksite import Request, Response, Server, build_site

NEWEST = build_site(seed=3, articles=12).ids()[-1]


VISIT = ("doctor", "-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0", "--site")


def find(folder: Path, **given: object) -> dict[str, tuple[str, str]]:
    """Return the state and the fact of each finding by its subject."""
    made = Settings()
    made.setmodule(project)
    made.update({"ARCHIVE_URL": f"sqlite:///{folder}/x.db", **given}, priority="cmdline")
    return {one.subject: (one.state, one.fact) for one in doctor.check_machine(made)}


def test_healthy_report_fits_one_screen(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=12)) as server:
        run = command(tmp_path, *VISIT, server.url, encoding="ascii")
        paths = [request.path for request in server.requests]
    lines = run.stdout.splitlines()
    assert (run.code, run.stderr) == (0, "")
    assert lines[-1].startswith("A crawl can run")
    assert len(lines) < 50
    assert max(map(len, lines)) <= 125
    assert [line.split()[1] for line in lines if line.split()[1] in ARTICLE_FIELDS] == list(ARTICLE_FIELDS)
    assert paths == ["/robots.txt", "/103002/default.aspx", f"/103002/{NEWEST}.aspx"]
    assert list(tmp_path.iterdir()) == []


def rebuild(_request: Request, response: Response) -> Response:
    """Replace an element of each page by another."""
    return response._replace(body=re.sub(rb"<dd>.*?</dd>", b"<h6>x</h6>", response.body))


@pytest.mark.parametrize(
    ("options", "deliver", "code", "says"),
    [
        ({"robots": "User-agent: *\nDisallow: /\n"}, None, 1, ["fail  site", "disallowed by robots.txt"]),
        ({"faults": {NEWEST: "truncated"}}, None, 0, ["warn  article", "not well-formed XML"]),
        ({}, rebuild, 0, ["unknown element html/body/div/h6", "html/body/div/dd on none"]),
    ],
)
def test_faults_of_the_site_are_named(
    tmp_path: Path, options: dict[str, Any], deliver: Any, code: int, says: list[str]
) -> None:
    with Server(build_site(seed=3, articles=12, **options), deliver=deliver) as server:
        run = command(tmp_path, *VISIT, server.url)
    assert (run.code, run.stderr) == (code, "")
    assert [words for words in says if words not in run.stdout] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
@pytest.mark.parametrize(
    ("given", "subject", "state", "says"),
    [
        ({"CONTACT": ""}, "contact", "warn", "set SASSSPIDER_CONTACT"),
        ({"CONTACT": "you@example.org"}, "contact", "ok", "you@example.org"),
        ({}, "settings", "ok", "all values can be used"),
        ({"RETRY_TIMES": "few"}, "settings", "fail", "RETRY_TIMES='few' is wrong"),
        ({"HEALTH_ALERTS": "json://localhost/x pigeon://secret"}, "alerts", "warn", "pigeon://… is no Apprise URL"),
        ({"RUNS_DIR": f"{__file__}/runs"}, "runs", "fail", "test_doctor.py is a file"),
        ({"RUNS_DIR": "/none/none/runs"}, "runs", "fail", "/none/none/runs: / has no such folder: make it"),
        ({"ARCHIVE_URL": "sqlite:////none/data/x.db"}, "archive", "fail", "/none/data: / has no such folder"),
        ({"ARCHIVE_URL": "mysql://x/y"}, "archive", "fail", "mysql"),
        ({"ARCHIVE_URL": "sqlite:///:memory:"}, "archive", "fail", "memory"),
        ({"ARCHIVE_URL": "postgresql+psycopg://u:secret@127.0.0.1:1/x"}, "archive", "fail", "u:***@127.0.0.1"),
        ({"BROWSER": "never"}, "browser", "ok", "BROWSER=never"),
    ],
)
def test_machine_is_checked(tmp_path: Path, given: dict[str, object], subject: str, state: str, says: str) -> None:
    found = find(tmp_path, **given)[subject]
    assert found[0] == state
    assert says in found[1]
    assert "secret" not in found[1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free", "state"), [(5 * 10**9, "ok"), (10**9 - 1, "warn")])
def test_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": free}))
    assert doctor.check_folder("runs", tmp_path / "not" / "yet", made=2).state == state


def test_protected_folder_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    assert doctor.check_folder("runs", tmp_path).state == "fail"


def test_archive_is_opened(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    Archive.open(url).close()
    assert find(tmp_path)["archive"] == ("ok", url)
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection, connection:
        connection.execute("UPDATE schema_version SET version = 99")
    assert "newer sassspider" in find(tmp_path)["archive"][1]
