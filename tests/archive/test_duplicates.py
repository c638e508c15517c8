"""Which of several articles with the same content is the original, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.records import Saved
from sassspider.archive.tables import articles
from sassspider.archive.writer import ArticleWriter

from .seen import at, begin_run, make_article, make_page, make_writer, read_originals, read_rows

SAME = "The same text."


def save(writer: ArticleWriter, article_id: int, day: int = 1, **changes: Any) -> Saved:
    article = make_article(article_id, day, **{"body_text": SAME, **changes})
    return writer.save(article, make_page(article))


def remove(archive: Archive, article_id: int, days: tuple[int, ...] = (2, 3)) -> None:
    for day in days:
        begin_run(archive, day).note_missing(article_id, at(day))


def test_the_lowest_id_is_the_original_when_it_comes_first(archive: Archive, writer: ArticleWriter) -> None:
    assert save(writer, 7) == Saved("new", None)
    assert save(writer, 8) == Saved("new", 7)
    assert read_originals(archive) == {7: None, 8: 7}


def test_the_lowest_id_is_the_original_when_it_comes_last(archive: Archive, writer: ArticleWriter) -> None:
    assert save(writer, 8) == Saved("new", None)
    assert save(writer, 7) == Saved("new", None)
    assert read_originals(archive) == {7: None, 8: 7}


@pytest.mark.parametrize("order", list(permutations([7, 8, 9])))
def test_three_alike_name_one_original_in_any_order(
    archive: Archive, writer: ArticleWriter, order: tuple[int, ...]
) -> None:
    for article_id in order:
        save(writer, article_id)
    assert read_originals(archive) == {7: None, 8: 7, 9: 7}


def test_saving_a_duplicate_again_leaves_it_one(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    save(writer, 8)
    before = read_rows(archive, articles)
    assert save(writer, 8, day=2) == Saved("unchanged", 7)
    assert save(writer, 7, day=2) == Saved("unchanged", None)
    assert read_rows(archive, articles) == before


def test_an_edited_original_leaves_its_place_to_the_next(archive: Archive, writer: ArticleWriter) -> None:
    for article_id in (7, 8, 9):
        save(writer, article_id)
    assert save(writer, 7, day=2, body_text="Another text.") == Saved("changed", None)
    assert read_originals(archive) == {7: None, 8: None, 9: 8}
    assert save(writer, 7, day=3) == Saved("changed", None)
    assert read_originals(archive) == {7: None, 8: 7, 9: 7}


def test_an_edited_duplicate_is_none_any_more(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    save(writer, 8)
    assert save(writer, 8, day=2, body_text="Another text.") == Saved("changed", None)
    assert read_originals(archive) == {7: None, 8: None}


def test_an_edit_may_make_a_duplicate(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    save(writer, 8, body_text="Another text.")
    assert save(writer, 8, day=2) == Saved("changed", 7)
    assert read_originals(archive) == {7: None, 8: 7}


def test_a_removed_original_leaves_its_place_and_takes_it_back(archive: Archive, writer: ArticleWriter) -> None:
    for article_id in (7, 8, 9):
        save(writer, article_id)
    remove(archive, 7)
    assert read_originals(archive) == {7: 8, 8: None, 9: 8}
    assert save(writer, 7, day=4) == Saved("returned", None)
    assert read_originals(archive) == {7: None, 8: 7, 9: 7}


def test_the_last_of_its_kind_stays_the_original_when_it_is_removed(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    save(writer, 8)
    remove(archive, 7)
    remove(archive, 8, (4, 5))
    assert read_originals(archive) == {7: None, 8: 7}


def test_a_change_of_original_is_news_to_the_exports(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 8)
    before = read_rows(archive, articles)[0]["sequence"]
    save(writer, 7)
    after = {one["id"]: one["sequence"] for one in read_rows(archive, articles)}
    assert after[8] > after[7] > before


def test_sites_do_not_repeat_each_other(archive: Archive, writer: ArticleWriter) -> None:
    save(writer, 7)
    assert save(make_writer(archive, "localhost:8000", "103002"), 8) == Saved("new", None)
