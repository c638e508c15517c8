"""How many articles a run may bring, and how many are asked for."""

from __future__ import annotations

from sassspider.items import Article
from sassspider.walking.quota import Quota

from ..archive.factories import make_article, make_page


def fetched(article_id: int) -> Article:
    article = make_article(article_id)
    article.page = make_page(article)
    return article


def test_without_a_limit_there_is_always_room() -> None:
    quota = Quota(None)
    quota.asked = 10**6
    assert not quota.is_spoken_for
    assert quota.admit()
    assert not quota.accept(fetched(7))
    assert quota.left is None


def test_no_more_are_asked_for_than_are_wanted() -> None:
    quota = Quota(2)
    quota.asked = 1
    assert not quota.is_spoken_for
    quota.asked = 2
    assert quota.is_spoken_for


def test_what_came_to_nothing_makes_room_once_nothing_is_under_way() -> None:
    quota = Quota(2)
    quota.asked = 2
    assert quota.admit()
    quota.accept(fetched(7))
    quota.settle()
    assert (quota.asked, quota.is_spoken_for) == (1, False)


def test_the_last_that_is_wanted_is_told() -> None:
    quota = Quota(2)
    assert [quota.admit(), quota.admit(), quota.admit()] == [True, True, False]
    assert [quota.accept(fetched(one)) for one in (7, 8)] == [False, True]
    assert quota.left == 0


def test_a_dropped_one_gives_its_place_back() -> None:
    quota = Quota(1)
    assert quota.admit()
    quota.refuse(fetched(7))
    assert quota.admit()


def test_what_the_archive_had_costs_nothing() -> None:
    quota = Quota(1, frozenset({7}))
    assert not quota.accept(fetched(7))
    quota.refuse(fetched(7))
    assert quota.admit()
    assert not quota.admit()
