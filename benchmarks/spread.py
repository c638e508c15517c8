"""How a walk spreads from article to article where no list names them: turns counted, nothing asked for."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from sassspider.arguments import Arguments
from sassspider.walking.walk import Walk
from tests.mocksite import COMMENTARY, Request, build_site

SITE = "http://en.sass.cn"


class Pages(NamedTuple):
    """Pages of a section's articles by id, and the page of the section above, which names the newest."""

    articles: dict[int, bytes]
    above: bytes


def make_pages(articles: int, seed: int = 1) -> Pages:
    """Those of the embedded site."""
    site = build_site(seed, articles)
    paths = {one: f"/{COMMENTARY}/{one}.aspx" for one in site.ids(COMMENTARY)}
    bodies = {one: site.respond(Request("GET", path)).body for one, path in paths.items()}
    return Pages(bodies, site.respond(Request("GET", f"/{COMMENTARY[:3]}/default.aspx")).body)


def count_turns(pages: Pages, abreast: int) -> int:
    """The turns, of so many requests each, in which a walk gets all articles; a turn is what one answer takes."""
    walk = Walk(Arguments(SITE, COMMENTARY), abreast=abreast > 1)
    steps = walk.read_list_page(f"{SITE}/{COMMENTARY[:3]}/default.aspx", pages.above)
    waiting = [(-step.priority, step.link.id) for step in steps if step.link.kind == "article"]
    heapify(waiting)
    turns = 0
    while waiting:
        turns += 1
        for article_id in [heappop(waiting)[1] for _ in range(min(abreast, len(waiting)))]:
            url = f"{SITE}/{COMMENTARY}/{article_id}.aspx"
            for step in walk.read_article_page(url, pages.articles[article_id])[1]:
                heappush(waiting, (-step.priority, step.link.id))
    return turns


def find_fewest(pages: Pages, abreast: int) -> int:
    """The fewest turns that any walk could do with: all requests abreast, or the longest stretch between known ids."""
    walk = Walk(Arguments(SITE, COMMENTARY))
    steps = walk.read_list_page(f"{SITE}/{COMMENTARY[:3]}/default.aspx", pages.above)
    named = {step.link.id for step in steps if step.link.kind == "article"}
    first = max(named)
    ids = {
        step.link.id for step in walk.read_article_page(f"{SITE}/{COMMENTARY}/{first}.aspx", pages.articles[first])[1]
    }
    longest = max(_cross(sorted(pages.articles), named | ids))
    return max(-(-len(pages.articles) // abreast), longest + 1)


def _cross(ids: list[int], known: set[int]) -> Iterator[int]:
    """Turns that each stretch of unknown ids takes: from both ends, but the first from above alone."""
    length, is_first = 0, True
    for one in ids:
        if one in known:
            yield length if is_first else -(-length // 2)
            length, is_first = 0, False
        else:
            length += 1
    yield length
