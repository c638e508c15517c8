"""Stats and engine of a running crawler; wait for it, and end it. Scrapy makes both when the crawl starts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

_closing: set[asyncio.Task[None]] = set()


def stats_of(crawler: Crawler) -> StatsCollector:
    """Return the stats of a crawl that has started."""
    assert crawler.stats is not None
    return crawler.stats


def is_crawl(crawler: Crawler) -> bool:
    """Return whether the spider crawls a section, and does not get a single page for ``scrapy fetch`` or ``parse``."""
    spider = crawler.spider
    if spider is None or not hasattr(spider, "arguments"):
        return False
    return not type(spider).start.__module__.startswith("scrapy.commands.")  # these commands replace start()


def engine_of(crawler: Crawler) -> ExecutionEngine:
    """Return the engine of a crawl that has started."""
    assert crawler.engine is not None
    return crawler.engine


def count(crawler: Crawler, stat: str) -> None:
    """Add 1 to one of the stats."""
    stats_of(crawler).inc_value(stat)


def close_spider(crawler: Crawler, reason: str) -> None:
    """End the crawl in good order, with this ``finish_reason``."""
    task = asyncio.ensure_future(engine_of(crawler).close_spider_async(reason=reason))
    _closing.add(task)  # the event loop keeps none
    task.add_done_callback(_closing.discard)


async def wait_until_idle(crawler: Crawler) -> None:
    """Wait until no request is waiting, and one more can be sent."""
    engine = engine_of(crawler)
    assert engine.scheduler is not None
    while engine.scheduler.has_pending_requests() or engine.needs_backout():
        await crawler.signals.wait_for(signals.scheduler_empty)
