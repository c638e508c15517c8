"""Deploying: the egg is whole, Scrapyd takes it, and one that does not work leaves no trace."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import requests

from tests.mocksite import Server, build_site

from ..crawling import FAST, environment
from .conftest import Checkout, copy_project
from .daemon import Daemon, run_scrapy

SECTION = "sassspider/spiders/section.py"
COMMENTARY = "sassspider/spiders/commentary.py"


def versions(daemon: Daemon) -> list[str]:
    projects = daemon.api.get("listprojects")["projects"]
    return daemon.api.get("listversions", project="sassspider")["versions"] if "sassspider" in projects else []


def files_of(egg: Path) -> set[str]:
    with zipfile.ZipFile(egg) as archive:
        return {one for one in archive.namelist() if "__pycache__" not in one and not one.startswith("EGG-INFO")}


def alter(egg: Path, path: Path, leave_out: str = "", append_to: str = "") -> Path:
    """A copy of an egg that lacks a file, or in which one imports what is not there."""
    with zipfile.ZipFile(egg) as whole, zipfile.ZipFile(path, "w") as altered:
        for name in whole.namelist():
            if leave_out and name.startswith(leave_out):
                continue
            extra = b"\nimport no_such_package\n" if name == append_to else b""
            altered.writestr(name, whole.read(name) + extra)
    return path


def test_egg_has_every_file_of_the_package(tmp_path: Path, scrapyd_is_there: None) -> None:
    copy_project(tmp_path)
    (tmp_path / "sassspider/archive/words.json").write_text("{}", encoding="utf-8")
    (tmp_path / "sassspider/tables").mkdir()
    (tmp_path / "sassspider/tables/names.txt").write_text("", encoding="utf-8")
    there = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if "__pycache__" not in path.parts}
    environ = environment(PYTHONPATH=str(tmp_path))
    done = run_scrapy(tmp_path, environ, "deploy", "--build-egg", "x.egg")
    assert done.code == 0, done.stderr
    assert files_of(tmp_path / "x.egg") == {
        str(path) for path in there if path.parts[0] == "sassspider" and (tmp_path / path).is_file()
    }
    left = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if "__pycache__" not in path.parts}
    assert left - there == {Path("x.egg")}


def test_egg_has_no_private_files(tmp_path: Path, scrapyd_is_there: None) -> None:
    """Archives, exports, environments and keys of whoever deploys; inside the package too, if Scrapy was run there."""
    copy_project(tmp_path)
    strays = [".env", "id_rsa", "x.pem", "data/sassspider.db", "data/commentary.jsonl", "demo/commentary.csv"]
    inside = [".env", "data/sassspider.db", "data/sassspider.db-wal", "data/runs/1.json", "x.pem", "x.key", "x.sqlite3"]
    for name in (*strays, *(f"sassspider/{one}" for one in inside)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("canary", encoding="utf-8")
    done = run_scrapy(tmp_path, environment(PYTHONPATH=str(tmp_path)), "deploy", "--build-egg", "y.egg")
    assert done.code == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "y.egg") as archive:
        assert [name for name in archive.namelist() if b"canary" in archive.read(name)] == []


def test_zipped_egg_crawls(tmp_path: Path, egg: Path) -> None:
    settings = [f"-s{name}={value}" for name, value in FAST.items()]
    with Server(build_site(seed=3, articles=12)) as server:
        command = ("crawl", "commentary", "-a", f"site={server.url}", *settings)
        done = run_scrapy(tmp_path, environment(PYTHONPATH=str(egg)), *command)
    assert done.code == 0, done.stderr
    assert len((tmp_path / "data/commentary.jsonl").read_text(encoding="utf-8").splitlines()) > 8


def test_deploy_names_the_spiders(checkout: Checkout) -> None:
    done = checkout.deploy()
    assert done.code == 0, done.stderr
    assert done.stdout.endswith(": commentary, section\n")
    assert checkout.daemon.credentials["SCRAPYD_PASSWORD"] not in done.stdout + done.stderr
    assert len(versions(checkout.daemon)) == 1
    assert checkout.daemon.api.get("listspiders", project="sassspider")["spiders"] == ["commentary", "section"]


def test_broken_egg_is_removed(checkout: Checkout, egg: Path, tmp_path: Path) -> None:
    daemon = checkout.daemon
    cases = {
        "ModuleNotFoundError: No module named 'no_such_package'": alter(egg, tmp_path / "bad.egg", append_to=SECTION),
        "BadEggError": alter(egg, tmp_path / "bare.egg", leave_out="EGG-INFO"),
        "does not find in the egg: commentary": alter(egg, tmp_path / "less.egg", leave_out=COMMENTARY),
    }
    for number, (says, path) in enumerate(cases.items()):
        if number == 1:
            daemon.api.post("addversion", egg.read_bytes(), project="sassspider", version="1")
        done = checkout.deploy("--egg", str(path))
        assert done.code == 1
        assert says in done.stderr
        assert "was removed" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert versions(daemon) == ["1"][:number]


def test_wrong_file_is_not_stored(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "x.egg").write_bytes(b"no egg")
    done = checkout.deploy("--egg", str(tmp_path / "x.egg"))
    assert (done.code, len(done.stderr.splitlines())) == (1, 1)
    assert "egg is not a ZIP file" in done.stderr
    assert "was not stored, or is still there" in done.stderr


def test_wrong_password_is_refused(checkout: Checkout, egg: Path) -> None:
    assert requests.get(f"{checkout.daemon.api.url}/daemonstatus.json", timeout=5).status_code == 401
    done = checkout.deploy("--egg", str(egg), SCRAPYD_PASSWORD="wrong")
    assert (done.code, len(done.stderr.splitlines())) == (1, 1)
    assert "SCRAPYD_USERNAME and SCRAPYD_PASSWORD" in done.stderr
    assert versions(checkout.daemon) == []


def test_scrapyd_does_not_start_without_a_password(tmp_path: Path, scrapyd_is_there: None) -> None:
    daemon = Daemon(tmp_path / "daemon")
    environ = {name: value for name, value in daemon.environment().items() if name != "SCRAPYD_PASSWORD"}
    command = [sys.executable, "-m", "scrapyd", "--pidfile="]
    done = subprocess.run(
        command, cwd=daemon.folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "scrapyd_password" in done.stdout + done.stderr


def test_mistakes_are_one_line(tmp_path: Path, scrapyd_is_there: None) -> None:
    checkout = Checkout(tmp_path / "checkout", Daemon(tmp_path / "daemon"))  # which is not started
    copy_project(checkout.folder)
    checkout.point("http://127.0.0.1:1")
    for options, says, code in [((), "can't be reached", 1), (("--speed",), "'--speed' is not understood", 2)]:
        done = checkout.deploy(*options)
        assert (done.code, len(done.stderr.splitlines())) == (code, 1), done.stderr
        assert says in done.stderr
    with (checkout.folder / SECTION).open("a", encoding="utf-8") as file:
        file.write("\nimport no_such_package\n")
    done = checkout.deploy()
    assert (done.code, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "No module named 'no_such_package'" in done.stderr
