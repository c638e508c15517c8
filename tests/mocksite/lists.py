"""List pages: how they link articles (the shape), and how they link each other (the pager).

The real list page is unknown, so there is one of each kind that it may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs

from tests.mocksite.content import attribute, escape
from tests.mocksite.corpus import Record, Section, article_url
from tests.mocksite.pages import article_link, breadcrumb, document, head, items, link, section_link

QUERY_PAGERS = frozenset({"query", "loop", "endless", "endless-empty"})
ENDLESS_PAGERS = frozenset({"endless", "endless-empty"})
LIST_NAME = re.compile(r"default(?:_(\d+))?\.aspx", re.IGNORECASE)
WINDOW = 5  # pages linked on either side of the current one


class ListPage(NamedTuple):
    """The content of a list page: articles, and labels and relative addresses of other list pages.

    `aside` are articles of another section, as a side bar has them.
    """

    section: Section
    records: Sequence[Record]
    links: Sequence[tuple[str, str]]
    aside: Sequence[Record]


def page_number(pager: str, name: str, query: str) -> int | None:
    """Return the number of the list page at a file name and a query, or None if there is none."""
    match = LIST_NAME.fullmatch(name)
    if not match or (match[1] and pager not in {"underscore", "window"}):
        return None
    if pager not in QUERY_PAGERS:
        return int(match[1] or 1)
    values = {key.lower(): value[-1] for key, value in parse_qs(query).items()}
    page = values.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() else None


def turn_to(whole: ListPage, pager: str, number: int, size: int) -> ListPage | None:
    """Return one list page of the list of a whole section, or None if there is no page of this number."""
    if pager == "none":
        return whole
    last = max(1, -(-len(whole.records) // size))
    if number < 1 or (number > last and pager not in ENDLESS_PAGERS):
        return None
    end = size * (min(number, last) if pager == "endless" else number)
    return whole._replace(records=whole.records[end - size : end], links=_page_links(pager, number, last))


def render_portal(section: Section, sections: Sequence[Section], records: Sequence[Record]) -> str:
    """Return the page of a parent section, or the home page: links to sections and perhaps to their articles."""
    links = [section_link(one.id) for one in sections]
    return _xml(section, items("sections", links) + items("new", [article_link(record) for record in records]))


def _page_links(pager: str, number: int, last: int) -> list[tuple[str, str]]:
    """Return the links of a page: to a window of pages, or to first, previous, next and last."""

    def address(n: int) -> str:
        if pager in QUERY_PAGERS:
            return f"default.aspx?page={n}&type=0"
        return "default.aspx" if n == 1 else f"default_{n}.aspx"

    if pager == "window":
        near = [n for n in range(number - WINDOW, number + WINDOW + 1) if 1 < n < last and n != number]
        return [(str(n), address(n)) for n in dict.fromkeys((1, *near, last))]
    if pager in ENDLESS_PAGERS:
        return [("Next", address(number + 1))]
    following = number % last + 1 if pager == "loop" else number + 1
    steps = [("First", 1), ("Previous", number - 1), ("Next", following), ("Last", last)]
    links = [(label, address(n)) for label, n in steps if 1 <= n <= last]
    if pager == "loop":  # and links from the page to itself, each spelt in another way
        queries = ("type=0&page={0}", "page={0:03}&type=0", "Page={0}", "page={0}&type=0&from=list")
        links += [("Here", f"default.aspx?{query.format(number)}") for query in queries]
    return links


def _xml(section: Section, content: str) -> str:
    trail = breadcrumb(section) if section.path else ""
    body = f"{head(section, section.name)}\t<body>\n{trail}{content}\t</body>\n"
    return document(section, section.id, body, template="list")


def _aside(page: ListPage) -> str:
    return items("aside", [article_link(record) for record in page.aside])


def _ul(page: ListPage) -> str:
    rows = [f"{article_link(record)}\n\t\t\t\t<i>{record.published[:10]}</i>" for record in page.records]
    pager = items("page", [link(href, label) for label, href in page.links])
    return _xml(page.section, items("list", rows) + pager + _aside(page))


def _table(page: ListPage) -> str:
    rows = [
        f"\t\t\t<tr>\n\t\t\t\t<td>{article_link(record)}</td>\n\t\t\t\t<td>{record.published[:10]}</td>\n\t\t\t</tr>\n"
        for record in page.records
    ]
    pager = "".join([f"<td>{link(href, label)}</td>" for label, href in page.links])
    table = f'\t\t<table id="list">\n{"".join(rows)}\t\t\t<tr>{pager}<td /></tr>\n\t\t</table>\n'
    return _xml(page.section, table + _aside(page))


def _html_list(page: ListPage) -> str:
    """Return the list in HTML that is not well-formed XML: unclosed tags, attributes without quotes, named entities."""
    rows = [
        f'<div class=item><a href="{article_url(record.section_id, record.id)}" target=_blank>'
        f"{escape(record.title)}</a>&nbsp;<span>{record.published[:10]}</span><br></div>\n"
        for record in page.records
    ]
    pager = "&nbsp;".join([f'<a href="{attribute(href)}">{label}</a>' for label, href in page.links])
    return f"<div id=list>\n{''.join(rows)}</div><hr>\n<div id=page>{pager}</div>"


def _div(page: ListPage) -> str:
    name = escape(page.section.name)
    top = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{name}</title></head>\n<body><h1>{name}</h1>\n"
    crumbs = "".join([f"{section_link(part)} &raquo; " for part in page.section.path])
    return f"{top}{crumbs}\n{_html_list(page)}\n</body></html>\n"


def _cdata(page: ListPage) -> str:
    return _xml(page.section, f"\t\t<div>\n\t\t\t<p><![CDATA[{_html_list(page)}]]></p>\n\t\t</div>\n{_aside(page)}")


def _script(page: ListPage) -> str:
    """Return a list without links: its URLs are in handlers, option values and plain text."""
    forms: tuple[Callable[[str, str], str], ...] = (
        lambda url, title: f"<li onclick=\"window.location.href='{url}'\">{title}</li>",
        lambda url, title: f'<option value="{url}">{title}</option>',
        lambda url, title: f"<li>{title} <i>{url}</i></li>",
    )
    rows = [
        forms[index % len(forms)](article_url(record.section_id, record.id), escape(record.title))
        for index, record in enumerate(page.records)
    ]
    rows += [forms[i % 2](escape(f"/{page.section.id}/{href}"), label) for i, (label, href) in enumerate(page.links)]
    lines = "".join([f"\t\t\t{row}\n" for row in rows])
    return _xml(page.section, f'\t\t<div id="list">\n{lines}\t\t</div>\n{_aside(page)}')


SHAPES: dict[str, Callable[[ListPage], str]] = {
    "ul": _ul,
    "table": _table,
    "div": _div,
    "cdata": _cdata,
    "script": _script,
}
