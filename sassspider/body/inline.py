"""Elements that stand in a line: links, pictures, formulas, what is embedded."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import DELETED, LABEL, Link, Marks
from sassspider.body.builder import END_ID, Builder, Element, Leave, do_nothing
from sassspider.body.mathml import read_formula
from sassspider.body.style import read_font_family
from sassspider.page import refuse_excess
from sassspider.processors import clean_alt_text, normalize_whitespace
from sassspider.urls import absolute, file_name, is_document

_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_PLACEHOLDER = re.compile(
    r"^data:|\b(?:blank|default|empty|gr[ae]y|lazy|loading|pixel|placeholder|spacer|transparent|1x1)\b", re.IGNORECASE
)
_SOURCE_NAMES = frozenset(["movie", "src", "url", "filename"])  # of an object's parameters


def enter_break(builder: Builder, element: Element) -> None:
    """A line ends, or the body."""
    if element.attributes.get("id") == END_ID:
        builder.is_ended = True
    else:
        builder.add_break()


def enter_link(builder: Builder, element: Element) -> Leave:
    """A link. One that leads nowhere is text."""
    url = absolute(element.attributes.get("href") or "", builder.base_url, _LINK_SCHEMES)
    if url is None:
        return do_nothing
    title = element.attributes.get("title") or ""
    refuse_excess(characters=len(title))
    builder.marks = _without_links(builder.marks) | {Link(url, normalize_whitespace(title))}
    return do_nothing


def enter_font(builder: Builder, element: Element) -> Leave:
    """A font, of symbols perhaps."""
    marks = read_font_family(element.attributes.get("face") or "")
    builder.marks |= {mark for mark, is_set in marks.items() if is_set}
    return do_nothing


def enter_deleted(builder: Builder, element: Element) -> Leave:
    """What a tracked change deleted."""
    builder.marks |= {DELETED}
    return do_nothing


def enter_quoted(builder: Builder, element: Element) -> Leave:
    """Words in quotation marks, which are the browser's."""
    opening, closing = "‘’" if builder.quotes else "“”"  # noqa: RUF001
    builder.quotes += 1
    builder.add_text(opening)

    def leave() -> None:
        builder.quotes -= 1
        builder.add_text(closing)

    return leave


def enter_apart(builder: Builder, element: Element) -> Leave:
    """Text that does not touch what stands beside it."""
    builder.add_space()
    return builder.add_space


def enter_formula(builder: Builder, element: Element) -> None:
    """A formula."""
    for term, marks in read_formula(element.node):
        text = normalize_whitespace(term)
        if text:
            builder.add_run(text, builder.marks | marks)


def enter_image(builder: Builder, element: Element) -> None:
    """A picture; one that can't be shown is named, for a reader sees it."""
    source = _choose_source(element.attributes)
    printed = element.attributes.get("alt") or ""
    refuse_excess(characters=len(printed))
    alt = clean_alt_text(printed)
    url = absolute(source, builder.base_url)
    if url is not None:
        builder.add_picture(url, alt)
    elif source or alt:
        builder.add_name(f"[{alt or 'picture'}]", builder.marks)


def enter_embedded(builder: Builder, element: Element) -> Leave | None:
    """What is embedded is named by a link to its source; what stands in it is for browsers that can't show it."""
    source = element.attributes.get("src") or element.attributes.get("data") or _find_source(element.node)
    url = absolute(source, builder.base_url)
    leave = do_nothing if builder.reads_fallback and element.tag != "iframe" else None
    if url is None:
        return do_nothing if element.tag == "object" else leave
    marks: Marks = _without_links(builder.marks) | frozenset({Link(url), LABEL})
    builder.add_name(normalize_whitespace(file_name(url)) if is_document(url) else url, marks)
    return leave


def _without_links(marks: Marks) -> Marks:
    links: Marks = frozenset(mark for mark in marks if isinstance(mark, Link))
    return marks - links


def _choose_source(attributes: dict[str, str | None]) -> str:
    """Return a picture's address: a page that loads pictures late has it elsewhere, and a placeholder in its place."""
    source = (attributes.get("src") or (attributes.get("srcset") or "").strip().partition(" ")[0]).strip()
    late = (attributes.get("data-src") or attributes.get("data-original") or "").strip()
    return late if late and (not source or _PLACEHOLDER.search(source)) else source


def _find_source(node: LexborNode) -> str:
    """Return the address that an embedded element's ``source`` or ``param`` gives."""
    for child in node.iter():
        attributes = child.attributes
        is_address = (attributes.get("name") or "").lower() in _SOURCE_NAMES
        found = attributes.get("src") if child.tag == "source" else attributes.get("value") if is_address else None
        if found:
            return found
    return ""
