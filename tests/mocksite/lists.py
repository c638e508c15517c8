"""List pages in every shape the real one might have: its body has never been seen, so none may be taken for granted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.mocksite.pager import Link
from tests.mocksite.pages import article_link, attribute, breadcrumb, document, escape, head, items, link, relative
from tests.mocksite.records import Record
from tests.mocksite.sections import SECTIONS, Section, article_url, section_url


class ListPage(NamedTuple):
    """What a list page shows. `aside` are articles of other sections, as a side bar has them."""

    section: Section
    records: Sequence[Record]
    links: Sequence[Link]
    aside: Sequence[Record]


def render(page: ListPage, shape: str) -> str:
    """Return a list page as text in one of `options.LIST_SHAPES`; ``div`` is HTML, the others are XML."""
    return SHAPES[shape](page)


def portal(section: Section, sections: Sequence[Section], records: Sequence[Record]) -> str:
    """Return the page of a parent section, or the home page: links to sections and perhaps to their articles."""
    links = [link(relative(section_url(one.id)), one.name) for one in sections]
    return _xml(section, items("sections", links) + items("new", [article_link(record) for record in records]))


def home_section() -> Section:
    """Return what stands for the home page where a section is asked for."""
    return Section("0", "Home", ())


def _xml(section: Section, content: str) -> str:
    trail = breadcrumb(section) if section.path else ""
    body = f"{head(section, section.name)}\t<body>\n{trail}{content}\t</body>\n"
    return document(section, section.id, body, template="list")


def _aside(page: ListPage) -> str:
    return items("aside", [article_link(record) for record in page.aside])


def _ul(page: ListPage) -> str:
    rows = [f"{article_link(record)}\n\t\t\t\t<i>{record.published[:10]}</i>" for record in page.records]
    pager = items("page", [link(one.href, one.label) for one in page.links])
    return _xml(page.section, items("list", rows) + pager + _aside(page))


def _table(page: ListPage) -> str:
    rows = [
        f"\t\t\t<tr>\n\t\t\t\t<td>{article_link(record)}</td>\n\t\t\t\t<td>{record.published[:10]}</td>\n\t\t\t</tr>\n"
        for record in page.records
    ]
    pager = "".join([f"<td>{link(one.href, one.label)}</td>" for one in page.links])
    table = f'\t\t<table id="list">\n{"".join(rows)}\t\t\t<tr>{pager}<td /></tr>\n\t\t</table>\n'
    return _xml(page.section, table + _aside(page))


def _html_list(page: ListPage) -> str:
    """Return the list in HTML that is no XML: unclosed tags, attributes without quotes, named entities."""
    rows = [
        f'<div class=item><a href="{article_url(record.section_id, record.id)}" target=_blank>'
        f"{escape(record.title)}</a>&nbsp;<span>{record.published[:10]}</span><br></div>\n"
        for record in page.records
    ]
    pager = "&nbsp;".join([f'<a href="{attribute(one.href)}">{one.label}</a>' for one in page.links])
    return f"<div id=list>\n{''.join(rows)}</div><hr>\n<div id=page>{pager}</div>"


def _div(page: ListPage) -> str:
    name = escape(page.section.name)
    top = f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{name}</title></head>\n<body><h1>{name}</h1>\n"
    crumbs = [f"{link(relative(section_url(part)), SECTIONS[part].name)} &raquo; " for part in page.section.path]
    return f"{top}{''.join(crumbs)}\n{_html_list(page)}\n</body></html>\n"


def _cdata(page: ListPage) -> str:
    return _xml(page.section, f"\t\t<div>\n\t\t\t<p><![CDATA[{_html_list(page)}]]></p>\n\t\t</div>\n{_aside(page)}")


def _script(page: ListPage) -> str:
    """Return a list whose addresses stand anywhere but in a link: handlers, option values, plain text."""
    forms: tuple[Callable[[str, str], str], ...] = (
        lambda url, title: f"<li onclick=\"window.location.href='{url}'\">{title}</li>",
        lambda url, title: f'<option value="{url}">{title}</option>',
        lambda url, title: f"<li>{title} <i>{url}</i></li>",
    )
    rows = [
        forms[index % len(forms)](article_url(record.section_id, record.id), escape(record.title))
        for index, record in enumerate(page.records)
    ]
    pager = [
        forms[index % 2](escape(f"/{page.section.id}/{one.href}"), one.label) for index, one in enumerate(page.links)
    ]
    lines = "".join([f"\t\t\t{row}\n" for row in (*rows, *pager)])
    return _xml(page.section, f'\t\t<div id="list">\n{lines}\t\t</div>\n{_aside(page)}')


SHAPES: dict[str, Callable[[ListPage], str]] = {
    "ul": _ul,
    "table": _table,
    "div": _div,
    "cdata": _cdata,
    "script": _script,
}
