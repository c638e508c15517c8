"""Articles as a crawl may see them day by day, crawls to look at afterwards, and processes that start together."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import RowMapping, Table, select

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.records import Revision
from sassspider.archive.removals import RemovalTracker
from sassspider.archive.tables import articles
from sassspider.archive.writer import ArticleWriter
from sassspider.items import Article
from sassspider.page import Page
from sassspider.reparse import reparse_page
from sassspider.sites import site_key
from tests.mocksite import Server, Site

from ..crawling import FAST, TIMEOUT, Run, environment
from ..frozen import PAGES, Case

SITE = "en.sass.cn"
SECTION = "103002"
EXPORT = "data/commentary.jsonl"
# Root may write everywhere; without these rights, permission bits hold for it too.
AS_A_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 else []


def at(day: int) -> str:
    return f"2026-03-{day:02}T08:00:00Z"


def read_page(page: Page, article_id: int) -> Article:
    """Return the article that today's loader reads from a page."""
    times = (page.fetched_at, page.fetched_at)
    return reparse_page(Revision(0, article_id, "", *times, page.url, page.body, page.fetched_at))


_READ = read_page(Case(PAGES / "images-alts").page, 5617)


def make_writer(archive: Archive, site: str = SITE, section_id: str = SECTION) -> ArticleWriter:
    """Return what saves articles as a crawl of the section does."""
    return ArticleWriter(archive.engine, site, section_id, reparse_page)


def make_article(article_id: int, day: int = 1, **changes: Any) -> Article:
    """Return an article with a text of its own, seen on a day of March; ``changes`` by field."""
    fields = {"title": "A title", "body_text": f"The text of {article_id}.", "views": 5, **changes}
    content = f"{fields['title']}\x1f{fields['body_text']}".encode()
    fields.setdefault("content_hash", f"sha256:{hashlib.sha256(content).hexdigest()}")
    own = {"id": article_id, "url": f"http://{SITE}/{SECTION}/{article_id}.aspx", "section_id": SECTION}
    around = {"previous_id": article_id - 1, "next_id": article_id + 1, "fetched_at": at(day)}
    return replace(_READ, **{**own, **around, **fields})


def make_page(article: Article, **changes: Any) -> Page:
    """Return the page that an article was read from."""
    return replace(Page(article.url, article.body_text.encode(), article.fetched_at, '"tag"', "then"), **changes)


def save(writer: ArticleWriter, *ids: int, day: int = 1, **changes: Any) -> list[str]:
    """Save articles one after another; return how each compares with the archived one."""
    found = [make_article(one, day, **changes) for one in ids]
    return [writer.save(one, make_page(one)).change for one in found]


def begin_run(archive: Archive, day: int = 1) -> RemovalTracker:
    """Begin a run, and return what records what it sees."""
    run_id = archive.begin_run(SITE, SECTION, "commentary", "refresh", at(day))
    return RemovalTracker(archive.engine, SITE, SECTION, run_id)


def remove(archive: Archive, article_id: int, days: Sequence[int] = (2, 3)) -> None:
    """Let two runs not find an article."""
    for day in days:
        begin_run(archive, day).mark_not_found(article_id, at(day))


def read_rows(archive: Archive, table: Table) -> list[RowMapping]:
    """Return all rows of a table, in the order of its key."""
    return list(archive.read.rows(select(table).order_by(*table.primary_key)))


def read_originals(archive: Archive) -> dict[int, int | None]:
    """Return what each article repeats."""
    return {row["id"]: row["duplicate_of"] for row in read_rows(archive, articles)}


def run_together(work: Callable[..., None], *arguments: tuple[Any, ...]) -> None:
    """Call ``work`` with each of these arguments, each in a process of its own; AssertionError if one fails."""
    context = get_context("spawn")
    barrier = context.Barrier(len(arguments))
    processes = [context.Process(target=_begin, args=(barrier, work, given)) for given in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(TIMEOUT)
        if process.exitcode is None:
            process.kill()
    assert [process.exitcode for process in processes] == [0] * len(processes)


def _begin(barrier: Barrier, work: Callable[..., None], given: tuple[Any, ...]) -> None:
    barrier.wait(TIMEOUT)
    work(*given)


@dataclass(frozen=True)
class Crawl:
    """A crawl that runs."""

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


@dataclass(frozen=True)
class Place:
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

    def start(self, *before: str, log: str = "log", **settings: str) -> Crawl:
        """Start ``scrapy crawl commentary``; ``before`` is a command that runs it, such as ``setpriv … --``."""
        given = {**FAST, "KEEP_DUPLICATES": "1", "ARCHIVE_URL": self.archive_url, **settings}
        chosen = [f"-s{name}={value}" for name, value in given.items()]
        command = [*before, sys.executable, "-m", "scrapy", "crawl", "commentary", f"-asite={self.server.url}", *chosen]
        with (self.folder / log).open("wb") as file:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=file
            )
        return Crawl(process, self.folder, self.folder / log)

    def crawl(self, *before: str, **settings: str) -> Run:
        return self.start(*before, **settings).wait()

    def check_mended(self, **settings: str) -> None:
        """A crawl, now that nothing is broken, completes the archive and the file."""
        self.check_complete(self.crawl(**settings), settings)

    def check_complete(self, run: Run, settings: Mapping[str, str]) -> None:
        """The run went well; every article of the site is in the archive and, once, in the file."""
        assert "Traceback" not in run.stderr, run.stderr
        assert run.code == 0, run.stderr
        assert sorted(read_export(self.folder)) == self.site.ids(SECTION)
        with Archive.open(settings.get("ARCHIVE_URL", self.archive_url)) as archive:
            selection = Selection(site_key(self.server.url, {}), SECTION, duplicates=True, removed=True)
            found = list(archive.read.articles(selection))
        assert [one.id for one in found] == self.site.ids(SECTION)
        assert all(one.date_removed is None for one in found)

    def copy_to(self, folder: Path) -> Place:
        shutil.copytree(self.data, folder / "data")
        return Place(folder, self.server)


def check_clear(run: Run, code: int, says: str) -> None:
    """The crawl ended with this code, and one line says why, without a traceback."""
    assert "Traceback" not in run.stderr, run.stderr
    assert run.code == code, run.stderr
    assert len([line for line in run.stderr.splitlines() if says in line]) == 1, run.stderr


def read_export(folder: Path, name: str = EXPORT) -> list[int]:
    """Return the ids of the articles in a JSON Lines file; there need be none."""
    path = folder / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text.endswith("\n") or not text
    return [json.loads(line)["id"] for line in text.splitlines()]


def limit_files(kilobytes: int) -> list[str]:
    """Return a command that runs another in which no file can grow beyond this size, as on a full disk."""
    return ["bash", "-c", f'ulimit -f {kilobytes} && exec "$0" "$@"']


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Mount a disk of this size at ``folder``; skip the test without the right to."""
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
