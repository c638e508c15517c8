"""Open the archive."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

from sqlalchemy import Engine

from sassspider.archive import ArchiveError
from sassspider.archive.engine import find_file, is_writable, open_engine, translate_errors
from sassspider.archive.migrations import VERSION, migrate, read_version
from sassspider.archive.reader import ArchiveReader


class Archive:
    """An open archive; use ``read`` for queries. Every method raises ArchiveError if the database fails."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.read = ArchiveReader(engine)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the archive at ``url`` to write to it; create or upgrade its tables."""
        engine = open_engine(url)
        with ExitStack() as on_error:
            on_error.callback(engine.dispose)
            migrate(engine)
            on_error.pop_all()
        return cls(engine)

    @classmethod
    def open_existing(cls, url: str) -> Self:
        """Open the archive at ``url`` for a command; raise ArchiveError if there is none.

        An archive of an older version is upgraded. One that can't be written to can still be read.
        """
        file = find_file(url)
        if file is not None and not file.is_file():
            raise ArchiveError(f"there is no archive at {file}: a crawl makes one, and ARCHIVE_URL says where")
        engine = open_engine(url, read_only=file is not None and not is_writable(file))
        with ExitStack() as on_error:
            on_error.callback(engine.dispose)
            with translate_errors(engine), engine.connect() as connection:
                version = read_version(connection)
            if version is None:
                raise ArchiveError(f"{engine.url.render_as_string()} holds no archive: a crawl makes one")
            if version != VERSION:
                migrate(engine)
            on_error.pop_all()
        return cls(engine)

    def __str__(self) -> str:
        return self.engine.url.render_as_string()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.read.close_queries()  # an error keeps them alive, until the garbage collector ends both in any order
        self.close()
