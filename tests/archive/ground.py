"""Ground to crawl on that can be spoiled and mended: a finished crawl that a few new articles are missing from."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mocksite import Server, Site

from ..crawling import Run
from .crawls import Crawl, check_complete, start

# Root may write everywhere; without these rights, permission bits hold for it too.
AS_A_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 else []


@dataclass(frozen=True)
class Ground:
    """A folder with an archive and a file, and the site to crawl."""

    folder: Path
    server: Server

    @property
    def site(self) -> Site:
        return self.server.site

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def archive(self) -> Path:
        return self.data / "sassspider.db"

    @property
    def archive_url(self) -> str:
        return f"sqlite:///{self.archive}"

    def start(self, *before: str, **settings: str) -> Crawl:
        return start(self.folder, self.server.url, {"ARCHIVE_URL": self.archive_url, **settings}, before)

    def crawl(self, *before: str, **settings: str) -> Run:
        return self.start(*before, **settings).wait()

    def check_mended(self, **settings: str) -> None:
        """A crawl, now that all is well again, completes what there is."""
        url = settings.get("ARCHIVE_URL", self.archive_url)
        check_complete(self.crawl(**settings), url, self.site, self.server.url)

    def copy_to(self, folder: Path) -> Ground:
        shutil.copytree(self.data, folder / "data")
        return Ground(folder, self.server)


def limit_files(kilobytes: int) -> list[str]:
    """A command that runs another in which no file can grow beyond this: a disk that fills up, for whoever writes."""
    return ["bash", "-c", f'ulimit -f {kilobytes} && exec "$0" "$@"']


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A disk of this size in the place of ``folder``; skips the test where that takes rights that it lacks."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def enlarge(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
