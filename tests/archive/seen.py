"""Articles as a crawl may see them, day by day; each is made from a frozen page."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, Table, select

from sassspider.archive.archive import Archive
from sassspider.archive.observation import ObservationWriter
from sassspider.archive.records import Revision
from sassspider.archive.tables import articles
from sassspider.archive.writer import ArticleWriter
from sassspider.items import Article
from sassspider.page import Page
from sassspider.rereading.pages import reparse_page

from ..frozen import PAGES, Case

SITE = "en.sass.cn"
SECTION = "103002"


def at(day: int) -> str:
    return f"2026-03-{day:02}T08:00:00Z"


def read_page(page: Page, article_id: int) -> Article:
    """Return the article that today's loader reads from a page."""
    return reparse_page(
        Revision(0, article_id, "", page.fetched_at, page.fetched_at, page.url, page.body, page.fetched_at)
    )


_READ = read_page(Case(PAGES / "images-alts").page, 5617)


def make_writer(archive: Archive, site: str = SITE, section_id: str = SECTION) -> ArticleWriter:
    """Return what saves articles as a crawl of the section does."""
    return ArticleWriter(archive.engine, site, section_id, reparse_page)


def make_article(article_id: int, day: int = 1, **changes: Any) -> Article:
    """An article with a text of its own, seen on a day of March; ``changes`` by field."""
    fields = {"title": "A title", "body_text": f"The text of {article_id}.", "views": 5, **changes}
    content = f"{fields['title']}\x1f{fields['body_text']}".encode()
    fields.setdefault("content_hash", f"sha256:{hashlib.sha256(content).hexdigest()}")
    own = {"id": article_id, "url": f"http://{SITE}/{SECTION}/{article_id}.aspx", "section_id": SECTION}
    around = {"previous_id": article_id - 1, "next_id": article_id + 1, "fetched_at": at(day)}
    return replace(_READ, **{**own, **around, **fields})


def make_page(article: Article, **changes: Any) -> Page:
    """The page that an article was read from."""
    return replace(Page(article.url, article.body_text.encode(), article.fetched_at, '"tag"', "then"), **changes)


def begin_run(archive: Archive, day: int = 1) -> ObservationWriter:
    """Begin a run, and return what notes what it sees."""
    run_id = archive.begin_run(SITE, SECTION, "commentary", "refresh", at(day))
    return ObservationWriter(archive.engine, SITE, SECTION, run_id)


def read_rows(archive: Archive, table: Table) -> list[RowMapping]:
    """All rows of a table, in the order of its key."""
    return list(archive.read.rows(select(table).order_by(*table.primary_key)))


def read_originals(archive: Archive) -> dict[int, int | None]:
    """What each article repeats."""
    return {row["id"]: row["duplicate_of"] for row in read_rows(archive, articles)}
