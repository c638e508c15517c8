"""Frozen page to expected item, one test a field, so that a failure names it."""

from __future__ import annotations

import pytest

from sassspider.items import ARTICLE_FIELDS
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError

from .frozen import ACCEPTED, FETCHED_AT, REFUSED, Case, read

FROZEN_FIELDS = [name for name in ARTICLE_FIELDS if name != "fetched_at"]


@pytest.mark.parametrize("field", FROZEN_FIELDS)
@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_field(case: Case, field: str) -> None:
    assert read(case)[field] == case.expected[field], case.about["why"]


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_no_field_is_left_uncovered(case: Case) -> None:
    assert list(case.expected) == FROZEN_FIELDS
    assert list(read(case)) == list(ARTICLE_FIELDS)
    assert read(case)["fetched_at"] == FETCHED_AT


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Case) -> None:
    with pytest.raises(DamagedPageError) as refused:
        read_article(case.page)
    assert case.about["reason"].lower() in str(refused.value).lower(), case.about["why"]
