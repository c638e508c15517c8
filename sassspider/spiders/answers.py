"""From Scrapy's response to the page that the rest of the project knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sassspider.clock import now
from sassspider.page import Page

if TYPE_CHECKING:
    from scrapy.http import Response


def read_page(response: Response) -> Page:
    """The page in a response, whatever class Scrapy chose for its Content-Type: only the bytes count."""
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=now(),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
