"""One line a message: an article is thousands of words long, and its URL says enough."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import logformatter

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


class LogFormatter(logformatter.LogFormatter):
    """Scrapy's messages without the item's whole text."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """An article passed all pipelines."""
        return {"level": logging.DEBUG, "msg": "Scraped: %(url)s", "args": {"url": getattr(item, "url", item)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline refused an item; the exception says which and why."""
        level = getattr(exception, "log_level", None) or spider.settings["DEFAULT_DROPITEM_LOG_LEVEL"]
        level = logging.getLevelNamesMapping()[level] if isinstance(level, str) else level
        return {"level": level, "msg": "Dropped: %(exception)s", "args": {"exception": exception}}
