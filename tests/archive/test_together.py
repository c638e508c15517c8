"""Several articles saved in one transaction: the archive is as if they had been saved one after another."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.errors import ArchiveError
from sassspider.archive.records import Saved, Seen
from sassspider.archive.tables import articles, authors, named, pages, revisions, views
from sassspider.archive.writer import ArticleWriter

from .seen import SECTION, SITE, make_article, make_page, make_writer, read_originals, read_rows

APART, TOGETHER = "apart.test", "together.test"
NUMBERS = {"site", "id", "revision_id", "first_sequence", "sequence"}  # in another order, or of another site


def see(article_id: int, day: int = 1, names: tuple[int, ...] = (), **changes: Any) -> Seen:
    article = make_article(article_id, day, **changes)
    return Seen(article, make_page(article), names)


BATCHES = {
    "one": [see(7)],
    "new": [see(7, names=(6, 8)), see(9, names=(8, 10)), see(8, views=None)],
    "known": [see(3, 2), see(4, 2, title="Another title"), see(5, 2, views=9)],
    "new and known": [see(9, 2), see(3, 2, authors=["A", "B"]), see(1, 2, names=(2,)), see(4, 2, body_text="X")],
    "one twice": [see(9), see(9, 2, views=9), see(9, 3, title="Another title")],
    "alike": [see(9, body_text="Y"), see(7, body_text="Y"), see(8, body_text="Y")],
    "alike and no longer": [see(8, 2, body_text="The text of 3."), see(3, 2, body_text="Z")],
}


def rows(archive: Archive, site: str) -> dict[str, list[str]]:
    """What the tables hold of a site, but for the numbers that the archive gives."""
    of_site = {row["id"] for row in read_rows(archive, revisions) if row["site"] == site}
    found: dict[str, list[str]] = {}
    for table in (articles, authors, named, pages, revisions, views):
        held = (row for row in read_rows(archive, table) if row.get("site", site) == site)
        held = (row for row in held if table is not pages or row["revision_id"] in of_site)
        without = NUMBERS - {"id"} if table is articles else NUMBERS
        found[table.name] = sorted(str({name: row[name] for name in row if name not in without}) for row in held)
    return found


@pytest.mark.parametrize("name", BATCHES)
def test_together_is_as_one_after_another(archive: Archive, name: str) -> None:
    apart, together = (make_writer(archive, site, SECTION) for site in (APART, TOGETHER))
    for writer in (apart, together):
        for one in (3, 4, 5):
            writer.save(*see(one, names=(one - 1, one + 1)))
    changes = [apart.save(*one).change for one in BATCHES[name]]
    assert [one.change for one in together.save_all(BATCHES[name])] == changes
    assert rows(archive, TOGETHER) == rows(archive, APART)


def test_each_that_comes_together_has_a_place_of_its_own_in_the_order(archive: Archive, writer: ArticleWriter) -> None:
    writer.save_all([see(9), see(7), see(8)])
    writer.save_all([see(6)])
    order = {row["id"]: row["sequence"] for row in read_rows(archive, articles)}
    assert sorted(order.values()) == [1, 2, 3, 4]
    assert sorted(order, key=order.__getitem__) == [9, 7, 8, 6]


def test_each_has_its_own_page(archive: Archive, writer: ArticleWriter) -> None:
    together = [see(one) for one in (12, 7, 9, 8, 11, 10)]
    writer.save_all(together)
    for seen in together:
        (revision,) = archive.read.revisions(SITE, [seen.article.id])
        assert (revision.url, revision.body) == (seen.page.url, seen.page.body)


def test_of_those_alike_all_but_the_original_hear_of_it_at_once(archive: Archive, writer: ArticleWriter) -> None:
    together = [see(8, body_text="Y"), see(7, body_text="Y"), see(9)]
    assert writer.save_all(together) == [Saved("new", 7), Saved("new", None), Saved("new", None)]
    assert read_originals(archive) == {7: None, 8: 7, 9: None}


def test_if_one_fails_none_is_saved_and_their_names_are_noted_the_next_time(
    archive: Archive, writer: ArticleWriter
) -> None:
    with pytest.raises(ArchiveError):
        writer.save_all([see(7, names=(5,)), see(8, word_count=None)])
    assert read_rows(archive, articles) == read_rows(archive, named) == []
    writer.save_all([see(7, names=(5,))])
    assert {row["article_id"] for row in read_rows(archive, named)} == {5, 7}
