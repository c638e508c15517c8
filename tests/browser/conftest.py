"""A site that behaves as told, crawls of it, and the processes that a crawl starts."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from ..crawling import Run, crawl_command, environment
from ..in_process import crawl
from ..missing import chromium as find_chromium

ONE_AT_A_TIME = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}


@pytest.fixture(scope="session")
def chromium() -> str:
    return find_chromium()


@pytest.fixture(autouse=True)
def profiles(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, where no profile of Chromium is to be left."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert [path.name for path in folder.iterdir() if "playwright" in path.name] == [], list(folder.rglob("*"))


class MockSite:
    """One corpus on one port, so that items of several crawls are the same to the byte."""

    def __init__(self, server: Server):
        self.server = server

    def behave(self, deliver: object = None, **options: object) -> None:
        self.server.site = build_site(seed=3, articles=8, **options)
        self.server.deliver = deliver  # type: ignore[assignment]
        self.server.requests.clear()

    def crawl(self, folder: Path, *given: str, **settings: str) -> Run:
        """Crawl in this process; ``given`` are the spider's arguments, as ``limit=1``."""
        folder.mkdir(exist_ok=True)
        arguments = dict(one.split("=") for one in given)
        return crawl(folder, self.server.url, settings={**ONE_AT_A_TIME, **settings}, **arguments)

    @contextmanager
    def start_crawl(self, folder: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a crawl in a process, whose log is the file ``log``; it is ended with the block."""
        command = crawl_command(self.server.url, settings={**ONE_AT_A_TIME, **settings})
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment(), stderr=log, start_new_session=True)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def paths(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server(build_site(seed=3, articles=8)) as server:
        yield server


@pytest.fixture
def site(server: Server) -> MockSite:
    site = MockSite(server)
    site.behave()
    return site


@pytest.fixture(scope="session")
def plain(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A crawl by plain HTTP."""
    run = MockSite(server).crawl(tmp_path_factory.mktemp("plain"))
    assert run.code == 0, run.stderr
    return run


def read_items(run: Run) -> str:
    """Return the corpus, but for the times of fetching."""
    text = (run.folder / "data/commentary.jsonl").read_text(encoding="utf-8")
    items, count = re.subn(r'("fetched_at":)"[^"]*"', r"\1null", text)
    assert count == len(text.splitlines()) > 0
    return items


def find_children(pid: int, word: bytes = b"") -> set[int]:
    """Return all descendants of a process that have a word in their command line."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if stat := _read(folder / "stat"):
            parents[int(folder.name)] = int(stat.rsplit(b")", 1)[1].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {child for child in found - {pid} if word in _read(Path(f"/proc/{child}/cmdline"))}


def find_living(pids: set[int]) -> list[int]:
    """Return those that have not ended."""
    stats = {pid: _read(Path(f"/proc/{pid}/stat")) for pid in pids}
    return [pid for pid, stat in stats.items() if stat and stat.rsplit(b")", 1)[1].split()[0] != b"Z"]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
