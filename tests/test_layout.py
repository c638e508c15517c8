"""The element paths of a page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from sassspider.layout import KNOWN_PATHS, element_paths
from sassspider.loaders import ArticleLoader, read_article

from .samples import make_page, make_page_xml


def test_loader_reads_known_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    add_xpath = ArticleLoader.add_xpath

    def add_noted(loader: ArticleLoader, field: str, xpath: str, *processors: Any) -> None:
        place = xpath.removeprefix("string(").removesuffix(")").replace("[1]", "").replace("[normalize-space()]", "")
        read.add(re.sub(r"\[@id='(\w+)'\]", r"[\1]", place).removeprefix("/"))
        add_xpath(loader, field, xpath, *processors)

    monkeypatch.setattr(ArticleLoader, "add_xpath", add_noted)
    read_article(make_page(make_page_xml()))
    assert {"html/@class", "html/head/meta/@id", "html/body/div/h5", "html/body/a[perv]/@href"} <= read
    assert read < KNOWN_PATHS


@pytest.mark.parametrize(
    ("markup", "unknown"),
    [
        ("<html><body><div><video><source/><source/></video></div></body></html>", ["html/body/div/video"]),
        ("<html><body><ul id='related'><li/></ul></body></html>", ["html/body/ul[related]"]),
        ("<html><body><ul/></body></html>", ["html/body/ul"]),
        ("<article><h1/></article>", ["article"]),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", ["{http://www.w3.org/1999/xhtml}html"]),
        ("<html><body><div><ul><li><span><a href='x.pdf'/></span></li></ul></div></body></html>", []),
    ],
)
def test_unknown_element_is_named_once(markup: str, unknown: list[str]) -> None:
    assert [one for one in element_paths(etree.fromstring(markup)) if one not in KNOWN_PATHS] == unknown


def test_paths_of_foreign_page_are_bounded() -> None:
    unknown = "".join(f"<x{number}/>" for number in range(5_000))
    places = element_paths(etree.fromstring(f"<html><body><{'y' * 5_000}/>{unknown}</body></html>"))
    assert 50 < len(places) < 150
    assert max(map(len, places)) < 250
