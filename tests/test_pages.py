"""Frozen page to expected item, one test a page."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from sassspider.items import ARTICLE_FIELDS
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError

from .frozen import ACCEPTED, FETCHED_AT, REFUSED, Case


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case.name)
def test_page_gives_its_item(case: Case) -> None:
    found = asdict(read_article(case.page))
    assert found == case.expected | {"fetched_at": FETCHED_AT}, case.about["why"]
    assert list(found) == list(ARTICLE_FIELDS)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_page_is_refused(case: Case) -> None:
    with pytest.raises(DamagedPageError) as refused:
        read_article(case.page)
    assert case.about["reason"].lower() in str(refused.value).lower(), case.about["why"]
