"""Joins addresses. Plain ones, as most are, without taking them apart, which takes ten times as long."""

from __future__ import annotations

import re
from urllib.parse import urljoin

# Addresses in which there is nothing to resolve or to escape.
_ORIGIN = r"https?://[a-z0-9]{1,20}(?:[.-][a-z0-9]{1,20}){0,9}(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?"
_NAME = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*"
_match_url = re.compile(f"{_ORIGIN}(?:/{_NAME})+").fullmatch
_match_path = re.compile(f"(?:/{_NAME})+").fullmatch
_match_name = re.compile(_NAME).fullmatch
_match_upward = re.compile(rf"\.\.(?:/{_NAME})+").fullmatch
_match_origin = re.compile(f"{_ORIGIN}(?=/)").match


def is_plain(url: str) -> bool:
    """Whether an http(s) URL is absolute and has no part that could be written otherwise."""
    return _match_url(url) is not None


def join(base_url: str, href: str) -> str:
    """``href`` as an absolute URL, as ``urljoin`` gives it; raises ValueError when it is none."""
    if _match_name(href) and is_plain(base_url):
        return base_url[: base_url.rindex("/") + 1] + href
    origin = _match_origin(base_url)
    if origin and _match_path(href):
        return origin[0] + href
    if origin and _match_upward(href) and is_plain(base_url):  # as the site writes most of its links
        folder_above, *_ = base_url[origin.end() :].rsplit("/", 2)
        return origin[0] + folder_above + href[2:]
    return urljoin(base_url, href)
