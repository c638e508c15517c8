"""The corpus as one JSON Lines file: always one whole line per current article, made from the archive.

The archive remembers how far the file has come: which change it holds last, and in how many bytes. What lies
beyond those bytes was written by a run that was cut off, so it is cut off too; what the archive changed since
is appended, or, where a line itself changed, the file is rewritten at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from filelock import FileLock
from sqlalchemy import ColumnElement, func, select

from sassspider.archive.archive import Archive
from sassspider.archive.engine import explaining, writing
from sassspider.archive.errors import ArchiveError
from sassspider.archive.reader import Selection, Span
from sassspider.archive.statements import insert_new
from sassspider.archive.tables import articles, exports
from sassspider.items import as_record
from sassspider.outputs.jsonl import append_lines, rewrite_lines, truncate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Mark:
    """The file holds what changed up to ``sequence``, in its first ``size`` bytes."""

    sequence: int
    size: int


_UNFINISHED = _Mark(0, -1)  # the file was being rewritten: it is the old one or the new one


class Projection:
    """One file, of one section of one site."""

    def __init__(self, archive: Archive, path: Path, site: str, section_id: str, keep_duplicates: bool):
        self.archive = archive
        self.path = path.resolve()  # a link stays a link when the file is replaced
        self.selection = Selection(site, section_id, duplicates=keep_duplicates)
        self.site = site
        self.section_id = section_id
        self.keep_duplicates = keep_duplicates

    def sync(self, rewrite: bool = True) -> None:
        """Bring the file up to date; without ``rewrite``, only if that takes no more than appending.

        Raises OSError when the file can't be written, ArchiveError when the archive can't be read. Processes take
        turns.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_name(f".{self.path.name}.lock")):
            mark = self._read_mark()
            last = self._last_sequence()
            if mark is None or not self._is_as_left(mark):
                if rewrite:
                    self._start_anew(mark, last)
            elif last > mark.sequence or self._size() > mark.size:
                self._continue(mark, last, rewrite)

    def _is_as_left(self, mark: _Mark) -> bool:
        """Whether the file can begin with what the mark says: so many bytes, the last of them the end of a line."""
        if mark == _UNFINISHED or self._size() < mark.size:
            return False
        if mark.size == 0:
            return True
        with self.path.open("rb") as file:
            file.seek(mark.size - 1)
            return file.read(1) == b"\n"

    def _start_anew(self, mark: _Mark | None, last: int) -> None:
        if mark is not None and self._size() < mark.size:
            logger.warning("%s is shorter than it was left: it is written anew from the archive", self.path)
        elif mark != _UNFINISHED and self._size():
            aside = _find_free_name(self.path)
            self.path.rename(aside)
            logger.warning("%s was not made from this archive: it is now %s", self.path, aside)
        self._rewrite(last)

    def _continue(self, mark: _Mark, last: int, rewrite: bool) -> None:
        if self._size() > mark.size:
            logger.warning("%s ended in lines of a run that was cut off: they are written again", self.path)
            truncate(self.path, mark.size)
        if not self._has_changed_lines(mark):
            try:
                append_lines(self.path, self._lines(Span(mark.sequence, last)))
            except (OSError, ArchiveError):
                with suppress(OSError):
                    truncate(self.path, mark.size)  # whoever reads the file meanwhile finds whole lines
                raise
            self._write_mark(_Mark(last, self._size()))
        elif rewrite:
            self._rewrite(last)

    def _rewrite(self, last: int) -> None:
        self._write_mark(_UNFINISHED)  # until the new file's mark is there, no byte of either file counts
        rewrite_lines(self.path, self._lines(Span(0, last)))
        self._write_mark(_Mark(last, self._size()))

    def _lines(self, span: Span) -> Iterator[dict[str, object]]:
        return map(as_record, self.archive.read.articles(replace(self.selection, span=span)))

    def _size(self) -> int:
        if self.path.is_dir():
            raise IsADirectoryError(f"{self.path} is a folder")
        return self.path.stat().st_size if self.path.exists() else 0

    def _last_sequence(self) -> int:
        query = select(func.coalesce(func.max(articles.c.sequence), 0)).where(self._own_articles)
        with explaining(self.archive.engine), self.archive.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _has_changed_lines(self, mark: _Mark) -> bool:
        """Whether the archive changed an article, or dropped it from what is current, that the file may hold."""
        changed = (articles.c.sequence > mark.sequence) & (articles.c.first_sequence <= mark.sequence)
        query = select(articles.c.id).where(self._own_articles, changed).limit(1)
        with explaining(self.archive.engine), self.archive.engine.connect() as connection:
            return connection.execute(query).first() is not None

    @property
    def _own_articles(self) -> ColumnElement[bool]:
        return (articles.c.site == self.site) & (articles.c.section_id == self.section_id)

    @property
    def _key(self) -> dict[str, str | int]:
        return {
            "path": str(self.path),
            "site": self.site,
            "section_id": self.section_id,
            "keep_duplicates": int(self.keep_duplicates),
        }

    def _read_mark(self) -> _Mark | None:
        query = select(exports.c.sequence, exports.c.size).where(*self._is_own_export())
        with explaining(self.archive.engine), self.archive.engine.connect() as connection:
            row = connection.execute(query).first()
        return _Mark(row.sequence, row.size) if row else None

    def _write_mark(self, mark: _Mark) -> None:
        values = {"sequence": mark.sequence, "size": mark.size}
        with explaining(self.archive.engine), writing(self.archive.engine, self.site) as connection:
            connection.execute(insert_new(connection, exports), {**self._key, **values})
            connection.execute(exports.update().where(*self._is_own_export()).values(**values))

    def _is_own_export(self) -> list[ColumnElement[bool]]:
        return [exports.c[name] == value for name, value in self._key.items()]


def _find_free_name(path: Path) -> Path:
    """A name beside ``path`` for what stands there now."""
    names = (path.with_name(f"{path.name}.{number}.bak") for number in count(1))
    return next(name for name in names if not name.exists())
