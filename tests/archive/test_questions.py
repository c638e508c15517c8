"""The questions in SQL that docs/archive.md answers, asked of both databases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from sassspider.archive.archive import Archive
from sassspider.archive.writer import ArticleWriter

from ..crawling import PROJECT
from .seen import begin_run, make_article, make_page

DOCUMENT = (PROJECT / "docs/archive.md").read_text(encoding="utf-8")
ANSWERS = re.findall(r"^(\S[^\n]*\?)\n\n```sql\n(.*?)```", DOCUMENT, re.DOTALL | re.MULTILINE)
QUESTIONS = dict(ANSWERS)


@pytest.fixture
def history(archive: Archive, writer: ArticleWriter) -> Archive:
    """Three articles: one edited, one gaining views, one removed."""
    for article in (
        make_article(1, authors=["Lan Wei", "Qiu Min"], source_name="River Weekly"),
        make_article(2, authors=["Lan Wei"], source_name="River Weekly"),
        make_article(3, authors=["Qiu Min"], source_name="Basin Daily"),
        make_article(1, day=2, title="A corrected title", authors=["Lan Wei", "Qiu Min"], source_name="River Weekly"),
        make_article(2, day=3, authors=["Lan Wei"], source_name="River Weekly", views=9),
    ):
        writer.save(article, make_page(article))
    for day in (4, 5):
        begin_run(archive, day).note_missing(3, f"2026-03-{day:02}T08:00:00Z")
    return archive


def ask(archive: Archive, words: str) -> list[tuple[Any, ...]]:
    (sql,) = (sql for question, sql in QUESTIONS.items() if words in question)
    with archive.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql.strip().rstrip(";")))]


def test_there_are_five() -> None:
    assert len(QUESTIONS) == len(ANSWERS) == 5


def test_edits_after_publication(history: Archive) -> None:
    assert [(row[0], row[1], row[2]) for row in ask(history, "edited")] == [(1, "A corrected title", 2)]


def test_removed_articles(history: Archive) -> None:
    assert [(row[0], row[3], row[4]) for row in ask(history, "removed")] == [(3, "2026-03-04", None)]


def test_views_over_time(history: Archive) -> None:
    assert [(row[3], row[4]) for row in ask(history, "views") if row[0] == 2] == [(5, None), (9, 4)]


def test_most_reprinted_sources(history: Archive) -> None:
    assert [row[:2] for row in ask(history, "sources")] == [("River Weekly", 2), ("Basin Daily", 1)]


def test_output_by_author(history: Archive) -> None:
    assert [row[:2] for row in ask(history, "Who writes")] == [("Lan Wei", 2), ("Qiu Min", 2)]
