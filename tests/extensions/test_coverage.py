"""What is counted of the pages of a run."""

from __future__ import annotations

from lxml import etree

from sassspider.extensions.coverage import Coverage

from ..samples import make_article, make_page


def see(coverage: Coverage, markup: str) -> None:
    article = make_article()
    article.page, article.tree = make_page(), etree.fromstring(f"<html><body>{markup}</body></html>")
    coverage.item_scraped(article)


def test_unknown_places_are_limited() -> None:
    coverage = Coverage(judged=True)
    for page in range(100):
        see(coverage, "".join(f"<x{page}-{number}/>" for number in range(90)))
    assert len(coverage.places) < 1_200
    see(coverage, "<span/><x0-1/>")
    assert coverage.places["html/body/span"] == 1, "a known place counts however many unknown ones there were"
    assert coverage.places["html/body/x0-1"] == 2
    assert coverage.places["html/body"] == coverage.pages == 101
