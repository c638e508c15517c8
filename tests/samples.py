"""A sound article and a small page, each to be changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sassspider.items import Article
from sassspider.loaders import read_article
from sassspider.page import Page

URL = "http://en.sass.cn/103002/41.aspx"
FETCHED_AT = "2026-02-01T08:00:00Z"


def make_page(body: bytes = b"<html/>", url: str = URL) -> Page:
    return Page(url, body, FETCHED_AT)


def make_page_xml(head: str = '<meta id="41"/>', crumbs: str = "", parts: str = "", after: str = "") -> bytes:
    """A page whose ``div`` holds a title, a date and a text, and then ``parts``; ``after`` follows the ``div``."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><html class="103002"><head>{head}</head><body><span>{crumbs}</span>'
        "<div><h1>Ferries on the lower river</h1><h4>2025-03-04 12:00</h4>"
        f"<p><![CDATA[<p>The ferry runs again.</p>]]></p>{parts}</div>{after}</body></html>"
    ).encode()


_ARTICLE = replace(read_article(make_page(make_page_xml(parts="<dd>7</dd>"))), section="Commentary")


def make_article(**changes: Any) -> Article:
    return replace(_ARTICLE, **changes)
