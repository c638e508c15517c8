"""The article as a record."""

from __future__ import annotations

from dataclasses import asdict

from sassspider.items import ARTICLE_FIELDS, as_record
from tests.samples import make_article, make_page


def test_record_has_every_field_in_order() -> None:
    article = make_article()
    article.page = make_page()
    assert list(as_record(article)) == list(ARTICLE_FIELDS)
    assert as_record(article) == asdict(article)
