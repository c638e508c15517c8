"""Damage done to article pages on demand: each fault is one pure function on the page's parts or on its bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.mocksite.pages import ArticlePage
from tests.mocksite.sections import ARTICLE_SECTIONS

DOCTYPE = '<!DOCTYPE html [<!ENTITY site "Sass English Web">]>\n'
KEPT = 0.6  # share of a truncated page that is sent


def damage_parts(page: ArticlePage, fault: str | None) -> ArticlePage:
    """Return the page with the fault done to its parts; the page itself if the fault is of another kind."""
    change = PART_FAULTS.get(fault or "")
    return change(page) if change else page


def damage_bytes(served: bytes, fault: str | None) -> bytes:
    """Return the served bytes with the fault done to them; the bytes themselves if the fault is of another kind."""
    change = BYTE_FAULTS.get(fault or "")
    return change(served) if change else served


def _wrong_section(page: ArticlePage) -> ArticlePage:
    other = next(section for section in ARTICLE_SECTIONS.values() if section.id != page.section.id)
    return replace(page, section=other)


def _wrong_id(page: ArticlePage) -> ArticlePage:
    other = page.around.next or page.around.previous
    return replace(page, meta_id=other.id if other else page.meta_id + 1)


def _control_character(served: bytes) -> bytes:
    """Put a form feed, which XML forbids even in CDATA, into the middle of the body."""
    start, end = served.index(b"<![CDATA["), served.rindex(b"]]>")
    at = served.index(b">", (start + end) // 2) + 1
    return served[:at] + b"\x0c" + served[at:]


def _lost_cdata(served: bytes) -> bytes:
    """Make elements of the body, as a careless rewriting of the page would."""
    start, end = served.index(b"<![CDATA["), served.rindex(b"]]>")
    return served[:start] + b"<form><p>The first paragraph.</p><p>And the second.</p></form>" + served[end + 3 :]


PART_FAULTS: dict[str, Callable[[ArticlePage], ArticlePage]] = {
    "doctype": lambda page: replace(page, doctype=DOCTYPE),
    "no-title": lambda page: replace(page, title=""),
    "no-date": lambda page: replace(page, record=replace(page.record, published="")),
    "no-body": lambda page: replace(page, body="<form><p><span>&nbsp;</span></p></form>"),
    "wrong-id": _wrong_id,
    "wrong-section": _wrong_section,
}
BYTE_FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "lost-cdata": _lost_cdata,
    "control-character": _control_character,
    "truncated": lambda served: served[: int(len(served) * KEPT)],
    "bare-ampersand": lambda served: served.replace(b"<h1>", b"<h1>Q & A: ", 1),
    "undefined-entity": lambda served: served.replace(b"<h1>", b"<h1>&nbsp;", 1),
}
