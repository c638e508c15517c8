"""Count what the pages of a run have, and judge the run by it when the spider closes."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import load_object
from spidermon.runners import MonitorRunner

from sassspider.extensions.archive import ArchiveExtension
from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.layout import KNOWN_PATHS, element_paths
from sassspider.monitors import MonitorData, find_alert_problem, list_failures, split_urls
from sassspider.outcome import count_work
from sassspider.page import DamagedPageError, parse_xml
from sassspider.schema import find_invalid_fields

if TYPE_CHECKING:
    from lxml import etree
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_SHOWN = 3  # invalid articles named
_MAX_PATHS = 1_000  # unknown element paths counted in a run; a rebuilt site has some dozens


class HealthExtension:
    """Counts of pages and articles, judged by the suites in ``SPIDERMON_SPIDER_CLOSE_MONITORS``.

    ``HEALTH_ENABLED`` off: only ``article_count`` and ``filled`` are counted, for the report. Not Spidermon's own
    extension, which logs thirty lines a run and a traceback for each failed monitor.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.enabled = crawler.settings.getbool("HEALTH_ENABLED")
        self.page_count = self.article_count = self.invalid_count = 0
        self.paths: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()
        self.invalid: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        health = cls(crawler)
        crawler.signals.connect(health.item_scraped, signals.item_scraped)
        crawler.signals.connect(health.item_dropped, signals.item_dropped)
        if health.enabled:
            crawler.signals.connect(health.spider_opened, signals.spider_opened)
            crawler.signals.connect(health.spider_closed, signals.spider_closed)
        return health

    def spider_opened(self) -> None:
        """Log the alarms that can't be sent."""
        for url in split_urls(self.crawler.settings):
            if problem := find_alert_problem(url):
                logger.error("HEALTH_ALERTS: %s", problem)

    def item_scraped(self, item: object) -> None:
        """Count an article that goes to the feeds, fetched in this run or archived before."""
        if not isinstance(item, Article):
            return
        if self.enabled and (fields := find_invalid_fields(item)):
            self.invalid_count += 1
            if len(self.invalid) < _SHOWN:
                self.invalid.append(f"{item.url} ({', '.join(fields)})")
        if item.page is not None:
            self.article_count += 1
            self.filled.update(name for name in ARTICLE_FIELDS if getattr(item, name) not in (None, "", []))
            self.count_paths(item.page.tree)

    def item_dropped(self, item: object) -> None:
        """Count the element paths of a page that gave no article."""
        if isinstance(item, Article) and item.page is not None:
            self.count_paths(item.page.tree)

    def count_damaged_page(self, body: bytes) -> None:
        """Count the element paths of a page that is refused, if it is XML."""
        with suppress(DamagedPageError):
            self.count_paths(parse_xml(body))

    def count_paths(self, tree: etree._Element | None) -> None:
        """Count the element paths of a page, at most 1,000 unknown ones in a run."""
        if not self.enabled or tree is None:
            return
        self.page_count += 1
        paths, has_room = element_paths(tree), len(self.paths) < _MAX_PATHS
        self.paths.update(paths if has_room else paths & (KNOWN_PATHS | self.paths.keys()))

    def spider_closed(self, spider: Spider) -> None:
        """Run the suites; record alarms in the stats as ``health/failed``, and warnings as ``health/warnings``."""
        failed: list[str] = []
        warnings: list[str] = []
        for path in self.crawler.settings.getlist("SPIDERMON_SPIDER_CLOSE_MONITORS"):
            try:
                failed += self._run_suite(path, spider, warnings)
            except Exception as error:  # a crawl that could not be judged must not pass for healthy
                logger.exception("Health check broke: %s", path)
                failed.append(f"{path} broke: {error!r}")
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("health/failed", failed)
        self.crawler.stats.set_value("health/warnings", warnings)
        for line in failed:
            logger.error("Health check failed: %s", line)
        for line in warnings:
            logger.warning("Health: %s", line)

    def _run_suite(self, path: str, spider: Spider, warnings: list[str]) -> list[str]:
        suite = load_object(path)(crawler=self.crawler)
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats()
        data = {"stats": stats, "crawler": self.crawler, "spider": spider, "job": None}
        result = MonitorRunner().run(suite, **data, crawl=self._gather(stats), warnings=warnings)
        for one in (*result.monitors_finished_action_results, *result.monitors_failed_action_results):
            if one.error:
                logger.error("%s failed: %s", one.action.name, one.error.strip().splitlines()[-1])
        return list_failures(result)

    def _gather(self, stats: dict[str, Any]) -> MonitorData:
        archive = self.crawler.get_extension(ArchiveExtension)
        assert archive is not None
        return MonitorData(
            arguments=archive.arguments,
            settings=self.crawler.settings,
            finished=stats.get("finish_reason") == "finished",
            archived_before=len(archive.state.archived_ids - archive.state.removed_ids),
            summary=archive.summary,
            listed=len(self.crawler.spider.frontier.listed_ids),  # type: ignore[union-attr]
            counts=count_work(stats),
            page_count=self.page_count,
            paths=self.paths,
            article_count=self.article_count,
            filled=self.filled,
            invalid_count=self.invalid_count,
            invalid=self.invalid,
        )
