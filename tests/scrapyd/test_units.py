"""The units for systemd: valid, locked up, and their command crawls."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from ..crawling import PROJECT, run_command
from ..missing import skip_or_fail

DEPLOY = PROJECT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = 20  # tenths, on the scale of systemd-analyze security; a service without any hardening has 96


@pytest.fixture
def analyze(tmp_path: Path) -> list[str]:
    """The command, run on units in ``tmp_path`` whose programs exist; without it, skip the test, but fail it in CI."""
    found = shutil.which("systemd-analyze")
    if found is None:
        skip_or_fail("needs systemd-analyze: apt-get install systemd")
    for name in ("scrapy", "scrapyd", "python"):
        (tmp_path / name).symlink_to(sys.executable)
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"/opt/\w+/bin/", f"{tmp_path}/", text), encoding="utf-8")
    return [found]


def test_units_are_valid(analyze: list[str], tmp_path: Path) -> None:
    command = [*analyze, "verify", *(str(tmp_path / name) for name in UNITS)]
    done = run_command(tmp_path, command)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("page", ["operate.md", "scale.md"])
def test_enabled_units_start_with_the_machine(page: str) -> None:
    names = re.findall(r"systemctl enable --now (\S+)", (PROJECT / "docs" / page).read_text(encoding="utf-8"))
    assert names
    for name in names:
        unit = (DEPLOY / (name if "." in name else f"{name}.service")).read_text(encoding="utf-8")
        assert "\n[Install]\nWantedBy=" in unit, name


@pytest.mark.parametrize("name", SERVICES)
def test_service_is_hardened(analyze: list[str], tmp_path: Path, name: str) -> None:
    options = ["security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", str(tmp_path / name)]
    done = run_command(tmp_path, [*analyze, *options])
    assert done.code == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("package", "code"), [("scrapy", 1), ("no_such_package", 0)])
def test_scrapyd_refuses_an_installed_sassspider(tmp_path: Path, package: str, code: int) -> None:
    (check,) = re.findall(r"(?m)^ExecStartPre=(.*)", (DEPLOY / "scrapyd.service").read_text(encoding="utf-8"))
    _, option, script = shlex.split(check)
    done = run_command(tmp_path, [sys.executable, option, script.replace("sassspider", package, 1)])
    assert (done.code, "hides every egg" in done.stderr) == (code, bool(code))


@pytest.mark.parametrize("path", [*DEPLOY.iterdir(), PROJECT / "scrapy.cfg"], ids=lambda path: path.name)
def test_no_file_holds_a_password(path: Path) -> None:
    for name, value in re.findall(r"(?im)^(\w*(?:password|username))\s*=[ \t]*(.*)", path.read_text(encoding="utf-8")):
        assert value in ("", f"$SCRAPYD_{name.upper()}", f"%(SCRAPYD_{name.upper()})s")
