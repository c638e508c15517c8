"""An article's body as the site shows it, and what its earlier states differ in; nothing in it comes from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

import nh3
from lxml import html
from lxml.html import HtmlElement
from lxml.html.builder import SPAN, A, E
from lxml.html.diff import htmldiff
from markupsafe import Markup

from sassspider.archive.archive import Archive
from sassspider.body import ATTRIBUTES, TAGS, URL_SCHEMES
from sassspider.items import Article
from sassspider.reparse import HEADER, read_states
from sassspider.urls import article_id, is_same_site

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SHOWN = (".png", ".jpg", ".gif", ".webp", ".bmp")  # endings of pictures that every browser shows
_CLEANER = nh3.Cleaner(
    tags={*TAGS.split(), "ins", "del", "section", "span"},
    clean_content_tags={"script", "style"},
    attributes={
        **ATTRIBUTES,
        "*": {"class"},
        "img": {*ATTRIBUTES["img"], "loading"},
        "section": {"tabindex", "aria-label"},
    },
    url_schemes=URL_SCHEMES,
    link_rel=None,
)


@dataclass(frozen=True)
class BodyLinks:
    """The pages and files of the site that a body may link to: published articles, and kept files by URL."""

    article_ids: Collection[int] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # URL without fragment → path from the site's root
    mirrors: Mapping[str, str] = field(default_factory=dict)

    def find_file(self, url: str) -> str:
        """Return the path of a kept file from a page one folder below the root; "" if it is not kept."""
        path = self.files.get(urldefrag(url).url)
        return f"../{path}" if path else ""


def show_body(body_html: str, url: str, links: BodyLinks) -> Markup:
    """Return a body's HTML for a page one folder below the root; ``url`` is the article's. nh3 has the last word."""
    return clean(prepare_body(body_html, url, links))


def prepare_body(body_html: str, url: str, links: BodyLinks) -> str:
    """Return a body's HTML as ``show_body`` does, before it is cleaned."""
    if not body_html.strip():
        return ""
    root = html.fragment_fromstring(body_html, create_parent="div")
    _order_headings(root)
    for image in list(root.iter("img")):
        _show_picture(image, links)
    for anchor in root.iterfind(".//a[@href]"):
        anchor.set("href", _find_target(anchor.get("href"), url, links))
    for table in root.xpath(".//table[not(ancestor::table)]"):
        _make_scrollable(table)
    return inner_html(root)


def clean(markup: str) -> Markup:
    """Return HTML that is safe to put into a page, whatever was stored as a body."""
    return Markup(_CLEANER.clean(markup))  # noqa: S704 - nh3 has just cleaned it


def inner_html(root: HtmlElement) -> str:
    """Return what is inside an element."""
    return escape(root.text or "", quote=False) + "".join(html.tostring(child, encoding="unicode") for child in root)


def _order_headings(root: HtmlElement) -> None:
    """Let the body's headings begin below the title's ``h1`` and skip no level."""
    open_levels: list[int] = []
    for heading in root.iter(*_HEADINGS):
        level = int(heading.tag[1])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        heading.tag = f"h{min(len(open_levels) + 1, 6)}"


def _show_picture(image: HtmlElement, links: BodyLinks) -> None:
    """Show a kept picture from the site; in place of another, name it with its link."""
    source = image.get("src", "")
    if (kept := links.find_file(source)).endswith(_SHOWN):
        image.set("src", kept)
        image.set("loading", "lazy")
        return
    alt = image.get("alt")
    note = SPAN(
        "[Picture: " if kept else "[Picture not kept: ",
        A(alt or "on the site", href=kept or source),
        "]",
        {"class": "not-kept"},
    )
    around = next(image.iterancestors("a"), None)
    if around is None:
        note.tail = image.tail
        image.getparent().replace(image, note)
        return
    image.addnext(SPAN(alt or "Picture"))  # a link in a link would be none
    image.drop_tree()
    note.tail, around.tail = around.tail, " "
    around.addnext(note)


def _find_target(href: str, url: str, links: BodyLinks) -> str:
    """Return where a link leads: to the site's own copy if there is one."""
    if kept := links.find_file(href):
        return kept
    named = article_id(href)
    if named in links.article_ids and is_same_site(href, urljoin(url, "/"), links.mirrors):
        return f"../articles/{named}.html"
    return href


def _make_scrollable(table: HtmlElement) -> None:
    """Put a table in a box that scrolls, also by keyboard: a wide one is wider than a phone."""
    box = E.section({"class": "wide", "tabindex": "0", "aria-label": "Table"})
    box.tail, table.tail = table.tail, None
    table.getparent().replace(table, box)
    box.append(table)


class State(NamedTuple):
    """A version of an article, and how it differs from the one before."""

    first_seen: str
    last_seen: str
    refusal: str  # why today's loader can't read its page; then there is no text
    body: Markup
    fields: list[tuple[str, str, str]]  # name, before, after
    marked: Markup  # the body with what was added and deleted


def read_history(archive: Archive, site: str, article_id: int, links: BodyLinks) -> Iterator[State]:
    """Yield the versions of an article, oldest first."""
    before: Article | None = None
    for revision, now, refusal in read_states(archive, site, article_id):
        yield State(
            first_seen=revision.first_seen,
            last_seen=revision.last_seen,
            refusal=refusal,
            body=show_body(now.body_html, now.url, links) if now else Markup(""),
            fields=list(_compare_fields(before, now)) if before and now else [],
            marked=mark_differences(before, now, links) if before and now else Markup(""),
        )
        before = now


def _compare_fields(before: Article, now: Article) -> Iterator[tuple[str, str, str]]:
    for name, label in HEADER.items():
        old, new = getattr(before, name) or "", getattr(now, name) or ""
        if old != new:
            yield label, old, new


def mark_differences(before: Article, now: Article, links: BodyLinks) -> Markup:
    """Return the newer body with what was added in ``ins`` and what was deleted in ``del``; "" if nothing was.

    Of long unchanged parts only the paragraphs next to a change are shown.
    """
    old, new = (prepare_body(one.body_html, one.url, links) for one in (before, now))
    root = html.fragment_fromstring(htmldiff(old, new), create_parent="div")
    changed = [bool(child.xpath("descendant-or-self::ins | descendant-or-self::del")) for child in root]
    if not any(changed):
        return Markup("")
    _fold_unchanged(root, changed)
    return clean(inner_html(root))


def _fold_unchanged(root: HtmlElement, changed: Sequence[bool]) -> None:
    """Put one mark in place of each run of blocks that are not next to a changed one."""
    is_shown = [any(changed[max(place - 1, 0) : place + 2]) for place in range(len(changed))]
    for child, shown, shown_before in zip(list(root), is_shown, [True, *is_shown], strict=False):
        if shown:
            continue
        if not shown_before:
            root.remove(child)
            continue
        child.clear()
        child.tag, child.text = "p", "⋯"
        child.set("class", "gap")
