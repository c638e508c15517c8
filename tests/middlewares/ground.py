"""What a middleware finds around it in a crawl: the project's settings, a spider, stats and the crawl's patience."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import MemoryStatsCollector

from sassspider.extensions.patience import Patience
from sassspider.spiders.commentary import CommentarySpider

SITE = "http://127.0.0.1:8000"
PAGE = f"{SITE}/103002/5542.aspx"


class Ground(Crawler):
    """A crawler that crawls nothing; ``patience`` is its only extension, ``reasons`` why the site was given up."""

    def __init__(self, **given: Any):
        settings = Settings()
        settings.setmodule("sassspider.settings", priority="project")
        settings.update(given, priority="cmdline")
        super().__init__(CommentarySpider, settings)
        self.signals = SignalManager(self)
        self.stats = MemoryStatsCollector(self)
        self.spider = CommentarySpider(site=SITE)
        self.spider.crawler = self
        self.reasons: list[str] = []
        self.patience = Patience.from_crawler(self)
        self.patience.give_up = self._give_up  # type: ignore[method-assign]

    def get_extension(self, _cls: Any) -> Any:
        return self.patience

    def _give_up(self, why: str) -> None:
        self.patience.given_up = True
        self.reasons.append(why)
