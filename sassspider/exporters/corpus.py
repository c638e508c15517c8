"""EXPORT_PATH: all current articles of a section as one JSON Lines file, made from the archive."""

from __future__ import annotations

import json
import logging
from itertools import count
from pathlib import Path

import orjson
from sqlalchemy import select

from sassspider import __version__
from sassspider.archive.archive import Archive
from sassspider.archive.engine import translate_errors, write_transaction
from sassspider.archive.reader import Selection
from sassspider.archive.tables import articles
from sassspider.exporters.jsonl import dump_line
from sassspider.files import atomic_write
from sassspider.items import as_record

logger = logging.getLogger(__name__)


class JsonLinesExport:
    """A JSON Lines file with one line for each current article of a section.

    A small hidden file beside it says which state of the archive it holds.
    """

    def __init__(self, archive: Archive, path: Path, site: str, section_id: str, keep_duplicates: bool):
        self.archive = archive
        self.path = path.resolve()  # a link stays a link
        self.state_path = self.path.with_name(f".{self.path.name}.state")
        self.selection = Selection(site, section_id, duplicates=keep_duplicates)
        self.site = site

    def write(self) -> bool:
        """Write the file anew and rename it, if the archive or the file has changed; return whether it had.

        Nobody writes to the archive meanwhile, nor to this file. Raises OSError and ArchiveError.
        """
        if self.path.is_dir():
            raise IsADirectoryError(f"{self.path} is a folder")
        with translate_errors(self.archive.engine), write_transaction(self.archive.engine, self.site):
            if self._read_state() == self._make_state():
                return False
            if self.path.exists() and not self._is_from_archive():
                aside = _find_free_name(self.path)
                self.path.rename(aside)
                logger.warning("%s was not made from this archive: it is now %s", self.path, aside)
            with atomic_write(self.path) as file:
                file.writelines(dump_line(as_record(one)) for one in self.archive.read.articles(self.selection))
            self.state_path.write_text(self._make_state(), encoding="utf-8")
        return True

    def _make_state(self) -> str:
        """Return what the file holds if it is up to date: which state of which archive, in which bytes."""
        found = self.path.stat() if self.path.exists() else None
        state = {
            "archive": str(self.archive),
            "sequence": self.archive.read.last_sequence(self.site, self.selection.section_id or ""),
            "section": [self.site, self.selection.section_id, self.selection.duplicates],
            "version": __version__,
            "file": found and [found.st_size, found.st_mtime_ns],
        }
        return json.dumps(state)

    def _read_state(self) -> str:
        try:
            return self.state_path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def _is_from_archive(self) -> bool:
        """Return whether each line of the file is an article that the archive has; the last may have lost its end."""
        own = Selection(self.site, self.selection.section_id, removed=True, duplicates=True).conditions()
        urls = {row["url"] for row in self.archive.read.rows(select(articles.c.url).where(*own))}
        try:
            with self.path.open("rb") as file:
                return all(orjson.loads(line)["url"] in urls for line in file if line.endswith(b"\n"))
        except (ValueError, KeyError, TypeError):
            return False


def _find_free_name(path: Path) -> Path:
    """Return a name beside ``path`` for what is there now."""
    names = (path.with_name(f"{path.name}.{number}.bak") for number in count(1))
    return next(name for name in names if not name.exists())
