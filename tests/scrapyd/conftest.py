"""A real Scrapyd with the settings that the project recommends, on a free loopback port, that has the project's egg."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from scrapyd_client import ScrapydClient

from ..crawling import PROJECT, Run, environment, scrapy
from ..postgres import wait_for
from ..programs import running

CREDENTIALS = {"SCRAPYD_USERNAME": "operator", "SCRAPYD_PASSWORD": "o8f3a1-password"}
# Unlike an operator's machine: the place of the files, and the pause between two looks at the queue.
CHANGES = {"/var/lib/sassspider/scrapyd": "{folder}/scrapyd", "poll_interval = 5": "poll_interval = 0.2"}


def copy_project(folder: Path) -> None:
    """Copy what the egg is made of."""
    shutil.copytree(PROJECT / "sassspider", folder / "sassspider", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "scrapy.cfg"):
        shutil.copy(PROJECT / name, folder / name)


def run_scrapy(checkout: Path, *arguments: str) -> Run:
    """Run ``scrapy …`` in a checkout, with its own code."""
    return scrapy(checkout, *arguments, PYTHONPATH=str(checkout), **CREDENTIALS)


class Daemon(ScrapydClient):
    """Scrapyd, with its files in a folder."""

    def __init__(self, folder: Path, url: str):
        super().__init__(url, *CREDENTIALS.values())
        self.folder = folder

    def finish(self, job: str) -> str:
        """Wait for a job's end; return its log."""
        wait_for(lambda: job in [one["id"] for one in self.jobs("sassspider")["finished"]], 60, 0.2)
        return (self.folder / f"scrapyd/logs/sassspider/commentary/{job}.log").read_text(encoding="utf-8")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's user and password, in the environment of this process."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
    """A Scrapyd that has the project; only the egg may bring it along."""
    folder = tmp_path_factory.mktemp("daemon")
    conf = (PROJECT / "deploy/scrapyd.conf").read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert old in conf
        conf = conf.replace(old, new.format(folder=folder))
    (folder / "scrapyd.conf").write_text(conf, encoding="utf-8")
    own = environment(HOME=str(folder), **CREDENTIALS)
    del own["PYTHONPATH"], own["SCRAPY_SETTINGS_MODULE"]
    shell = ["sh", "-c", f"SCRAPYD_HTTP_PORT=$0 exec {sys.executable} -m scrapyd --pidfile="]
    with running(shell, folder, own) as port:
        started = Daemon(folder, f"http://127.0.0.1:{port}")
        version = {"project": "sassspider", "version": "1"}
        with egg.open("rb") as file:
            requests.post(f"{started.url}/addversion.json", version, files={"egg": file}, auth=started.auth, timeout=60)
        yield started


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
