"""Count what the pages of a run have, and judge the run by it when the spider closes."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from typing import Any, Self

from lxml import etree
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import load_object
from spidermon.runners import MonitorRunner

from sassspider.extensions.archive import ArchiveExtension
from sassspider.items import ARTICLE_FIELDS, Article, find_invalid_fields
from sassspider.layout import element_paths
from sassspider.monitors import find_alert_problems, list_failures
from sassspider.outcome import count_work
from sassspider.page import DamagedPageError, parse_xml
from sassspider.running import is_crawl, stats_of

logger = logging.getLogger(__name__)

_ARCHIVE_FIELDS = ("duplicate_of", "date_removed")  # not from the page


class HealthExtension:
    """Counts of pages and articles, judged by the suites in ``SPIDERMON_SPIDER_CLOSE_MONITORS``.

    ``page_count`` counts the pages that are XML, ``paths`` those that have each element path, ``article_count`` those
    that became articles, ``filled`` the articles that have each field; ``invalid`` names those that violate the schema.
    Not Spidermon's own extension, which logs thirty lines a run and a traceback for each failed monitor.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.page_count = self.article_count = 0
        self.paths: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()
        self.invalid: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not is_crawl(crawler):
            raise NotConfigured
        health = cls(crawler)
        crawler.signals.connect(health.item_scraped, signals.item_scraped)
        crawler.signals.connect(health.item_dropped, signals.item_dropped)
        crawler.signals.connect(health.spider_opened, signals.spider_opened)
        crawler.signals.connect(health.spider_closed, signals.spider_closed)
        return health

    def spider_opened(self) -> None:
        """Log the alarms that can't be sent."""
        for problem in find_alert_problems(self.crawler.settings):
            logger.error("%s", problem)

    def item_scraped(self, item: object) -> None:
        """Count an article that goes to the feeds, fetched in this run or archived before."""
        if not isinstance(item, Article):
            return
        if fields := find_invalid_fields(item):
            self.invalid.append(f"{item.url} ({', '.join(fields)})")
        if item.page is not None:
            self.article_count += 1
            self.filled.update(name for name in ARTICLE_FIELDS if getattr(item, name) not in (None, "", []))
            self.count_paths(item.tree)

    @property
    def coverage(self) -> dict[str, float]:
        """The share of the fetched articles that have a field, for each field of the page that some lack."""
        shares = {name: self.filled[name] / self.article_count for name in ARTICLE_FIELDS if self.article_count}
        return {name: round(share, 4) for name, share in shares.items() if share < 1 and name not in _ARCHIVE_FIELDS}

    def item_dropped(self, item: object) -> None:
        """Count the element paths of a page that gave no article."""
        if isinstance(item, Article):
            self.count_paths(item.tree)

    def count_damaged_page(self, body: bytes) -> None:
        """Count the element paths of a page that is refused, if it is XML."""
        with suppress(DamagedPageError):
            self.count_paths(parse_xml(body))

    def count_paths(self, tree: etree._Element | None) -> None:
        """Count the element paths of a page."""
        if tree is not None:
            self.page_count += 1
            self.paths.update(element_paths(tree))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Run the suites; record alarms in the stats as ``health/failed``, and warnings as ``health/warnings``."""
        stats = stats_of(self.crawler)
        failed: list[str] = []
        warnings: list[str] = []
        data = {
            "stats": stats.get_stats(),
            "crawler": self.crawler,
            "spider": spider,
            "job": None,  # Spidermon's own monitors look for it
            "settings": self.crawler.settings,
            "health": self,
            "archive": self.crawler.get_extension(ArchiveExtension),
            "counts": count_work(stats.get_stats()),
            "finish_reason": reason,
            "warnings": warnings,
        }
        for path in self.crawler.settings.getlist("SPIDERMON_SPIDER_CLOSE_MONITORS"):
            try:
                failed += self._run_suite(path, data)
            except Exception as error:  # a crawl that could not be judged must not pass for healthy
                logger.exception("Health check broke: %s", path)
                failed.append(f"{path} broke: {error!r}")
        stats.set_value("health/failed", failed)
        stats.set_value("health/warnings", warnings)
        for line in failed:
            logger.error("Health check failed: %s", line)
        for line in warnings:
            logger.warning("Health: %s", line)

    def _run_suite(self, path: str, data: dict[str, Any]) -> list[str]:
        """Return a line for each failed check of a suite."""
        result = MonitorRunner().run(load_object(path)(crawler=self.crawler), **data)
        for one in (*result.monitors_finished_action_results, *result.monitors_failed_action_results):
            if one.error:
                logger.error("%s failed: %s", one.action.name, one.error.strip().splitlines()[-1])
        return list_failures(result)
