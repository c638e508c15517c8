"""Queries on the pictures and files of a site's articles: kept ones, and those that are still to be requested."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, select

from sassspider.archive.archive import Archive
from sassspider.archive.engine import write_transaction
from sassspider.archive.history import read_edited_ids
from sassspider.archive.reader import Revision, Selection, reparse_page
from sassspider.archive.tables import articles, media, runs
from sassspider.clock import now
from sassspider.media import MediaFile, media_urls
from sassspider.page import DamagedPageError

# An answer of this kind is final when a second run gets it too: a page in place of a file may be a fault of one day.
_FINAL = ("not found", "refused")
_MAX_TRIES = 2


def read_addresses(archive: Archive, site: str) -> set[str]:
    """Return the addresses in all articles of a site, removed ones and earlier revisions too."""
    found = _read_present_addresses(archive, site)
    edited_ids = read_edited_ids(archive, Selection(site, removed=True, duplicates=True))
    for revision in archive.read.revisions(site, sorted(edited_ids)):
        found.update(read_revision_urls(revision))
    return found


def _read_present_addresses(archive: Archive, site: str) -> set[str]:
    query = select(articles.c.images, articles.c.attachments, articles.c.body_html).filter_by(site=site)
    return {url for row in archive.read.rows(query) for url in media_urls(**row)}


def read_revision_urls(revision: Revision) -> list[str]:
    """Return the addresses on a revision's page, none if the page is damaged: ``scrapy reparse`` reports it."""
    try:
        article = reparse_page(revision)
    except DamagedPageError:
        return []
    return list(media_urls(article.images, article.attachments, article.body_html))


def read_summary(archive: Archive, site: str) -> dict[str, Any]:
    """Return what is kept of a site's pictures and files, and its last run of the spider ``media`` (None: none).

    ``missing`` are the addresses in articles as they are now that were never requested; ``failed`` has the other
    addresses without a file, by status.
    """
    found = list(archive.read.rows(select(media.c.url, media.c.status, media.c.bytes).filter_by(site=site)))
    counts = Counter(row["status"] for row in found)
    query = select(runs.c.started_at, runs.c.ended_at, runs.c.outcome, runs.c.counts)
    last_run = query.filter_by(site=site, section_id="").order_by(runs.c.id.desc()).limit(1)
    return {
        "site": site,
        "kept": counts.pop("kept", 0),
        "bytes": sum(row["bytes"] or 0 for row in found),
        "missing": len(_read_present_addresses(archive, site) - {row["url"] for row in found}),
        "failed": dict(sorted(counts.items())),
        "last_run": next(map(dict, archive.read.rows(last_run)), None),
    }


def read_settled(archive: Archive, site: str) -> dict[str, str]:
    """Return the status of each address of a site that is not to be requested again: kept, or final."""
    rows = archive.read.rows(select(media.c.url, media.c.status, media.c.tries).filter_by(site=site))
    return {row["url"]: row["status"] for row in rows if _is_settled(row["status"], row["tries"])}


def read_kept(archive: Archive, site: str | None, store: str) -> dict[str, RowMapping]:
    """Return the rows of a site's kept files (None: of every site's), by address.

    ``store`` is FILES_STORE; the result is empty if that is not a folder.
    """
    query = select(media).filter_by(status="kept")
    if site is not None:
        query = query.filter_by(site=site)
    return {} if find_folder(store) is None else {row["url"]: row for row in archive.read.rows(query)}


def find_paths(archive: Archive, site: str | None, store: str) -> dict[str, Path]:
    """Return where the kept files of a site are (None: of every site), by address; see ``read_kept``."""
    folder = find_folder(store) or Path()
    paths = {url: folder / row["path"] for url, row in read_kept(archive, site, store).items()}
    return {url: path for url, path in paths.items() if path.is_file()}


def find_folder(store: str) -> Path | None:
    """Return the folder that FILES_STORE names, None if it is a storage elsewhere."""
    name = store.removeprefix("file://")
    return None if "://" in name else Path(name)


def save_file(archive: Archive, site: str, file: MediaFile) -> bool:
    """Record what became of a requested address; return whether that is final. Raises ArchiveError."""
    own = {"site": site, "url": file.url}
    with write_transaction(archive.engine, site) as connection:
        before = connection.execute(select(media.c.status, media.c.tries).filter_by(**own)).mappings().first()
        tries = before["tries"] + 1 if before and before["status"] == file.status else 1
        connection.execute(media.delete().filter_by(**own))
        connection.execute(media.insert(), {**asdict(file), "site": site, "seen_at": now(), "tries": tries})
    return _is_settled(file.status, tries)


def _is_settled(status: str, tries: int) -> bool:
    return status == "kept" or (status in _FINAL and tries >= _MAX_TRIES)
