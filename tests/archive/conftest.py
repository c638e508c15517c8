"""The databases that the archive is tested on, and an open archive on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.section import SectionWriter

from ..postgres import Postgres
from .factories import make_writer


@pytest.fixture(params=["sqlite", "postgresql"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/archive.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    """An open archive without articles."""
    with Archive.open(archive_url) as archive:
        yield archive


@pytest.fixture
def writer(archive: Archive) -> SectionWriter:
    """A writer that saves articles as a crawl of the section does."""
    return make_writer(archive)
