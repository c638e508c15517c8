"""Articles as a crawl may see them day by day, crawls to look at afterwards, and processes that start together."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import RowMapping, Table, select

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.section import SaveResult, SectionWriter
from sassspider.archive.tables import articles
from sassspider.items import Article
from sassspider.loaders import read_article
from sassspider.page import Page
from sassspider.urls import site_key
from tests.mocksite import Request, Response, Server, Site

from .. import in_process
from ..crawling import TIMEOUT, Run, crawl_command, environment
from ..frozen import PAGES, Case

SITE = "en.sass.cn"
SECTION = "103002"
# Root may write everywhere; without these rights, permission bits hold for it too.
AS_A_USER = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] if os.geteuid() == 0 else []


def at(day: int) -> str:
    return f"2026-03-{day:02}T08:00:00Z"


def read_page(page: Page) -> Article:
    """Return the article that today's loader reads from a page, without the page."""
    article = read_article(page)
    article.page = article.tree = None
    return article


_READ = read_page(Case(PAGES / "images-alts").page)


def make_writer(archive: Archive, site: str = SITE, section_id: str = SECTION) -> SectionWriter:
    """Return what saves articles as a crawl of the section does."""
    return SectionWriter(archive.engine, site, section_id)


def make_article(article_id: int, day: int = 1, **changes: Any) -> Article:
    """Return an article with a text of its own, seen on a day of March; ``changes`` by field."""
    fields = {"title": "A title", "body_text": f"The text of {article_id}.", "views": 5, **changes}
    content = f"{fields['title']}\x1f{fields['body_text']}".encode()
    fields.setdefault("content_hash", f"sha256:{hashlib.sha256(content).hexdigest()}")
    own = {"id": article_id, "url": f"http://{SITE}/{SECTION}/{article_id}.aspx", "section_id": SECTION}
    around = {"previous_id": article_id - 1, "next_id": article_id + 1, "fetched_at": at(day)}
    return replace(_READ, **{**own, **around, **fields})


def make_page(article: Article, known_ids: Collection[int] = (), **changes: Any) -> Page:
    """Return the page that an article was read from."""
    page = Page(article.url, article.body_text.encode(), article.fetched_at, '"tag"', "then", frozenset(known_ids))
    return replace(page, **changes)


def save_page(writer: SectionWriter, article: Article, page: Page) -> SaveResult:
    """Save one article with its page."""
    return writer.save_all([(article, page)])[article.id]


def save(writer: SectionWriter, *ids: int, day: int = 1, known_ids: Collection[int] = (), **changes: Any) -> list[str]:
    """Save articles one after another; return how each compares with the archived one."""
    found = [make_article(one, day, **changes) for one in ids]
    return [save_page(writer, one, make_page(one, known_ids)).change for one in found]


def begin_run(archive: Archive, day: int = 1) -> SectionWriter:
    """Begin a run, and return what records what it sees."""
    run = make_writer(archive)
    run.begin_run("commentary", "refresh", at(day))
    return run


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
    context = get_context("forkserver")  # imports all this once, for the processes of all tests
    context.set_forkserver_preload([__name__])
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


class HeldResponses:
    """Let the site send this many responses; hold the others until ``open.set()``."""

    def __init__(self, answers: int):
        self.answers = answers
        self.waiting = 0
        self.open = Event()

    def __call__(self, _request: Request, _response: Response) -> None:
        self.answers -= 1
        if self.answers < 0:
            self.waiting += 1
            self.open.wait(TIMEOUT)


@dataclass(frozen=True)
class Crawl:
    """A crawl that runs in a process of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def stderr(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self) -> Run:
        return Run(self.process.wait(TIMEOUT), "", self.stderr(), self.log.parent)


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

    def start(self, *before: str, log: str = "log", **settings: str) -> Crawl:
        """Start ``scrapy crawl commentary``; ``before`` is a command that runs it, such as ``setpriv … --``."""
        command = [*before, *crawl_command(self.server.url, settings={"KEEP_DUPLICATES": "1", **settings})]
        with (self.folder / log).open("wb") as file:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=file
            )
        return Crawl(process, self.folder / log)

    def crawl(self, **settings: str) -> Run:
        """Crawl in this process."""
        return in_process.crawl(self.folder, self.server.url, settings={"KEEP_DUPLICATES": "1", **settings})

    def check_mended(self, **settings: str) -> None:
        """A crawl, now that nothing is broken, completes the archive and the file."""
        self.check_complete(self.crawl(**settings), settings.get("ARCHIVE_URL"))

    def check_complete(self, run: Run, archive_url: str | None = None) -> None:
        """The run went well; every article of the site is in the archive and, once, in the file."""
        assert "Traceback" not in run.stderr, run.stderr
        assert run.code == 0, run.stderr
        assert sorted(run.articles()) == self.site.ids(SECTION)
        with Archive.open(archive_url or f"sqlite:///{self.archive}") as archive:
            selection = Selection(site_key(self.server.url, {}), SECTION, duplicates=True)
            assert [one.id for one in archive.read.articles(selection)] == self.site.ids(SECTION)

    def copy_to(self, folder: Path) -> Place:
        shutil.copytree(self.data, folder / "data")
        return Place(folder, self.server)


def check_clear(run: Run, code: int, says: str) -> None:
    """The crawl ended with this code, and one line says why, without a traceback."""
    assert "Traceback" not in run.stderr, run.stderr
    assert run.code == code, run.stderr
    assert len([line for line in run.stderr.splitlines() if says in line]) == 1, run.stderr
