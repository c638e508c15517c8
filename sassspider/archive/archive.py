"""Open the archive, and record its runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Self

from sqlalchemy import Engine

from sassspider.archive import ArchiveError
from sassspider.archive.engine import find_file, is_writable, open_engine, translate_errors, write_transaction
from sassspider.archive.migrations import VERSION, migrate, read_version
from sassspider.archive.reader import ArchiveReader
from sassspider.archive.tables import runs, sections


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

    def begin_run(
        self, site: str, section_id: str, spider: str, mode: str, started_at: str, job: str | None = None
    ) -> int:
        """Record the start of a run, ``job`` being Scrapyd's id of it; return the run's number."""
        row = {"site": site, "section_id": section_id, "spider": spider, "mode": mode}
        with write_transaction(self.engine, site) as connection:
            insert = runs.insert().returning(runs.c.id)
            run_id: int = connection.execute(insert, {**row, "started_at": started_at, "job": job}).scalar_one()
        return run_id

    def end_run(self, run_id: int, site: str, ended_at: str, outcome: str, report: Mapping[str, Any]) -> None:
        """Record the end of a run: ``outcome`` in words, ``report`` as JSON takes it, with ``counts`` by name."""
        values = {"ended_at": ended_at, "outcome": outcome, "counts": report["counts"], "report": report}
        with write_transaction(self.engine, site) as connection:
            connection.execute(runs.update().where(runs.c.id == run_id).values(**values))

    def mark_complete(self, site: str, section_id: str, completed_at: str | None) -> None:
        """Record that every page of a section's list was read: from now on its first page shows what is new.

        None takes the mark away, before a run archives what is new: if it is killed, its successor reads the list.
        """
        own = {"site": site, "section_id": section_id}
        with write_transaction(self.engine, site) as connection:
            connection.execute(sections.delete().filter_by(**own))
            if completed_at is not None:
                connection.execute(sections.insert(), {**own, "completed_at": completed_at})

    def __str__(self) -> str:
        return self.engine.url.render_as_string()

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
