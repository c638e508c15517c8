"""Keeps a site from writing to the log, or commanding the terminal, what it likes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals

from sassspider.printable import PrintableFilter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PrintableLog:
    """Every handler of the log makes printable what goes through it; always on."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        log = cls()
        crawler.signals.connect(log.engine_started, signals.engine_started)
        return log

    def engine_started(self) -> None:
        """Before anything is asked of the site, but after Scrapy has put the last handler in its place."""
        for handler in logging.root.handlers:
            if not any(isinstance(one, PrintableFilter) for one in handler.filters):
                handler.addFilter(PrintableFilter())
