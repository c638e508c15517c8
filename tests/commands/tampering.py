"""Changes an archive behind the program's back, as a loader of other days would have left it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "data/sassspider.db")) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection


CURRENT = "SELECT revision_id FROM articles WHERE id = ?"
FIRST = "SELECT id FROM revisions WHERE article_id = ? ORDER BY id"


def damage_page(folder: Path, article_id: int, query: str = CURRENT, on_disk: bool = False) -> None:
    """Cut the page of an article's current revision, or of the one that the query finds; or its bytes on the disk."""
    with database(folder) as connection:
        (revision_id,) = connection.execute(query, (article_id,)).fetchone()
        (body,) = connection.execute("SELECT body FROM pages WHERE revision_id = ?", (revision_id,)).fetchone()
        cut = body[:-20] if on_disk else zlib.compress(zlib.decompress(body)[:-200])
        connection.execute("UPDATE pages SET body = ? WHERE revision_id = ?", (cut, revision_id))


def read_all(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Everything that a reading of pages may change."""
    with database(folder) as connection:
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
            for table in ("articles", "authors", "revisions", "views", "pages")
        }
