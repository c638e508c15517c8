"""Keeps the browser of a crawl, from the first request that needs one to the end."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.browser.choice import Choice, configure_browser
from sassspider.browser.guard import Guard
from sassspider.browser.launch import context_options, launch_options

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

    from sassspider.browser.session import Plan, Session


class BrowserKeeper:
    """The browser, which is neither imported nor started before ``session`` is asked for. Off where there is none."""

    def __init__(self, crawler: Crawler, choice: Choice, executable: Path):
        self.crawler = crawler
        self.choice = choice
        self.executable = executable
        self.guard = Guard(crawler.settings["USER_AGENT"], self._find_delay, self._count)
        self._session: Session | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        choice = configure_browser(crawler.settings)
        if choice.executable is None:
            raise NotConfigured
        keeper = cls(crawler, choice, choice.executable)
        crawler.signals.connect(keeper.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(keeper.engine_stopped, signals.engine_stopped)
        return keeper

    @property
    def session(self) -> Session:
        """The browser, started with its first page."""
        if self._session is None:
            from sassspider.browser.session import Session  # costs half a second, and most crawls need none

            self._session = Session(self.crawler, self._make_plan(), self.guard)
        return self._session

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """What a page makes the browser ask for is no request of Scrapy's, but robots.txt holds for it."""
        self.guard.robots[urlsplit(request.url).netloc] = robotparser

    async def engine_stopped(self) -> None:
        """Close the browser, however the crawl ended."""
        if self._session is not None:
            await self._session.close()

    def _make_plan(self) -> Plan:
        from sassspider.browser.session import Plan

        settings = self.crawler.settings
        given = settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        language = settings.getdict("DEFAULT_REQUEST_HEADERS").get("Accept-Language", "")
        return Plan(
            launch=partial(launch_options, self.executable, given, is_root=is_root),
            context=context_options(settings["USER_AGENT"], language),
            patience=self.choice.patience,
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT"),
            largest=settings.getint("DOWNLOAD_MAXSIZE"),
        )

    def _find_delay(self, host: str) -> float:
        """The pause that Scrapy keeps now, which grows when the site slows down."""
        assert self.crawler.engine is not None
        slot = self.crawler.engine.downloader.slots.get(host)
        return slot.delay if slot is not None else self.crawler.settings.getfloat("DOWNLOAD_DELAY")

    def _count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
