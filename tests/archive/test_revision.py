"""What makes a revision: an editorial field, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sassspider.archive.revision import EDITORIAL_FIELDS, digest
from sassspider.items import ARTICLE_FIELDS

from .seen import make_article

ARTICLE = make_article(7)
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "images": st.lists(st.fixed_dictionaries({"url": TEXT, "alt": st.none() | TEXT}), max_size=2),
    "attachments": st.lists(st.fixed_dictionaries({"url": TEXT, "name": TEXT}), max_size=2),
}
ANYTHING = st.none() | TEXT | st.integers() | st.lists(TEXT, max_size=2)


def changes(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: VALUES.get(name, st.none() | TEXT) for name in names})


@given(changes(list(EDITORIAL_FIELDS)))
def test_a_change_of_an_editorial_field_is_a_revision(changed: dict[str, Any]) -> None:
    same = all(getattr(ARTICLE, name) == value for name, value in changed.items())
    assert (digest(replace(ARTICLE, **changed)) == digest(ARTICLE)) == same


@given(st.fixed_dictionaries({}, optional={n: ANYTHING for n in ARTICLE_FIELDS if n not in EDITORIAL_FIELDS}))
def test_a_change_of_any_other_field_is_none(changed: dict[str, Any]) -> None:
    assert digest(replace(ARTICLE, **changed)) == digest(ARTICLE)


@given(changes(list(EDITORIAL_FIELDS)), changes(list(EDITORIAL_FIELDS)))
def test_two_states_have_one_digest_only_if_they_are_equal(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = replace(ARTICLE, **one), replace(ARTICLE, **other)
    assert (digest(first) == digest(second)) == (first == second)
