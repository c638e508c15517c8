"""A real Scrapyd with the settings that the project recommends, on a free loopback port, that has the project's egg."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import requests

from ..crawling import PROJECT, Run, environment, scrapy
from ..missing import skip_or_fail
from ..postgres import wait_for

CREDENTIALS = {"SCRAPYD_USERNAME": "operator", "SCRAPYD_PASSWORD": "o8f3a1-password"}
# Unlike an operator's machine: the place of the files, and the pause between two looks at the queue.
CHANGES = {"/var/lib/sassspider/scrapyd": "{folder}/scrapyd", "poll_interval = 5": "poll_interval = 0.2"}


@pytest.fixture(scope="session")
def needs_scrapyd() -> None:
    """Skip the test where Scrapyd is not installed, but fail it in CI."""
    if find_spec("scrapyd") is None:
        skip_or_fail("needs Scrapyd: pip install -r requirements-dev.txt")


def copy_project(folder: Path) -> None:
    """Copy what the egg is made of."""
    shutil.copytree(PROJECT / "sassspider", folder / "sassspider", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "scrapy.cfg"):
        shutil.copy(PROJECT / name, folder / name)


def run_scrapy(checkout: Path, *arguments: str) -> Run:
    """Run ``scrapy …`` in a checkout, with its own code."""
    return scrapy(checkout, *arguments, PYTHONPATH=str(checkout), **CREDENTIALS)


class Daemon:
    """Scrapyd as a process; it and its jobs form a process group."""

    def __init__(self, folder: Path):
        self.folder = folder
        conf = (PROJECT / "deploy/scrapyd.conf").read_text(encoding="utf-8")
        for old, new in CHANGES.items():
            assert old in conf
            conf = conf.replace(old, new.format(folder=folder))
        (folder / "scrapyd.conf").write_text(conf, encoding="utf-8")
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (CREDENTIALS["SCRAPYD_USERNAME"], CREDENTIALS["SCRAPYD_PASSWORD"])

    def start(self) -> None:
        """Start Scrapyd on a free port; only the egg may bring the project along."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        own = environment(HOME=str(self.folder), SCRAPYD_HTTP_PORT=str(port), **CREDENTIALS)
        own = {name: value for name, value in own.items() if name not in ("PYTHONPATH", "SCRAPY_SETTINGS_MODULE")}
        command = [sys.executable, "-m", "scrapyd", "--pidfile="]
        with (self.folder / "scrapyd.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=own, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.is_up, pause=0.1)

    def is_up(self) -> bool:
        """Return whether Scrapyd answers; fail the test if it has ended."""
        assert self.process.poll() is None, (self.folder / "scrapyd.log").read_text()
        try:
            self.get("daemonstatus")
        except requests.RequestException:
            return False
        return True

    def get(self, name: str, **parameters: str) -> dict[str, Any]:
        return self._check(self.session.get(f"{self.url}/{name}.json", params=parameters, timeout=60))

    def post(self, name: str, egg: bytes | None = None, **data: Any) -> dict[str, Any]:
        files = {"egg": ("project.egg", egg)} if egg else None
        return self._check(self.session.post(f"{self.url}/{name}.json", data=data, files=files, timeout=60))

    def _check(self, response: requests.Response) -> dict[str, Any]:
        answer: dict[str, Any] = response.json()
        assert answer["status"] == "ok", answer
        return answer

    @property
    def versions(self) -> list[str]:
        """The deployed versions."""
        versions: list[str] = self.get("listversions", project="sassspider")["versions"]
        return versions

    def schedule(self, arguments: dict[str, str], settings: dict[str, str]) -> str:
        """Schedule a crawl; return its job id."""
        chosen = [f"{name}={value}" for name, value in settings.items()]
        answer = self.post("schedule", project="sassspider", spider="commentary", setting=chosen, **arguments)
        return str(answer["jobid"])

    def finish(self, job: str) -> str:
        """Wait for a job's end; return its log."""
        jobs = {"project": "sassspider"}
        wait_for(lambda: job in [one["id"] for one in self.get("listjobs", **jobs)["finished"]], 60, 0.2)
        return (self.folder / f"scrapyd/logs/sassspider/commentary/{job}.log").read_text(encoding="utf-8")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's user and password, in the environment of this process."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def egg(tmp_path_factory: pytest.TempPathFactory, needs_scrapyd: None) -> Path:
    """The project's egg, built by its own command; files of an operator lie about the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    copy_project(folder)
    private = (".env", "x.pem", "x.key", "data/sassspider.db", "data/sassspider.db-wal", "data/runs/1.json")
    for name in (*private, *(f"sassspider/{one}" for one in private), "sassspider/extra/names.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("extra" if "extra" in name else "canary", encoding="utf-8")
    done = run_scrapy(folder, "deploy", "--build-egg", "sassspider.egg")
    assert done.code == 0, done.stderr
    return folder / "sassspider.egg"


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory, egg: Path) -> Iterator[Daemon]:
    """A Scrapyd that has the project."""
    started = Daemon(tmp_path_factory.mktemp("daemon"))
    started.start()
    try:
        started.post("addversion", egg.read_bytes(), project="sassspider", version="1")
        yield started
    finally:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose scrapy.cfg names a Scrapyd that is away."""
    copy_project(tmp_path)
    point(tmp_path, "http://127.0.0.1:1")
    return tmp_path


def point(checkout: Path, url: str) -> None:
    """Write the address of a Scrapyd to scrapy.cfg."""
    path = checkout / "scrapy.cfg"
    path.write_text(re.sub(r"(?m)^url = .*", f"url = {url}", path.read_text(encoding="utf-8")), encoding="utf-8")
