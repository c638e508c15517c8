"""A checkout, its egg, and a Scrapyd that has it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..crawling import PROJECT, Run, environment
from .daemon import Daemon, has_module, run_scrapy


@pytest.fixture(scope="session")
def scrapyd_is_there() -> None:
    """Where Scrapyd is not installed, tests are skipped, but in CI they fail."""
    if not has_module("scrapyd"):
        missing = "needs Scrapyd: pip install -r requirements-dev.txt"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    assert not has_module("sassspider"), "sassspider is installed here, which hides every egg: pip uninstall sassspider"


@dataclass(frozen=True)
class Checkout:
    """A copy of what the egg is made of, to be deployed to one Scrapyd."""

    folder: Path
    daemon: Daemon

    def point(self, url: str) -> None:
        """Write a scrapy.cfg as the project's, but for the address."""
        text = (PROJECT / "scrapy.cfg").read_text(encoding="utf-8")
        (self.folder / "scrapy.cfg").write_text(re.sub(r"(?m)^url = .*", f"url = {url}", text), encoding="utf-8")

    def deploy(self, *options: str, **extra: str) -> Run:
        """As ``make deploy`` does."""
        own = {**environment(**self.daemon.credentials), **extra}
        return run_scrapy(self.folder, {**own, "PYTHONPATH": str(self.folder)}, "deploy", *options)


def copy_project(folder: Path) -> None:
    shutil.copytree(PROJECT / "sassspider", folder / "sassspider", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "scrapy.cfg"):
        shutil.copy(PROJECT / name, folder / name)


@pytest.fixture(scope="session")
def egg(tmp_path_factory: pytest.TempPathFactory, scrapyd_is_there: None) -> Path:
    """The project's egg, built by its own command."""
    folder = tmp_path_factory.mktemp("checkout")
    copy_project(folder)
    done = run_scrapy(folder, environment(PYTHONPATH=str(folder)), "deploy", "--build-egg", "sassspider.egg")
    assert done.code == 0, done.stderr
    return folder / "sassspider.egg"


@pytest.fixture
def daemon(tmp_path: Path, scrapyd_is_there: None) -> Iterator[Daemon]:
    """A Scrapyd without projects."""
    started = Daemon(tmp_path / "daemon")
    try:
        started.start()
        yield started
    finally:
        started.remove()


@pytest.fixture
def checkout(tmp_path: Path, daemon: Daemon) -> Checkout:
    """A checkout whose scrapy.cfg names that Scrapyd."""
    own = Checkout(tmp_path / "checkout", daemon)
    copy_project(own.folder)
    own.point(daemon.api.url)
    return own


@pytest.fixture
def deployed(daemon: Daemon, egg: Path) -> Daemon:
    """A Scrapyd that has the project."""
    daemon.api.post("addversion", egg.read_bytes(), project="sassspider", version="1")
    return daemon
