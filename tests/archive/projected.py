"""What may happen to an archive under its JSON Lines file, and what the file must be then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.archive.writer import ArticleWriter
from sassspider.outputs.projection import Projection

from .seen import SECTION, SITE, at, begin_run, make_article, make_page

Change = Callable[[Archive, ArticleWriter], None]


def check(projection: Projection, ids: list[int]) -> None:
    """The file holds these articles, as they are in the archive, each once."""
    lines = [json.loads(line) for line in projection.path.read_bytes().splitlines()]
    assert sorted(line["id"] for line in lines) == ids
    selection = Selection(SITE, SECTION, duplicates=projection.keep_duplicates)
    current = {one.id: asdict(one) for one in projection.archive.read.articles(selection)}
    assert {line["id"]: line for line in lines} == current


def save(writer: ArticleWriter, *ids: int, day: int = 1, **changes: Any) -> None:
    for article_id in ids:
        article = make_article(article_id, day, **changes)
        writer.save(article, make_page(article))


def remove(archive: Archive, article_id: int) -> None:
    for day in (8, 9):
        begin_run(archive, day).note_missing(article_id, at(day))


def edit(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 5, day=2, title="Another title")


def drop(archive: Archive, writer: ArticleWriter) -> None:
    remove(archive, 5)


def precede(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 1, body_text="The text of 5.")
