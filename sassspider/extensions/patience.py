"""How a crawl bears with a failing site: waits, tries again, leaves it alone, and gives it up in the end."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest

from sassspider.resilience.backoff import find_backoff
from sassspider.resilience.breaker import Breaker

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

SITE_UNAVAILABLE = "site_unavailable"  # the reason for which the spider is closed
NOT_BEFORE = "not_before"  # key of a request's meta: when, on the monotonic clock, it may be made again
TRIED_ENOUGH = "tried_enough"  # of a request that failed as often as a page may in a row
LAST_TRY = "last_try"  # of the second chance that a page gets when everything else is done
_DAMAGED = "damaged_digest"
_LOOK = 1.0  # seconds after which a waiting request looks whether the crawl is ending


def has_second_chance(meta: Mapping[str, Any]) -> bool:
    """Whether a request that failed as often as it may is to be made once more when everything else is done."""
    return TRIED_ENOUGH in meta and LAST_TRY not in meta


class CrawlEnding(IgnoreRequest):
    """The request was dropped because the crawl is ending; the next one makes it."""


class Patience:
    """Settings: ``RETRY_*`` for a page, ``RETRY_BUDGET`` for the run, ``BREAKER_*`` for the site."""

    def __init__(self, crawler: Crawler, settings: BaseSettings):
        self.crawler = crawler
        self.first = settings.getfloat("RETRY_BACKOFF")
        self.longest = settings.getfloat("RETRY_BACKOFF_MAX")
        self.longest_asked = settings.getfloat("RETRY_AFTER_MAX")
        self.budget = settings.getint("RETRY_BUDGET")
        self.breaker = Breaker(
            settings.getint("BREAKER_FAILURES"),
            settings.getfloat("BREAKER_COOLDOWN"),
            settings.getfloat("BREAKER_PATIENCE"),
        )
        self.most_damaged = settings.getint("BREAKER_DAMAGED")
        self.damaged: set[str] = set()
        self.quiet_until = 0.0
        self.given_up = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings)

    async def wait(self, request: Request) -> None:
        """Wait until a request may be made; raises CrawlEnding if it never will be."""
        while True:
            now = monotonic()
            due = max(request.meta.get(NOT_BEFORE, 0.0), self.quiet_until) - now
            if due <= 0:
                due = self.breaker.find_wait(now)
            if self._is_ending():
                raise CrawlEnding(request.url)
            if due <= 0:
                return
            await asyncio.sleep(min(due, _LOOK))

    def _is_ending(self) -> bool:
        """Whether the spider is being closed, by us, a signal, or one of ``CLOSESPIDER_*``.

        Scrapy says so to nobody before the last request is done, which may be one that waits here; so its slot is read.
        """
        slot = getattr(self.crawler.engine, "_slot", None)
        return self.given_up or not self.crawler.crawling or getattr(slot, "closing", None) is not None

    def heed(self, wanted: float) -> None:
        """The site asks to be left alone for so many seconds: it is, whether or not this request is made again."""
        if wanted > self.longest_asked:
            self.give_up(f"it asks to be left alone for {wanted:.0f} s (RETRY_AFTER_MAX is {self.longest_asked:.0f} s)")
        self.quiet_until = max(self.quiet_until, monotonic() + wanted)

    def again(self, request: Request, reason: str, kind: str | None = None) -> Request | None:
        """The request to make instead of one that failed, after a while; None if there were enough of them.

        ``kind`` names the reason in the stats.
        """
        spider = self.crawler.spider
        assert spider is not None
        if self.budget <= 0 or self.given_up:
            return None
        retry = get_retry_request(request, spider=spider, reason=kind or reason, give_up_log_level=logging.DEBUG)
        if retry is None:
            request.meta[TRIED_ENOUGH] = True
            return None
        if asked := retry.meta.pop("redirect_urls", None):
            retry = retry.replace(url=asked[0])  # what was asked for, not where it led
            for key in ("redirect_times", "redirect_ttl", "redirect_reasons"):
                retry.meta.pop(key, None)
        self.budget -= 1
        if self.budget == 0:
            logger.warning("No page is asked for again in this run: its RETRY_BUDGET is used up")
        now = monotonic()
        wait = find_backoff(retry.meta["retry_times"], self.first, self.longest, random.random)
        wait = max(wait, self.quiet_until - now)
        retry.meta[NOT_BEFORE] = now + wait
        logger.info("%s: %s; asked for again in %.1f s", request.url, reason, wait)
        return retry

    def again_unless_same(self, request: Request, body: bytes, reason: str) -> Request | None:
        """The same for a page that came damaged: None also when it came twice alike, for then it is kept so."""
        before, digest = request.meta.get(_DAMAGED), hashlib.sha256(body).hexdigest()
        if before == digest:
            return None
        if before is not None:
            self.see_damaged(request, reason)
        request.meta[_DAMAGED] = digest
        return self.again(request, reason, kind="damaged")

    def succeed(self) -> None:
        """The site answered a request as a site does."""
        if self.breaker.opened_at is not None:
            logger.info("The site answers again")
        self.breaker.succeed()

    def fail(self, request: Request, reason: str) -> None:
        """The site failed at a request, for a reason that has nothing to do with what was asked for."""
        if request.meta.get(LAST_TRY):
            return  # these are the pages that failed while others did not: they say nothing of the site
        now, was_open = monotonic(), self.breaker.opened_at is not None
        self.breaker.fail(now)
        if self.breaker.is_hopeless(now):
            self.give_up(f"{self.breaker.failures} requests in a row came to nothing, the last with: {reason}")
        elif self.breaker.opened_at is not None and (not was_open or not self.breaker.is_probing):
            wait = self.breaker.probe_at - now
            logger.warning(
                "The site fails throughout (%s); it is left alone for %.0f s, then tried with one request",
                reason,
                wait,
            )

    def see_sound(self) -> None:
        """A page came as it should: the site does not damage them all."""
        self.damaged.clear()

    def see_damaged(self, request: Request, reason: str) -> None:
        """A page is damaged on its way: pages are counted, not how often each came.

        Not one that is kept so, which tells of a site that was rebuilt; nor those that earlier runs could not have,
        which come first.
        """
        if request.meta.get(LAST_TRY) or getattr(request.meta.get("step"), "gap", False):
            return
        self.damaged.add(request.meta.get("redirect_urls", [request.url])[0])
        if len(self.damaged) >= self.most_damaged:
            self.give_up(
                f"{len(self.damaged)} pages in a row came damaged, each time otherwise "
                f"(BREAKER_DAMAGED is {self.most_damaged}), the last with: {reason}"
            )

    def give_up(self, why: str) -> None:
        """End the crawl, and say why."""
        if self.given_up:
            return
        self.given_up = True
        logger.error("The site is given up for this run: %s. Run it again later: it goes on from here", why)
        assert self.crawler.engine is not None
        self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=SITE_UNAVAILABLE))
