"""The units for systemd: right in form, well locked up, and their command does the work."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from ..crawling import FAST, PROJECT, environment

DEPLOY = PROJECT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
INSTALLED = r"/opt/\w+/bin/"
MOST_EXPOSED = 20  # tenths, on the scale of systemd-analyze security; a service without any hardening has 96


@pytest.fixture(scope="session")
def analyze() -> str:
    """systemd-analyze; where there is none, tests are skipped, but in CI they fail."""
    found = shutil.which("systemd-analyze")
    if found is None:
        missing = "needs systemd-analyze: apt-get install systemd"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return found


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with programs that are there: else their absence is all that is found."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("scrapy", "scrapyd", "python"):
        (programs / name).symlink_to(sys.executable)
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(INSTALLED, f"{programs}/", text), encoding="utf-8")
    return tmp_path


def test_there_are_units_for_scrapyd_and_for_a_daily_crawl() -> None:
    assert UNITS == ["sassspider.service", "sassspider.timer", "scrapyd.service"]


def test_systemd_finds_nothing_wrong(analyze: str, units: Path) -> None:
    done = subprocess.run(
        [analyze, "verify", *(units / name for name in UNITS)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_do_little_harm(analyze: str, units: Path, name: str) -> None:
    options = ["security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", str(units / name)]
    done = subprocess.run([analyze, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_daily_unit_runs_is_a_crawl(tmp_path: Path) -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "sassspider.service", encoding="utf-8")
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program == "/opt/sassspider/bin/scrapy"
    name, _, value = unit["Service"]["Environment"].partition("=")
    variables = {key: text for key, text in environment().items() if key != "SCRAPY_SETTINGS_MODULE"}
    settings = [f"-s{key}={text}" for key, text in FAST.items()]
    with Server(build_site(seed=4, articles=6)) as server:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments, f"-asite={server.url}", *settings],
            cwd=tmp_path,
            env={**variables, name: value},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data/commentary.jsonl").exists()


def test_scrapyd_is_not_started_beside_an_installed_sassspider(tmp_path: Path) -> None:
    text = (DEPLOY / "scrapyd.service").read_text(encoding="utf-8")
    [check] = re.findall(r"(?m)^ExecStartPre=(.*)", text)
    _, option, code = shlex.split(check)
    done = [
        subprocess.run([sys.executable, option, code.replace("sassspider", name, 1)], capture_output=True, check=False)
        for name in ("scrapy", "no_such_package")
    ]
    assert [(one.returncode, b"hides every egg" in one.stderr) for one in done] == [(1, True), (0, False)]


def test_no_file_for_deploying_holds_a_password() -> None:
    for path in (*DEPLOY.iterdir(), PROJECT / "scrapy.cfg"):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.replace(" ", "").partition("=")
            if name.lower().endswith(("password", "username")):
                assert value in ("", f"$SCRAPYD_{name.upper()}", f"%(SCRAPYD_{name.upper()})s"), line
