"""The past of articles for their readers: earlier states, marked differences, removals and returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml import html
from lxml.html.diff import htmldiff
from markupsafe import Markup

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_edited_ids, read_removal_days
from sassspider.archive.reader import Selection
from sassspider.items import Article
from sassspider.publishing.body import BodyLinks, clean, inner_html, prepare_body, show_body
from sassspider.publishing.pages import Head
from sassspider.reparse import ReparsedRevision, merge_equal, reparse_revision

_FIELDS = {
    "title": "Title",
    "subtitle": "Subtitle",
    "byline": "Byline",
    "editor": "Editor",
    "source_name": "Source",
    "source_url": "Address of the source",
    "date_published_raw": "Date",
}


class Removal(NamedTuple):
    """When the site was first seen without an article, and when with it again (None: not yet)."""

    removed_on: str
    returned_on: str | None


class State(NamedTuple):
    """A version of an article, and how it differs from the one before."""

    number: int
    first_seen: str
    last_seen: str
    refusal: str  # why today's loader can't read its page; then there is no text
    body: Markup
    fields: list[tuple[str, str, str]]  # name, before, after
    marked: Markup  # the body with what was added and deleted


class Event(NamedTuple):
    """Something that the site did to an article after its publication."""

    day: str
    kind: str  # edited, removed, returned
    head: Head


def read_removals(archive: Archive, selection: Selection) -> dict[int, list[Removal]]:
    """Return the removals of the selected articles by id, in order."""
    found: dict[int, list[Removal]] = {}
    for _, _, article_id, _, removed_on, returned_on in read_removal_days(archive, selection):
        found.setdefault(article_id, []).append(Removal(removed_on, returned_on))
    return {article_id: sorted(own, key=lambda one: one.removed_on) for article_id, own in found.items()}


def read_histories(archive: Archive, selection: Selection, links: BodyLinks) -> Iterator[tuple[int, list[State]]]:
    """Yield the id and the versions, oldest first, of each selected article that was edited."""
    assert selection.site is not None
    for article_id in sorted(read_edited_ids(archive, selection)):
        revisions = archive.read.revisions(selection.site, [article_id])
        reparsed = merge_equal(map(reparse_revision, revisions))
        if len(reparsed) > 1:
            yield article_id, list(_make_states(reparsed, links))


def _make_states(reparsed: list[ReparsedRevision], links: BodyLinks) -> Iterator[State]:
    yield _make_state(1, None, reparsed[0], links)
    for number, (old, new) in enumerate(pairwise(reparsed), start=2):
        yield _make_state(number, old.article, new, links)


def _make_state(number: int, before: Article | None, one: ReparsedRevision, links: BodyLinks) -> State:
    now = one.article
    return State(
        number=number,
        first_seen=one.revision.first_seen,
        last_seen=one.revision.last_seen,
        refusal=one.refusal,
        body=show_body(now.body_html, now.url, links) if now else Markup(""),
        fields=list(_compare_fields(before, now)) if before and now else [],
        marked=mark_differences(before, now, links) if before and now else Markup(""),
    )


def _compare_fields(before: Article, now: Article) -> Iterator[tuple[str, str, str]]:
    for name, label in _FIELDS.items():
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


def list_events(
    heads: Mapping[int, Head], edits: Mapping[int, list[str]], removals: Mapping[int, list[Removal]]
) -> list[Event]:
    """Return what the site did to published articles, the latest first."""
    found = [Event(day, "edited", heads[one]) for one, days in edits.items() for day in days if one in heads]
    for article_id, own in removals.items():
        if article_id in heads:
            found += [Event(one.removed_on, "removed", heads[article_id]) for one in own]
            found += [Event(one.returned_on, "returned", heads[article_id]) for one in own if one.returned_on]
    return sorted(found, key=lambda event: (event.day, event.head.id), reverse=True)
