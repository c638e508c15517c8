"""The element paths of a page."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from lxml import etree

from sassspider.layout import EXPECTED_PATHS, KNOWN_PATHS, element_paths, find_layout_changes
from sassspider.loaders import ArticleLoader, read_article
from sassspider.page import parse_xml
from tests.mocksite import Request, Site, SiteOptions, build_site

from .samples import make_page, make_page_xml


def paths_of(site: Site, article_id: int) -> frozenset[str]:
    return element_paths(parse_xml(site.respond(Request("GET", f"/103002/{article_id}.aspx")).body))


def test_loader_reads_known_paths(monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert read < KNOWN_PATHS
    assert EXPECTED_PATHS < KNOWN_PATHS


def test_site_has_no_layout_changes() -> None:
    site = build_site(seed=1, articles=60)
    seen = Counter(path for one in site.ids() for path in paths_of(site, one))
    assert find_layout_changes(seen) == ({}, ())


def test_lone_article_needs_no_neighbours() -> None:
    site = build_site(seed=1, articles=1)
    found = paths_of(site, site.ids()[0])
    assert not any("perv" in path or "next" in path for path in found)
    assert find_layout_changes(Counter(found)) == ({}, ())


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
    assert [one for one in element_paths(etree.fromstring(markup)) if one not in KNOWN_PATHS] == [unknown]


def test_paths_of_foreign_page_are_bounded() -> None:
    unknown = "".join(f"<x{number}/>" for number in range(5_000))
    places = element_paths(etree.fromstring(f"<html><body><{'y' * 5_000}/>{unknown}</body></html>"))
    assert 50 < len(places) < 150
    assert max(map(len, places)) < 250


def test_attachments_may_hold_anything() -> None:
    root = etree.fromstring("<html><body><div><ul><li><span><a href='x.pdf'/></span></li></ul></div></body></html>")
    assert element_paths(root) <= KNOWN_PATHS


def test_missing_attribute_is_reported() -> None:
    site = build_site(seed=1, articles=3)
    found = paths_of(site, site.ids()[0]) - {"html/head/meta/@id"}
    assert find_layout_changes(Counter(found)).missing == ("html/head/meta/@id",)


def test_rebuilt_site_is_reported() -> None:
    site = build_site(seed=1, articles=3, options=SiteOptions(lacking=("dd",), extra=("h6",)))
    changes = find_layout_changes(Counter(paths_of(site, site.ids()[0])))
    assert changes == ({"html/body/div/h6": 1}, ("html/body/div/dd",))
