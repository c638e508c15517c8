"""How list pages hang together: which address is which page, and which pages a page links to. Pure functions."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs

QUERY_PAGERS = frozenset({"query", "loop", "endless", "endless-empty"})
ENDLESS_PAGERS = frozenset({"endless", "endless-empty"})
LIST_NAME = re.compile(r"default(?:_(\d+))?\.aspx", re.IGNORECASE)
WINDOW = 5  # pages linked on either side of the current one


class Link(NamedTuple):
    """A link to a list page, relative to the pages of its section."""

    label: str
    href: str


class PageView(NamedTuple):
    """One list page: the articles from `start` to `stop` of the section, newest first, and its links to others."""

    start: int
    stop: int
    links: tuple[Link, ...]


def page_number(pager: str, name: str, query: str) -> int | None:
    """Return which list page a file name and a query ask for; None if they name no list page."""
    match = LIST_NAME.fullmatch(name)
    if not match or (match[1] and pager not in {"underscore", "window"}):
        return None
    if pager not in QUERY_PAGERS:
        return int(match[1] or 1)
    values = {key.lower(): value[-1] for key, value in parse_qs(query).items()}
    asked = values.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() else None


def view(pager: str, number: int, total: int, size: int) -> PageView | None:
    """Return the list page of this number of a section with `total` articles; None if there is no such page."""
    if pager == "none":
        return PageView(0, total, ())
    last = max(1, -(-total // size))
    if number < 1 or (number > last and pager not in ENDLESS_PAGERS):
        return None
    shown = min(number, last) if pager == "endless" else number
    start = min((shown - 1) * size, total)
    return PageView(start, min(start + size, total), tuple(_links(pager, number, last)))


def address(pager: str, number: int) -> str:
    """Return the relative address of a list page in the pager's own spelling."""
    if pager in QUERY_PAGERS:
        return f"default.aspx?page={number}&type=0"
    return "default.aspx" if number == 1 else f"default_{number}.aspx"


def _links(pager: str, number: int, last: int) -> list[Link]:
    """Return the links of a page: to a window of pages, or to first, previous, next and last."""
    if pager == "window":
        near = [n for n in range(number - WINDOW, number + WINDOW + 1) if 1 < n < last and n != number]
        return [Link(str(n), address(pager, n)) for n in dict.fromkeys((1, *near, last))]
    if pager in ENDLESS_PAGERS:
        return [Link("Next", address(pager, number + 1))]
    following = number % last + 1 if pager == "loop" else number + 1
    steps = [("First", 1), ("Previous", number - 1), ("Next", following), ("Last", last)]
    links = [Link(label, address(pager, n)) for label, n in steps if 1 <= n <= last]
    return links + _other_spellings(number) if pager == "loop" else links


def _other_spellings(number: int) -> list[Link]:
    """Return links from a page to itself, each spelt in another way."""
    queries = (f"type=0&page={number}", f"page={number:03}&type=0", f"Page={number}", f"page={number}&type=0&from=list")
    return [Link("Here", f"default.aspx?{query}") for query in queries]
