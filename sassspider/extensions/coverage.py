"""Counts what the pages fetched in a run have, for the report and for the health checks."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.items import ARTICLE_FIELDS, Article, RejectedPage
from sassspider.layout import KNOWN, find_places
from sassspider.page import DamagedPageError, parse_xml
from sassspider.shape import find_misfits

if TYPE_CHECKING:
    from lxml import etree
    from scrapy.crawler import Crawler

_SHOWN = 3
_MOST_PLACES = 1_000  # that are unknown, in a run; a site that is rebuilt has some dozens


class Coverage:
    """Fields that fetched articles have and, with ``HEALTH_ENABLED``, places that their pages have.

    ``articles`` counts those that passed every pipeline, ``filled`` how many of them have each field; ``pages`` counts
    those that can be read, refused or not, ``places`` how many of them have each place; ``misfits`` tells the first few
    articles of a wrong shape, of ``misfit`` in all.
    """

    def __init__(self, judged: bool) -> None:
        self.judged = judged
        self.articles = self.pages = self.misfit = 0
        self.filled: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self.misfits: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        coverage = cls(judged=crawler.settings.getbool("HEALTH_ENABLED"))
        crawler.signals.connect(coverage.item_scraped, signals.item_scraped)
        crawler.signals.connect(coverage.item_dropped, signals.item_dropped)
        return coverage

    def item_scraped(self, item: object) -> None:
        """Take an article that goes to the outputs."""
        if not isinstance(item, Article):
            return
        if self.judged:
            self._see_shape(item)
        if item.page is not None:
            self.articles += 1
            self.filled.update(name for name in ARTICLE_FIELDS if getattr(item, name) not in (None, "", []))
            self._see_page(item.tree)

    def item_dropped(self, item: object) -> None:
        """Take a page that gave no article: its layout counts all the same."""
        if isinstance(item, Article):
            self._see_page(item.tree)
        elif isinstance(item, RejectedPage):
            with suppress(DamagedPageError):
                self._see_page(parse_xml(item.page.body))

    def _see_shape(self, article: Article) -> None:
        if wrong := list(find_misfits(article)):
            self.misfit += 1
            if len(self.misfits) < _SHOWN:
                self.misfits.append(f"{article.url} ({', '.join(wrong)})")

    def _see_page(self, tree: etree._Element | None) -> None:
        if self.judged and tree is not None:
            self.pages += 1
            found, room = find_places(tree), len(self.places) < _MOST_PLACES
            self.places.update(found if room else found & (KNOWN | self.places.keys()))
