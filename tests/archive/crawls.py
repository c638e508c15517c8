"""Crawls that run beside a test, over a real site, into an archive and a file that are looked at afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.sites import site_key
from tests.mocksite import Site

from ..crawling import FAST, TIMEOUT, Run, environment

SECTION = "103002"
EXPORT = "data/commentary.jsonl"


@dataclass(frozen=True)
class Crawl:
    """A crawl under way."""

    process: subprocess.Popen[bytes]
    folder: Path
    log: Path

    def stderr(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self) -> Run:
        try:
            code = self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return Run(code, "", self.stderr(), self.folder)


def start(
    folder: Path, site: str, settings: Mapping[str, str], before: Sequence[str] = (), log: Path | None = None
) -> Crawl:
    """Start ``scrapy crawl commentary``; ``before`` is a command that runs it, such as ``setpriv … --``."""
    chosen = [f"-s{name}={value}" for name, value in {**FAST, "KEEP_DUPLICATES": "1", **settings}.items()]
    command = [*before, sys.executable, "-m", "scrapy", "crawl", "commentary", f"-asite={site}", *chosen]
    log = log or folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=file)
    return Crawl(process, folder, log)


def check_clear(run: Run, code: int, says: str) -> None:
    """The crawl ended with this code, one line says why, and no traceback frightens its user."""
    assert "Traceback" not in run.stderr, run.stderr
    assert run.code == code, run.stderr
    telling = [line for line in run.stderr.splitlines() if says in line]
    assert len(telling) == 1, run.stderr


def read_export(folder: Path, name: str = EXPORT) -> list[int]:
    """Ids of the articles in the file, each line of it whole."""
    text = (folder / name).read_text(encoding="utf-8")
    assert text.endswith("\n") or not text
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    return [line["id"] for line in lines]


def check_complete(run: Run, archive_url: str, site: Site, address: str, name: str = EXPORT) -> None:
    """All went well; every article of the site is in the archive and, once, in the file."""
    assert "Traceback" not in run.stderr, run.stderr
    assert run.code == 0, run.stderr
    assert sorted(read_export(run.folder, name)) == site.ids(SECTION)
    with Archive.open(archive_url) as archive:
        selection = Selection(site_key(address, {}), SECTION, duplicates=True, removed=True)
        assert [one.id for one in archive.read.articles(selection)] == site.ids(SECTION)
        assert all(one.date_removed is None for one in archive.read.articles(selection))
