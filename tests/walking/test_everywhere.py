"""The walk on every shape of list and every pager, page by page, without a network."""

from __future__ import annotations

import heapq
from itertools import count
from urllib.parse import urlsplit

import pytest

from sassspider.arguments import parse_arguments
from sassspider.walking.walk import Step, Walk
from tests.mocksite import COMMENTARY, LIST_SHAPES, PAGERS, Request, Site, SiteOptions, build_site

BASE = "http://127.0.0.1:8000"


def walk_through(site: Site, **given: str) -> list[str]:
    """Take every step of a walk, best first, and return the URLs in the order asked for."""
    walk = Walk(parse_arguments({"site": BASE, **given}, COMMENTARY))
    order, queue, asked = count(), [], []

    def put(steps: list[Step]) -> None:
        for step in steps:
            heapq.heappush(queue, (-step.priority, next(order), step))

    put(list(walk.first_steps()))
    while queue:
        step = heapq.heappop(queue)[2]
        parts = urlsplit(step.link.url)
        answer = site.respond(Request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path))
        asked.append(step.link.url)
        if answer.status != 200:
            continue
        if step.link.kind == "article":
            put(walk.read_article_page(step.link.url, answer.body)[1])
        else:
            put(list(walk.read_list_page(step.link.url, answer.body)))
    return asked


@pytest.mark.parametrize("shape", LIST_SHAPES)
@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("given", [{}, {"limit": "1000"}], ids=["oldest-first", "newest-first"])
def test_every_article_is_asked_for_once(shape: str, pager: str, given: dict[str, str]) -> None:
    site = build_site(seed=5, articles=45, options=SiteOptions(list_shape=shape, pager=pager, page_size=10))
    asked = walk_through(site, **given)
    articles = [url for url in asked if "default" not in url]
    assert sorted(articles) == [f"{BASE}/103002/{one}.aspx" for one in site.ids(COMMENTARY)]
    assert len(asked) - len(articles) <= 25
    assert len(asked) == len(set(asked))
