"""The peer of a whole crawl: Scrapy as it comes, which downloads pages and makes nothing of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.http import Response


class BareSpider(Spider):
    """Asks for the addresses in a file."""

    name = "bare"
    custom_settings = {  # noqa: RUF012 - so Scrapy wants it
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, urls: str, **given: Any):
        super().__init__(**given)
        self.start_urls = Path(urls).read_text().split()

    def parse(self, response: Response) -> None:
        """Nothing."""
