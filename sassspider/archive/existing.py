"""Opens an archive that is there already: a question must not make an empty one to answer from."""

from __future__ import annotations

from sqlalchemy import Engine

from sassspider.archive.archive import Archive
from sassspider.archive.engine import explaining, find_file, open_engine
from sassspider.archive.errors import ArchiveError
from sassspider.archive.schema import VERSION, prepare, read_version


def open_existing(url: str) -> Archive:
    """Open the archive at ``url``; one of an older version is upgraded, any other is not written to.

    Raises ArchiveError when there is none, or it can't be used. No file is made.
    """
    file = find_file(url)
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
