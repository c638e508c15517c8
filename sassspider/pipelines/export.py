"""Last pipeline: keep the articles of a section as one JSON Lines file, made from the archive."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import orjson
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import apply_uri_params
from sqlalchemy import select

from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import is_file_of, retry_transient, write_transaction
from sassspider.archive.migrations import VERSION
from sassspider.archive.reader import Selection
from sassspider.archive.tables import articles
from sassspider.exporters.plain import dump_line
from sassspider.extensions.archive import ArchiveExtension
from sassspider.files import atomic_write, is_special
from sassspider.items import as_record
from sassspider.running import count

logger = logging.getLogger(__name__)

_ADVICE = "move it away, or name another file in EXPORT_PATH, with %(name)s for the spider"


class ExportPipeline:
    """Bring ``EXPORT_PATH`` (``%(name)s`` is the spider's name) up to the archive when the spider closes.

    ``state`` is what was written, for the run's report: the next run compares nothing if neither archive nor file has
    changed since.
    """

    def __init__(self, crawler: Crawler, path: Path, archive: ArchiveExtension):
        self.crawler = crawler
        self.path = path
        self.archive = archive
        self.state: dict[str, Any] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path, archive = find_export_path(crawler), crawler.get_extension(ArchiveExtension)
        if path is None or archive is None:
            raise NotConfigured
        return cls(crawler, path, archive)

    def process_item(self, item: object) -> object:
        """Return the item as it is."""
        return item

    def close_spider(self) -> None:
        """Write the file if anything changed; if the archive failed, the next run will."""
        if self.archive.failed:
            return
        try:
            self.state = retry_transient(self._write, self.archive.timeout)
        except (OSError, ArchiveError) as error:
            count(self.crawler, "export/failed")
            logger.error("%s could not be written: %s", self.path, error)

    def _write(self) -> dict[str, Any]:
        """Write the file, unless archive and file are as the section's last run left them; return the state."""
        read, site, section_id = self.archive.archive.read, self.archive.site, self.archive.arguments.section
        duplicates = self.crawler.settings.getbool("KEEP_DUPLICATES")
        sequence = read.last_sequence(site)  # read first: the file may have later changes, too
        state = {"schema": VERSION, "sequence": sequence, "duplicates": duplicates, "path": str(self.path.resolve())}
        if read.last_report(site, section_id).get("export") != state | _describe(self.path):
            write_corpus(self.archive.archive, self.path, Selection(site, section_id, duplicates=duplicates))
        return state | _describe(self.path)


def _describe(path: Path) -> dict[str, int]:
    """Return the size of a file and the time of its last change; nothing if there is no file."""
    if not path.exists():
        return {}
    file = path.stat()
    return {"bytes": file.st_size, "mtime_ns": file.st_mtime_ns}


def find_export_path(crawler: Crawler) -> Path | None:
    """Return the path that ``EXPORT_PATH`` names for this spider; None if it is empty, or in ``scrapy shell``."""
    template = crawler.settings["EXPORT_PATH"]
    if not template or crawler.spider is None:
        return None
    return Path(apply_uri_params(template, {"name": crawler.spider.name}))


def write_corpus(archive: Archive, path: Path, selection: Selection) -> bool:
    """Write the articles of one section to ``path`` and rename it into place; return False if the file has them.

    Nobody writes to the archive meanwhile, nor to this file. A file with lines that the archive does not have is moved
    aside. Raises ArchiveError, and OSError for a path that is not a file, or is the archive's, another section's
    or another site's.
    """
    path = path.resolve()  # a link stays a link
    if is_file_of(archive.engine.url.render_as_string(), path):
        raise OSError("it is the archive: correct EXPORT_PATH")
    if is_special(path):
        raise OSError("it is a folder, a pipe or a device: name a file in EXPORT_PATH, or nothing to write none")
    with write_transaction(archive.engine, str(selection.site)):
        if path.exists():
            with path.open("rb") as file:
                if all(new == old for new, old in itertools.zip_longest(_dump(archive, selection), file)):
                    return False
            if not _is_from_archive(archive, path, selection):
                names = (path.with_name(f"{path.name}.{number}.bak") for number in itertools.count(1))
                aside = path.rename(next(name for name in names if not name.exists()))
                logger.warning("%s was not made from this archive: it is now %s", path, aside)
        with atomic_write(path) as file:
            file.writelines(_dump(archive, selection))
    return True


def _dump(archive: Archive, selection: Selection) -> Iterator[bytes]:
    return (dump_line(as_record(one)) for one in archive.read.articles(selection))


def _is_from_archive(archive: Archive, path: Path, selection: Selection) -> bool:
    """Return whether each line of a file is an article that the archive has; the last may have lost its end.

    Raises FileExistsError for a file with another section's or another site's articles.
    """
    held = select(articles.c.url, articles.c.site).filter_by(section_id=selection.section_id)
    held = held.order_by(articles.c.site == selection.site)  # of two sites with one address, its own
    sites = {row["url"]: row["site"] for row in archive.read.rows(held)}
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                try:
                    url, section_id = (orjson.loads(line)[name] for name in ("url", "section_id"))
                except (ValueError, KeyError, TypeError):
                    return False
                if section_id != selection.section_id:
                    raise FileExistsError(f"it has articles of section {section_id}: {_ADVICE}")
                if sites.get(url) is None:
                    return False
                if sites[url] != selection.site:
                    raise FileExistsError(f"it has articles of {sites[url]}: {_ADVICE}")
    return True
