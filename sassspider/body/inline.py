"""Elements that stand in a line: links, pictures, formulas, what is embedded."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import DELETED, LABEL, Link, Marks
from sassspider.body.builder import END_ID, Attributes, Builder, Element, Leave, do_nothing
from sassspider.body.mathml import read_formula
from sassspider.page import refuse_excess
from sassspider.processors import clean_alt_text, normalize_whitespace
from sassspider.urls import absolute, file_name, is_document

_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
_COMMENT_HREF = re.compile(r"#cmnt(_ref)?\d+")  # of Google Docs: a link to a reviewer's comment, or back
_SOURCE_NAMES = frozenset(["movie", "src", "url", "filename"])  # of an object's parameters


def enter_break(builder: Builder, element: Element) -> None:
    """End the line, or the body."""
    if element.attributes.get("id") == END_ID:
        builder.is_ended = True
    else:
        builder.add_break()


def enter_link(builder: Builder, element: Element) -> Leave | None:
    """Mark linked text. A link that leads nowhere is text, one to a reviewer's comment is nothing."""
    if comment := _COMMENT_HREF.fullmatch(element.attributes.get("href") or ""):
        builder.is_comment = builder.is_comment or comment[1] is not None
        return None
    url = absolute(element.attributes.get("href") or "", builder.base_url, _LINK_SCHEMES)
    if url is None:
        return do_nothing
    title = element.attributes.get("title") or ""
    refuse_excess(characters=len(title))
    builder.marks = _without_links(builder.marks) | {Link(url, normalize_whitespace(title))}
    return do_nothing


def enter_deleted(builder: Builder, element: Element) -> Leave:
    """Mark what a tracked change deleted."""
    builder.marks |= {DELETED}
    return do_nothing


def enter_quoted(builder: Builder, element: Element) -> Leave:
    """Put the text in quotation marks, which are the browser's."""
    opening, closing = "‘’" if builder.quotes else "“”"  # noqa: RUF001
    builder.quotes += 1
    builder.add_text(opening)

    def leave() -> None:
        builder.quotes -= 1
        builder.add_text(closing)

    return leave


def enter_apart(builder: Builder, element: Element) -> Leave:
    """Part the text from what stands beside it."""
    builder.add_space()
    return builder.add_space


def enter_formula(builder: Builder, element: Element) -> None:
    """Add a formula."""
    is_block = element.attributes.get("display") == "block"
    if is_block:
        builder.end_paragraph()
    for term, marks in read_formula(element.node):
        if text := normalize_whitespace(term):
            builder.add_run(text, builder.marks | marks)
        else:
            builder.add_space()
    if is_block:
        builder.end_paragraph()


def enter_image(builder: Builder, element: Element) -> None:
    """Add a picture; name one that can't be shown, for a reader sees it."""
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
    """Name what is embedded by a link to its source; what stands in it is for browsers that can't show it."""
    source = _choose_source(element.attributes) or element.attributes.get("data") or _find_source(element.node)
    url = absolute(source, builder.base_url)
    leave = do_nothing if element.node.mem_id in builder.unclosed else None
    if url is None:
        return do_nothing if element.tag == "object" else leave
    marks: Marks = _without_links(builder.marks) | frozenset({Link(url), LABEL})
    builder.add_name(normalize_whitespace(file_name(url)) if is_document(url) else url, marks)
    return leave


def _without_links(marks: Marks) -> Marks:
    links: Marks = frozenset(mark for mark in marks if isinstance(mark, Link))
    return marks - links


def _choose_source(attributes: Attributes) -> str:
    """Return an address: a page that loads late has it elsewhere, and a placeholder in its place."""
    late = attributes.get("data-src") or attributes.get("data-original") or ""
    source = (attributes.get("src") or "").strip()
    if late.strip() and not late.strip().startswith("data:"):
        return late.strip()
    if source and not source.startswith(("data:", "about:")):
        return source
    return (attributes.get("srcset") or "").strip().partition(" ")[0] or source


def _find_source(node: LexborNode) -> str:
    """Return the address that an embedded element's ``source`` or ``param`` gives."""
    for child in node.iter():
        attributes = child.attributes
        is_address = (attributes.get("name") or "").lower() in _SOURCE_NAMES
        found = attributes.get("src") if child.tag == "source" else attributes.get("value") if is_address else None
        if found:
            return found
    return ""
