"""Opens an archive that is there already: a question must not make an empty one to answer from."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sassspider.archive.archive import Archive
from sassspider.archive.engine import ArchiveError, explaining, open_engine
from sassspider.archive.schema import VERSION, prepare, read_version


def open_existing(url: str) -> Archive:
    """Open the archive at ``url``; one of an older version is upgraded, any other is not written to.

    Raises ArchiveError when there is none, or it can't be used. No file is made.
    """
    file = _find_file(url)
    if file is not None and not file.is_file():
        raise ArchiveError(f"there is no archive at {file}: a crawl makes one, and ARCHIVE_URL says where")
    engine = open_engine(url)
    try:
        _check(engine)
    except BaseException:
        engine.dispose()
        raise
    return Archive(engine)


def _check(engine: Engine) -> None:
    with explaining(engine), engine.connect() as connection:
        version = read_version(connection)
    if version is None:
        raise ArchiveError(f"{engine.url.render_as_string()} holds no archive: a crawl makes one")
    if version != VERSION:
        prepare(engine)


def _find_file(url: str) -> Path | None:
    """The file of an SQLite database; None for another database, and for a URL that ``open_engine`` will refuse."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
