"""List pages: how they link articles (the shape), and how they link each other (the pager).

The real list page is unknown, so there is one of each kind that it may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import NamedTuple
from urllib.parse import parse_qs

from tests.mocksite.content import attribute, escape
from tests.mocksite.corpus import Record, Section, article_url
from tests.mocksite.pages import article_link, breadcrumb, document, head, items, section_link

PAGERS = ("none", "underscore", "query", "loop", "endless", "endless-empty", "window")
WITH_QUERIES = {"query", "loop", "endless", "endless-empty"}
ENDLESS = {"endless", "endless-empty"}
WINDOW = 5  # pages linked on either side of the current one
# From a page to itself, each spelt in another way.
LOOPS = ("type=0&page={}", "page={:03}&type=0", "Page={}", "page={}&type=0&from=list")


class ListShape(NamedTuple):
    """The parts of a list: the forms of its rows and of its links to other pages, each used in turn."""

    whole: str
    rows: tuple[str, ...]
    links: tuple[str, ...]


# HTML that is not well-formed XML: unclosed tags, attributes without quotes, named entities.
HTML = ListShape(
    "<div id=list>{}</div><hr><div id=page>{}</div>",
    ('<div class=item><a href="{url}" target=_blank>{title}</a>&nbsp;<span>{day}</span><br></div>',),
    ('<a href="{href}">{label}</a>&nbsp;',),
)
SHAPES = {
    "ul": ListShape(
        '<ul id="list">{}</ul><ul id="page">{}</ul>',
        ('<li><a href="..{url}">{title}</a><i>{day}</i></li>',),
        ('<li><a href="{href}">{label}</a></li>',),
    ),
    "table": ListShape(
        '<table id="list">{}<tr>{}<td /></tr></table>',
        ('<tr><td><a href="..{url}">{title}</a></td><td>{day}</td></tr>',),
        ('<td><a href="{href}">{label}</a></td>',),
    ),
    "div": HTML,
    "cdata": HTML._replace(whole=f"<p><![CDATA[{HTML.whole}]]></p>"),
    "script": ListShape(  # without links: its URLs are in handlers, option values and plain text
        '<div id="list">{}{}</div>',
        ("<li onclick=\"open('{url}')\">{title}</li>", '<b value="{url}">{title}</b>', "<li>{title} <i>{url}</i></li>"),
        ("<li onclick=\"open('/{section}/{href}')\">{label}</li>", '<b value="/{section}/{href}">{label}</b>'),
    ),
}


class ListPage(NamedTuple):
    """The content of a list page: articles, and labels and relative addresses of other list pages.

    `aside` are articles of another section, as a side bar has them.
    """

    section: Section
    records: Sequence[Record]
    links: Sequence[tuple[str, str]]
    aside: Sequence[Record]


def page_number(pager: str, name: str, query: str) -> int | None:
    """Return the number of the list page at a name, as ``default_2``, and a query, or None if there is none."""
    number = name.partition("_")[2]
    if pager in WITH_QUERIES and not number:
        number = parse_qs(query.lower()).get("page", ["1"])[-1]
    elif number and pager not in {"underscore", "window"}:
        return None
    return int(number or 1)


def turn_to(whole: ListPage, pager: str, number: int, size: int) -> ListPage | None:
    """Return one list page of the list of a whole section, or None if there is no page of this number."""
    if pager == "none":
        return whole
    last = max(1, -(-len(whole.records) // size))
    if number < 1 or (number > last and pager not in ENDLESS):
        return None
    end = size * (min(number, last) if pager == "endless" else number)
    return whole._replace(records=whole.records[end - size : end], links=_page_links(pager, number, last))


def render_list(page: ListPage, shape: str) -> str:
    """Return a list page of one of SHAPES; ``div`` is HTML, the others are XML."""
    form = SHAPES[shape]
    rows = [
        row.format(url=article_url(one.section_id, one.id), title=escape(one.title), day=one.published[:10])
        for row, one in zip(cycle(form.rows), page.records, strict=False)
    ]
    links = [
        link.format(href=attribute(href), label=label, section=page.section.id)
        for link, (label, href) in zip(cycle(form.links), page.links, strict=False)
    ]
    content = form.whole.format("".join(rows), "".join(links))
    if shape == "div":
        name, crumbs = (
            escape(page.section.name),
            "".join([f"{section_link(part)} &raquo; " for part in page.section.path]),
        )
        top = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{name}</title></head>\n<body><h1>{name}</h1>\n"
        return f"{top}{crumbs}\n{content}\n</body></html>\n"
    return _xml(page.section, content + items("aside", [article_link(record) for record in page.aside]))


def render_portal(section: Section, sections: Sequence[Section], records: Sequence[Record]) -> str:
    """Return the page of a parent section, or the home page: links to sections and perhaps to their articles."""
    links = [section_link(one.id) for one in sections]
    return _xml(section, items("sections", links) + items("new", [article_link(record) for record in records]))


def _page_links(pager: str, number: int, last: int) -> list[tuple[str, str]]:
    """Return the links of a page: to a window of pages, or to first, previous, next and last."""

    def address(n: int) -> str:
        if pager in WITH_QUERIES:
            return f"default.aspx?page={n}&type=0"
        return "default.aspx" if n == 1 else f"default_{n}.aspx"

    if pager == "window":
        near = [n for n in range(number - WINDOW, number + WINDOW + 1) if 1 < n < last and n != number]
        return [(str(n), address(n)) for n in dict.fromkeys((1, *near, last))]
    if pager in ENDLESS:
        return [("Next", address(number + 1))]
    following = number % last + 1 if pager == "loop" else number + 1
    steps = [("First", 1), ("Previous", number - 1), ("Next", following), ("Last", last)]
    loops = LOOPS if pager == "loop" else ()
    links = [(label, address(n)) for label, n in steps if 1 <= n <= last]
    return links + [("Here", f"default.aspx?{query.format(number)}") for query in loops]


def _xml(section: Section, content: str) -> str:
    trail = breadcrumb(section) if section.path else ""
    body = f"{head(section, section.name)}\t<body>\n{trail}{content}\t</body>\n"
    return document(section, body, template="list")
