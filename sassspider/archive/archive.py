"""The archive as a whole: opened by URL, closed at the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine

from sassspider.archive.engine import explaining, open_engine, writing
from sassspider.archive.reader import ArchiveReader
from sassspider.archive.schema import prepare
from sassspider.archive.statements import insert_new
from sassspider.archive.tables import runs, sections


class Archive:
    """An open archive; use ``read`` for queries. Every method raises ArchiveError when the database fails."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.read = ArchiveReader(engine)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the archive at ``url``, making or upgrading its tables."""
        engine = open_engine(url)
        try:
            prepare(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def begin_run(
        self, site: str, section_id: str, spider: str, mode: str, started_at: str, job: str | None = None
    ) -> int:
        """Note that a run starts, ``job`` being Scrapyd's id of it; return its number."""
        made_by = {"spider": spider, "mode": mode, "started_at": started_at, "job": job}
        row = {"site": site, "section_id": section_id, **made_by}
        with explaining(self.engine), writing(self.engine, site) as connection:
            run_id: int = connection.execute(runs.insert().returning(runs.c.id), row).scalar_one()
        return run_id

    def end_run(self, run_id: int, site: str, ended_at: str, outcome: str, report: Mapping[str, Any]) -> None:
        """Note how a run ended: ``outcome`` in words; ``report`` as JSON takes it, with ``counts`` by name."""
        values = {"ended_at": ended_at, "outcome": outcome, "counts": report["counts"], "report": report}
        with explaining(self.engine), writing(self.engine, site) as connection:
            connection.execute(runs.update().where(runs.c.id == run_id).values(**values))

    def note_complete(self, site: str, section_id: str, completed_at: str) -> None:
        """Note that a walk of the whole section finished: from now on its newest end is enough to find news."""
        with explaining(self.engine), writing(self.engine, site) as connection:
            row = {"site": site, "section_id": section_id, "completed_at": completed_at}
            connection.execute(insert_new(connection, sections), row)
            own = (sections.c.site == site) & (sections.c.section_id == section_id)
            connection.execute(sections.update().where(own).values(completed_at=completed_at))

    def __str__(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
