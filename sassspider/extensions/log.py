"""Sanitize the log: no site can command the terminal, and no password of a URL is shown."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals

from sassspider.printable import PrintableFilter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class LogSanitizer:
    """Add a PrintableFilter to every handler of the root logger."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        sanitizer = cls()
        sanitizer.add_filters()  # Scrapy is about to log the settings
        crawler.signals.connect(sanitizer.add_filters, signals.engine_started)  # Scrapy has replaced its handler by now
        return sanitizer

    def add_filters(self) -> None:
        """Add the filter where it is missing."""
        for handler in logging.root.handlers:
            if not any(isinstance(one, PrintableFilter) for one in handler.filters):
                handler.addFilter(PrintableFilter())
