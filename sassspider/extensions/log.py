"""Keeps a site from writing to the log, or commanding the terminal, what it likes; and secrets out of the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals

from sassspider.discretion import DiscreetFilter, find_secrets
from sassspider.printable import PrintableFilter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class CleanLog:
    """Every handler of the log escapes control characters and hides what is secret; always on."""

    def __init__(self, secrets: list[str]):
        self.secrets = secrets

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        log = cls(find_secrets(crawler.settings))
        log.clean()  # Scrapy is about to log the settings
        crawler.signals.connect(log.clean, signals.engine_started)  # it has put another handler in place meanwhile
        return log

    def clean(self) -> None:
        """Let no handler go without the filters."""
        for handler in logging.root.handlers:
            if not any(isinstance(one, PrintableFilter) for one in handler.filters):
                handler.addFilter(PrintableFilter())
                handler.addFilter(DiscreetFilter(self.secrets))
