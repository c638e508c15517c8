"""The past of articles for their readers: earlier states, with marked differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import html
from lxml.html.diff import htmldiff
from markupsafe import Markup

from sassspider.archive.archive import Archive
from sassspider.items import Article
from sassspider.publishing.body import BodyLinks, clean, inner_html, prepare_body, show_body
from sassspider.reparse import HEADER, read_states


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
    marked = clean(htmldiff(old, new))
    root = html.fragment_fromstring(str(marked), create_parent="div")
    changed = [bool(child.xpath("descendant-or-self::ins | descendant-or-self::del")) for child in root]
    if not any(changed):
        return Markup("")
    _fold_unchanged(root, changed)
    return clean(inner_html(root))


def _fold_unchanged(root: html.HtmlElement, changed: Sequence[bool]) -> None:
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
