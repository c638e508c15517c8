"""Deploying: the egg is whole, Scrapyd takes it, and one that does not work leaves no trace."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ..crawling import environment
from ..in_process import command
from .conftest import Daemon, point, run_scrapy

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
    sources = {path.relative_to(egg.parent).as_posix() for path in egg.parent.glob("sassspider/**/*") if path.is_file()}
    with zipfile.ZipFile(egg) as archive:
        packed = {one for one in archive.namelist() if not one.startswith("EGG-INFO") and "__pycache__" not in one}
        private = [name for name in archive.namelist() if archive.read(name) == b"canary"]
    assert private == []
    left_out = {path for path in sources - packed if (egg.parent / path).read_bytes() == b"canary"}
    assert packed | left_out == sources
    assert not (egg.parent / "setup.py").exists(), "scrapyd-client's file is not left behind"


def test_deploy_names_the_spiders(checkout: Path, daemon: Daemon) -> None:
    point(checkout, daemon.url)
    done = run_scrapy(checkout, checkout, "deploy")
    assert done.code == 0, done.stderr
    assert done.stdout.endswith(": commentary, media, section\n")
    assert daemon.session.auth[1] not in done.stdout + done.stderr  # type: ignore[index]
    assert len(daemon.versions) == 2
    daemon.post("delversion", project="sassspider", version=daemon.versions[-1])


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
    assert (done.code, len(done.stderr.splitlines())) == (1, 1)
    assert says in done.stderr
    assert "was removed" in done.stderr
    assert daemon.versions == ["1"]


def test_refused_upload_is_one_line(
    checkout: Path, credentials: None, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(checkout, daemon.url)
    (checkout / "x.egg").write_bytes(b"no egg")
    for password, says in ((daemon.session.auth[1], "egg is not a ZIP file"), ("wrong", "SCRAPYD_USERNAME")):  # type: ignore[index]
        monkeypatch.setenv("SCRAPYD_PASSWORD", password)
        done = command(checkout, "deploy", "--egg", "x.egg")
        assert (done.code, len(done.stderr.splitlines())) == (1, 1)
        assert says in done.stderr
    assert daemon.versions == ["1"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 1, "can't be reached"),
        (("staging",), 1, "scrapy.cfg needs a section [deploy:staging]"),
        (("--speed",), 2, "'--speed' is not understood"),
    ],
)
def test_mistake_is_one_line(
    checkout: Path, credentials: None, needs_scrapyd: None, options: tuple[str, ...], code: int, says: str
) -> None:
    done = command(checkout, "deploy", *options)
    assert (done.code, len(done.stderr.splitlines())) == (code, 1)
    assert says in done.stderr


def test_broken_spider_is_one_line(checkout: Path, needs_scrapyd: None) -> None:
    (checkout / SECTION).write_text("import no_such_package", encoding="utf-8")
    done = run_scrapy(checkout, checkout, "deploy")
    assert (done.code, len(done.stderr.splitlines())) == (1, 1)
    assert "No module named 'no_such_package'" in done.stderr


def test_scrapyd_needs_a_password(daemon: Daemon) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapyd", "--pidfile="],
        cwd=daemon.folder, env=environment(SCRAPYD_USERNAME="x"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "scrapyd_password" in done.stdout + done.stderr
