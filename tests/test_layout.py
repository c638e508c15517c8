"""The places of a page."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from lxml import etree

from sassspider.layout import EXPECTED, KNOWN, find_drift, find_places
from sassspider.loaders import ArticleLoader, read_article
from sassspider.page import parse_xml
from tests.mocksite import Request, Site, SiteOptions, build_site

from .samples import make_page, make_page_xml


def places(site: Site, article_id: int) -> frozenset[str]:
    return find_places(parse_xml(site.respond(Request("GET", f"/103002/{article_id}.aspx")).body))


def test_loader_reads_known_places(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    add_xpath = ArticleLoader.add_xpath

    def add_noted(loader: ArticleLoader, field: str, xpath: str, *processors: Any) -> None:
        place = xpath.removesuffix("//text()").removeprefix("string(").removesuffix(")")
        path = re.sub(r"\[@id='(\w+)'\]", r"[\1]", place)
        read.add(path.removeprefix("/"))
        add_xpath(loader, field, xpath, *processors)

    monkeypatch.setattr(ArticleLoader, "add_xpath", add_noted)
    read_article(make_page(make_page_xml()))
    assert {"html/@class", "html/head/meta/@id", "html/body/div/h5", "html/body/a[perv]/@href"} <= read
    assert read < KNOWN
    assert EXPECTED < KNOWN


def test_site_pages_show_no_drift() -> None:
    site = build_site(seed=1, articles=60)
    seen = Counter(place for one in site.ids() for place in places(site, one))
    assert find_drift(seen) == ({}, ())


def test_single_article_needs_no_neighbours() -> None:
    site = build_site(seed=1, articles=1)
    found = places(site, site.ids()[0])
    assert not any("perv" in place or "next" in place for place in found)
    assert find_drift(Counter(found)) == ({}, ())


@pytest.mark.parametrize(
    ("markup", "unknown"),
    [
        ("<html><body><div><h6>x</h6></div></body></html>", "html/body/div/h6"),
        ("<html><body><div><video><source/><source/></video></div></body></html>", "html/body/div/video"),
        ("<html><body><ul id='related'><li/></ul></body></html>", "html/body/ul[related]"),
        ("<html><body><ul/></body></html>", "html/body/ul"),
        ("<html><body><a id='last'/></body></html>", "html/body/a[last]"),
        ("<article><h1/></article>", "article"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "{http://www.w3.org/1999/xhtml}html"),
    ],
)
def test_unknown_element_is_named_once(markup: str, unknown: str) -> None:
    assert [one for one in find_places(etree.fromstring(markup)) if one not in KNOWN] == [unknown]


def test_places_of_other_pages_are_limited() -> None:
    unknown = "".join(f"<x{number}/>" for number in range(5_000))
    places = find_places(etree.fromstring(f"<html><body><{'y' * 5_000}/>{unknown}</body></html>"))
    assert 50 < len(places) < 150
    assert max(map(len, places)) < 250


def test_attachments_may_hold_anything() -> None:
    root = etree.fromstring("<html><body><div><ul><li><span><a href='x.pdf'/></span></li></ul></div></body></html>")
    assert find_places(root) <= KNOWN


def test_missing_attribute_is_drift() -> None:
    site = build_site(seed=1, articles=3)
    found = places(site, site.ids()[0]) - {"html/head/meta/@id"}
    assert find_drift(Counter(found)).missing == ("html/head/meta/@id",)


def test_rebuilt_site_is_drift() -> None:
    site = build_site(seed=1, articles=3, options=SiteOptions(lacking=("dd",), extra=("h6",)))
    drift = find_drift(Counter(places(site, site.ids()[0])))
    assert drift == ({"html/body/div/h6": 1}, ("html/body/div/dd",))
