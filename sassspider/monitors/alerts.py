"""Who is told of an alarm: Spidermon's own actions, off until the environment configures them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from spidermon.core.actions import Action
from spidermon.exceptions import NotConfigured

from sassspider.alerting import CHANNELS, find_missing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alerts:
    """Actions to run after every crawl, and those for crawls that failed a check."""

    always: list[Action] = field(default_factory=list)
    on_failure: list[Action] = field(default_factory=list)


def make_alerts(crawler: Crawler) -> Alerts:
    """Make the actions that ``HEALTH_ALERTS`` names; one that can't be made costs a line, never the crawl."""
    alerts = Alerts()
    for name, action in _make(crawler, crawler.settings):
        (alerts.always if CHANNELS[name].always else alerts.on_failure).append(action)
    return alerts


def _make(crawler: Crawler, settings: BaseSettings) -> Iterator[tuple[str, Action]]:
    for name in dict.fromkeys(settings.getlist("HEALTH_ALERTS")):
        if missing := find_missing(name, settings):
            logger.error("No alarm by %s: %s", name, missing)
            continue
        try:
            yield name, load_object(CHANNELS[name].action).from_crawler(crawler)
        except (NotConfigured, ImportError, ValueError) as error:
            logger.error("No alarm by %s: %s", name, error)
