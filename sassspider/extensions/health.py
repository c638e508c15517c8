"""Judges a crawl when its spider has closed, with Spidermon."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured
from spidermon import MonitorSuite
from spidermon.contrib.scrapy.extensions import Spidermon
from spidermon.results.monitor import MonitorResult
from spidermon.runners import MonitorRunner

from sassspider.alerting import hide_secrets
from sassspider.monitors.limits import LimitError
from sassspider.monitors.record import last_line

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Health(Spidermon):
    """Spidermon, in fewer words: it would log thirty lines a run, and a traceback for each alarm. ``HEALTH_ENABLED``.

    The suites are in ``SPIDERMON_SPIDER_CLOSE_MONITORS``; you can add your own.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("HEALTH_ENABLED") or getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        health: Self = super().from_crawler(crawler)
        return health

    def _run_suites(self, spider: Spider, suites: Sequence[MonitorSuite]) -> None:
        for suite in suites:
            try:
                result = MonitorRunner().run(suite, **self._generate_data_for_spider(spider))
            except LimitError as error:
                self._fail(str(error))
            except Exception as error:  # a crawl that could not be judged must not pass for healthy
                logger.exception("The health checks broke")
                self._fail(f"the checks broke: {error!r}")
            else:
                self._tell_broken_actions(result)

    def _tell_broken_actions(self, result: MonitorResult) -> None:
        for one in (*result.monitors_finished_action_results, *result.monitors_failed_action_results):
            if one.error:
                line = hide_secrets(last_line(one.error), self.crawler.settings)
                logger.error("%s could not do its work: %s", one.action.name, line)

    def _fail(self, message: str) -> None:
        self.crawler.stats.set_value("health/failed", [message])
        logger.error("Health check failed: %s", message)
