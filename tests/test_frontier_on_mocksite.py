"""The frontier on every shape of list and every pager, page by page, without a network."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import count
from urllib.parse import urlsplit

import pytest

from sassspider.arguments import parse_arguments
from sassspider.frontier import Frontier, Target
from sassspider.links import find_section_links
from tests.mocksite import COMMENTARY, LIST_SHAPES, PAGERS, Request, Site, build_site

BASE = "http://127.0.0.1:8000"


def crawl_pages(site: Site, **given: str) -> list[str]:
    """Request every target, best first, and return the URLs in this order."""
    frontier = Frontier(parse_arguments({"site": BASE, **given}, COMMENTARY))
    order, queue, requested = count(), [], []

    def put(targets: Iterable[Target]) -> None:
        for target in targets:
            heapq.heappush(queue, (-target.priority, next(order), target.link))

    put(frontier.enter())
    while queue:
        link = heapq.heappop(queue)[2]
        parts = urlsplit(link.url)
        response = site.respond(Request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path))
        requested.append(link.url)
        if response.status != 200:
            continue
        links = find_section_links(response.body, link.url, BASE, COMMENTARY)
        if link.kind == "article":
            put(frontier.select(one for one in links if one.kind == "article"))
        else:
            put(frontier.select_listed(link.url, links))
    return requested


@pytest.mark.parametrize("shape", LIST_SHAPES)
@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("given", [{}, {"limit": "1000"}], ids=["oldest-first", "newest-first"])
def test_every_article_is_requested_once(shape: str, pager: str, given: dict[str, str]) -> None:
    site = build_site(seed=5, articles=45, list_shape=shape, pager=pager, page_size=10)
    requested = crawl_pages(site, **given)
    articles = [url for url in requested if "default" not in url]
    assert sorted(articles) == [f"{BASE}/103002/{one}.aspx" for one in site.ids()]
    assert len(requested) - len(articles) <= 25
    assert len(requested) == len(set(requested))
