"""From Scrapy's response to the page that the rest of the project knows, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sassspider import sites, urls
from sassspider.clock import now
from sassspider.items import Article
from sassspider.page import DamagedPageError, Page, check_list
from sassspider.printable import truncate
from sassspider.resilience.disguise import find_disguise
from sassspider.urls import Link

if TYPE_CHECKING:
    from scrapy.http import Response


def read_page(response: Response, site: str) -> Page:
    """The page in a response, whatever class Scrapy chose for its Content-Type: only the bytes count.

    Its URL is the one on ``site``, whichever mirror or twin of it served the page.
    """
    return Page(
        url=sites.rebase(response.url, site),
        body=response.body,
        fetched_at=now(),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
    )


def read_article(page: Page, link: Link) -> Article:
    """The article that a link promised; raises DamagedPageError if the page is another one, or is damaged."""
    if urls.canonical_article_url(page.url) != link.url:
        raise DamagedPageError(f"the site led on to {truncate(page.url)}")
    if what := find_disguise(page.body):
        raise DamagedPageError(f"{what} in place of the article")
    from sassspider import loaders  # slow to import, and ``scrapy list`` imports every spider

    return loaders.read_article(page)


def find_list_damage(page: Page, link: Link) -> str | None:
    """Say why a list page, or another way into the section, may not be all of it; None if nothing tells so."""
    if page.url.partition("?")[0] != link.url.partition("?")[0]:
        return f"the site led on to {truncate(page.url)}"
    if what := find_disguise(page.body):
        return f"{what} in place of the list"
    body = page.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(b"<?xml"):
        try:
            check_list(page.body)
        except DamagedPageError as error:
            return str(error)
    lower = body.lower()
    return "its end is missing" if b"<html" in lower and b"</html" not in lower else None


def _header(response: Response, name: str) -> str | None:
    """A validator as served; None without one, and for one with characters that no validator has."""
    value = (response.headers.get(name) or b"").decode("latin-1")
    return value if value and value.isprintable() else None
