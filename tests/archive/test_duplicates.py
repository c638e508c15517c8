"""The original of several articles with the same content, in whatever order they come."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.section import SaveResult, SectionWriter

from .factories import make_article, make_page, read_originals, remove, save_page


def save(writer: SectionWriter, article_id: int, day: int = 1, **changes: Any) -> SaveResult:
    article = make_article(article_id, day, **{"body_text": "The same text.", **changes})
    return save_page(writer, article, make_page(article))


@pytest.mark.parametrize("order", list(permutations([7, 8, 9])))
def test_lowest_id_is_the_original(archive: Archive, writer: SectionWriter, order: tuple[int, ...]) -> None:
    found = [save(writer, article_id).duplicate_of for article_id in order]
    assert found == [None if one == min(order[: n + 1]) else min(order[:n]) for n, one in enumerate(order)]
    assert read_originals(archive) == {7: None, 8: 7, 9: 7}


def test_edit_makes_or_ends_a_duplicate(archive: Archive, writer: SectionWriter) -> None:
    for article_id in (7, 8, 9):
        save(writer, article_id)
    assert save(writer, 7, day=2, body_text="Another text.") == SaveResult("changed", None)
    assert read_originals(archive) == {7: None, 8: None, 9: 8}
    assert save(writer, 9, day=2, body_text="Another text.") == SaveResult("changed", 7)
    assert save(writer, 7, day=3) == SaveResult("changed", None)
    assert read_originals(archive) == {7: None, 8: 7, 9: None}


def test_removed_original_is_replaced(archive: Archive, writer: SectionWriter) -> None:
    for article_id in (7, 8):
        save(writer, article_id)
    remove(archive, 7)
    assert read_originals(archive) == {7: 8, 8: None}
    remove(archive, 8, (4, 5))  # the last one removed leaves the original
    assert read_originals(archive) == {7: None, 8: 7}
    assert save(writer, 8, day=6) == SaveResult("returned", None)
    assert save(writer, 7, day=6) == SaveResult("returned", None)
    assert read_originals(archive) == {7: None, 8: 7}
