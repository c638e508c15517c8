"""A sound article and a small page, each to be changed where a test needs it."""

from __future__ import annotations

from typing import Any

from sassspider.items import Article
from sassspider.page import Page

URL = "http://en.sass.cn/103002/41.aspx"
FETCHED_AT = "2026-02-01T08:00:00Z"

_FIELDS: dict[str, Any] = {
    "id": 41,
    "url": URL,
    "section_id": "103002",
    "section": "Commentary",
    "title": "Ferries on the lower river",
    "subtitle": None,
    "editor": None,
    "byline": None,
    "source_name": None,
    "source_url": None,
    "date_published": "2025-03-04",
    "date_published_raw": "2025-03-04 12:00",
    "date_modified": None,
    "date_modified_raw": None,
    "body_html": "<p>The ferry runs again.</p>",
    "body_text": "The ferry runs again.",
    "body_markdown": "The ferry runs again.",
    "word_count": 4,
    "language": "en",
    "views": 7,
    "previous_id": None,
    "next_id": None,
    "content_hash": "sha256:" + "0" * 64,
    "fetched_at": FETCHED_AT,
}


def make_article(**changes: Any) -> Article:
    return Article(**{**_FIELDS, **changes})


def make_page(body: bytes = b"<html/>", url: str = URL) -> Page:
    return Page(url, body, FETCHED_AT)


def make_page_xml(head: str = '<meta id="41"/>', crumbs: str = "", parts: str = "", after: str = "") -> bytes:
    """A page whose ``div`` holds a title, a date and a text, and then ``parts``; ``after`` follows the ``div``."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><html class="103002"><head>{head}</head><body><span>{crumbs}</span>'
        "<div><h1>Ferries on the lower river</h1><h4>2025-03-04 12:00</h4>"
        f"<p><![CDATA[<p>The ferry runs again.</p>]]></p>{parts}</div>{after}</body></html>"
    ).encode()
