"""``scrapy doctor``: the checks of the machine, and the trial crawl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings
from sqlalchemy import create_engine, text

from sassspider import doctor as checks
from sassspider import settings as project
from sassspider.archive.archive import Archive
from sassspider.items import ARTICLE_FIELDS

from ..crawling import Run, scrapy
from ..mocksite import Server, SiteOptions, build_site


def doctor(folder: Path, *options: str) -> Run:
    return scrapy(folder, "doctor", "-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0", *options)


def visit(folder: Path, **options: Any) -> Run:
    with Server(build_site(seed=3, articles=12, options=SiteOptions(**options))) as server:
        return doctor(folder, "--site", server.url)


def settings(**given: object) -> Settings:
    made = Settings()
    made.setmodule(project)
    made.update(given, priority="cmdline")
    return made


def test_healthy_machine_and_site_fit_one_screen(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=12)
    with Server(site) as server:
        run = doctor(tmp_path, "--site", server.url)
        asked = [request.path for request in server.requests]
    lines = run.stdout.splitlines()
    assert (run.code, run.stderr) == (0, "")
    assert lines[-1].startswith("A crawl can run")
    assert len(lines) < 50
    assert max(map(len, lines)) <= 120
    assert [line.split()[1] for line in lines if line.split()[1] in ARTICLE_FIELDS] == list(ARTICLE_FIELDS)
    assert asked == ["/robots.txt", "/103002/default.aspx", f"/103002/{site.ids()[-1]}.aspx"]
    assert list(tmp_path.iterdir()) == []


def test_any_console_encoding_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    run = visit(tmp_path)
    assert (run.code, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"robots": "User-agent: *\nDisallow: /\n"}, "fail  site"),
        ({"list_empty": True, "parent": "bare", "home": "missing"}, "links to an article of section"),
        ({"faults": {4074: "truncated"}}, "not well-formed XML"),
        ({"extra": ("h6",), "lacking": ("dd",)}, "unknown: html/body/div/h6; missing: html/body/div/dd"),
    ],
)
def test_faults_of_the_site_are_named(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    if "faults" in options:
        options = {"faults": {build_site(seed=3, articles=12).ids()[-1]: "truncated"}}
    run = visit(tmp_path, **options)
    assert says in run.stdout
    assert run.code == (not options.keys() & {"lacking", "faults"})
    assert run.stderr == ""


def test_unreachable_site_is_a_failure(tmp_path: Path) -> None:
    run = doctor(tmp_path, "--site", "http://127.0.0.1:1")
    assert run.code == 1
    assert "fail  site" in run.stdout
    assert "connection was refused" in run.stdout
    assert run.stderr == ""


def test_broken_archive_leaves_other_checks(tmp_path: Path) -> None:
    run = doctor(tmp_path, "--offline", "--site", "http://127.0.0.1:1", "-sARCHIVE_URL=oracle://x")
    assert run.code == 1
    assert "fail  archive" in run.stdout
    assert "ok    disk" in run.stdout
    assert " site " not in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize("wrong", [("--site", "ftp://x"), ("extra",), ("--ofline",)])
def test_wrong_usage_is_one_line(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    run = doctor(tmp_path, *wrong)
    assert run.code == 2
    assert len(run.stderr.splitlines()) == 1


def test_contact_should_be_set() -> None:
    assert checks.check_contact(settings(CONTACT="")).state == "warn"
    assert checks.check_contact(settings(CONTACT="you@example.org")).fact == "you@example.org"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
def test_wrong_settings_and_alarms_are_named() -> None:
    assert checks.check_settings(settings()).state == "ok"
    assert checks.check_settings(settings(HEALTH_ENABLED="0")).state == "warn"
    assert "HEALTH_MIN_PAGES='few'" in checks.check_settings(settings(HEALTH_MIN_PAGES="few")).fact
    found = list(checks.check_alerts(settings(HEALTH_ALERTS="json://localhost/secret pigeon://secret")))
    assert [one.state for one in found] == ["ok", "warn"]
    assert "secret" not in repr(found)


def test_missing_packages_are_named() -> None:
    assert checks.check_packages(checks.read_requirements()).state == "ok"
    assert checks.check_packages(["no-such-package-as-this; python_version < '3'"]).state == "ok"
    finding = checks.check_packages(["scrapy<1", "no-such-package-as-this>=2", "lxml"])
    assert finding.state == "fail"
    assert finding.fact.startswith("scrapy is 2.")
    assert finding.fact.endswith(", not <1; no-such-package-as-this>=2 is missing")


@pytest.mark.parametrize(
    ("running", "state"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 13, 2), "ok"), ((3, 14, 0), "warn")]
)
def test_python_version_is_checked(running: tuple[int, ...], state: str) -> None:
    assert checks.check_python(running).state == state


@pytest.mark.parametrize(("free", "state"), [(5 * 10**9, "ok"), (10**9 - 1, "warn"), (10**7, "fail")])
def test_full_disk_is_reported(tmp_path: Path, free: int, state: str) -> None:
    assert checks.check_disk(tmp_path / "not" / "yet", free).state == state


def test_folder_must_be_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_folder("runs", tmp_path / "not" / "yet").state == "ok"
    (tmp_path / "data").write_text("")
    assert checks.check_folder("runs", tmp_path / "data" / "runs").fact.endswith("data is a file")
    monkeypatch.setattr(checks.os, "access", lambda path, mode: False)
    assert checks.check_folder("runs", tmp_path).state == "fail"


def test_archive_is_described_and_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    assert checks.check_archive(url).fact == f"none yet; a crawl creates {tmp_path}/x.db"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "x.db").touch()
    assert checks.check_archive(url).fact == f"{url} is empty; a crawl creates its tables"
    Archive.open(url).close()
    assert checks.check_archive(url).fact == f"{url}, 0 articles"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    assert "newer sassspider" in checks.check_archive(url).fact


@pytest.mark.parametrize(
    "url", ["", "mysql://x/y", "sqlite:///:memory:", "postgresql+psycopg://u:secret@127.0.0.1:1/x"]
)
def test_unusable_archive_is_one_line(url: str) -> None:
    finding = checks.check_archive(url)
    assert finding.state == "fail"
    assert "secret" not in finding.fact
    assert "\n" not in finding.fact
