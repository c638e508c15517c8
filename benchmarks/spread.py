"""The fewest turns in which a crawl without a list can get all articles: counted, nothing is requested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sassspider.links import find_article_links, find_section_links
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


def find_fewest(pages: Pages, concurrent: int) -> int:
    """Return the fewest turns of so many requests each, whatever the order."""
    above = find_section_links(pages.above, f"{SITE}/{COMMENTARY[:3]}/default.aspx", SITE, COMMENTARY)
    named = {link.id for link in above if link.kind == "article"}
    first = max(named)
    ids = {
        one.id
        for one in find_article_links(pages.articles[first], f"{SITE}/{COMMENTARY}/{first}.aspx", SITE, COMMENTARY)
    }
    longest = max(_cross(sorted(pages.articles), named | ids))
    return max(-(-len(pages.articles) // concurrent), longest + 1)


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
