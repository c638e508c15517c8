"""One canonical form for the HTML of a body, whatever editor or word processor wrote it.

Word-like markup says with hundreds of styled spans what a few elements mean: emphasis given by style
becomes an element, wrappers go, white space is collapsed, blocks without content are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

from sassspider.markup.blocks import group_rows, part_lines, remove_empty, trim_blocks
from sassspider.markup.nodes import (
    drop_invisible,
    inner_text,
    last_text,
    set_last_text,
    set_text_before,
    text_before,
)
from sassspider.markup.runs import merge_neighbours
from sassspider.markup.tags import (
    ALLOWED_TAGS,
    COUNTING_TAGS,
    DROPPED_TAGS,
    EDGE_TAGS,
    EMPHASIS_TAGS,
    LITTER,
    MEANINGLESS_TAGS,
    PLAIN_TAGS,
    RENAMED_TAGS,
    WRAPPER_TAGS,
)
from sassspider.page import refuse_excess
from sassspider.processors import clean_alt, visible
from sassspider.urls import absolute

_UNWRAP = "unwrap"
_REMEMBERED = 1_000  # characters of a style; a longer one comes from no word processor, and would be kept for good
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})

_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)\b", re.IGNORECASE)
# What is counted in tables and lists, as HTML reads it: what follows the number is passed over.
_COUNTS = ("colspan", "rowspan", "start")
_NUMBER = re.compile(r"[ \t\r\n\f]*(?:\+(?=[0-9]))?(-?[0-9]{1,9})(?![0-9])")
ODD_SPACES = [one for one in map(chr, range(0x3001)) if one.isspace() and one != " "]


def tidy(root: etree._Element, base_url: str) -> None:
    """Bring a parsed body (the ``html`` element) into canonical form, in place.

    Afterwards its children are the body's blocks, one line each; links are absolute against ``base_url``. Raises
    DamagedPageError for text, or what a link or a picture says of itself, that is longer than any field.
    """
    elements = _read_elements(root)
    rare = drop_invisible(root)
    for element in reversed(elements):  # what is inside first
        tag = element.tag
        if tag == "span":
            _emphasize(element)
        elif tag not in PLAIN_TAGS:
            _rename(element, base_url)
    etree.strip_tags(root, _UNWRAP, *MEANINGLESS_TAGS)
    etree.strip_attributes(root, *LITTER)
    _read_counts(root)
    _collapse_space(root, rare)
    for tag in EMPHASIS_TAGS:
        merge_neighbours(root, tag)
    trim_blocks(root)
    remove_empty(root)
    group_rows(root)
    part_lines(root)


def _read_elements(root: etree._Element) -> list[etree._Element]:
    """All elements below the root, without those that are dropped."""
    elements = list(root.iterdescendants(etree.Element))
    if DROPPED_TAGS.isdisjoint({element.tag for element in elements}):
        return elements
    etree.strip_elements(root, *DROPPED_TAGS, with_tail=False)
    return list(root.iterdescendants(etree.Element))


def _rename(element: etree._Element, base_url: str) -> None:
    """Give an element its one name, make links absolute, mark what has no meaning left for unwrapping."""
    tag = RENAMED_TAGS.get(element.tag, element.tag)
    # The parser takes tags that lxml does not let anyone write (``<k<p``), not even again.
    element.tag = tag if tag in ALLOWED_TAGS else _UNWRAP
    if tag == "a":
        href, title = absolute(element.get("href", ""), base_url, _LINK_SCHEMES), element.get("title")
        if title:
            refuse_excess(characters=len(title))
        _set_attributes(element, {"href": href, "title": title})
    elif tag == "img":
        src, alt = absolute(element.get("src", ""), base_url), element.get("alt", "")
        refuse_excess(characters=len(alt))
        _set_attributes(element, {"src": src, "alt": clean_alt(alt) or ""})
    if element.tag in WRAPPER_TAGS and not _has_content(element):
        element.tag = _UNWRAP


def _set_attributes(element: etree._Element, attributes: dict[str, str | None]) -> None:
    """Give an element these attributes, in this order and no others; without the first, it has no meaning left."""
    element.attrib.clear()
    element.attrib.update(
        {name: _collapse(visible(value), ODD_SPACES).strip() for name, value in attributes.items() if value is not None}
    )
    if next(iter(attributes.values())) is None:
        element.tag = _UNWRAP


def _read_counts(root: etree._Element) -> None:
    """Of these attributes keep the number; without one, they say nothing."""
    for element in root.iter(*COUNTING_TAGS):
        for name in _COUNTS:
            value = element.get(name)
            if number := _NUMBER.match(value or ""):
                element.set(name, number[1])
            elif value is not None:
                del element.attrib[name]


def _emphasize(span: etree._Element) -> None:
    """A span that its style does not make an emphasis has no meaning, and is left as it is for unwrapping."""
    style = span.get("style", "")
    bold, italic = _recall_style(style) if len(style) <= _REMEMBERED else _read_style(style)
    if not (bold or italic) or not _has_content(span):
        return
    span.tag = "strong" if bold else "em"
    if bold and italic:
        inner = etree.Element("em")
        inner.text, span.text = span.text, None
        inner.extend(list(span))
        span.append(inner)


def _read_style(style: str) -> tuple[bool, bool]:
    """Whether a style says bold, and italic."""
    return _BOLD.search(style) is not None, _ITALIC.search(style) is not None


_recall_style = lru_cache(maxsize=512)(_read_style)  # a word processor writes the same few styles again and again


def _has_content(element: etree._Element) -> bool:
    text = element.text
    if text and not text.isspace():
        return True
    return bool(inner_text(element).strip()) or next(element.iter("img"), None) is not None


def _collapse_space(root: etree._Element, rare: str) -> None:
    """Make one space of each run of white space; ``rare`` is what stands in the tree beside printable ASCII."""
    odd = [one for one in ODD_SPACES if one in rare]
    preformatted = {inner for pre in root.iter("pre") for inner in pre.iterdescendants()}
    for element in root.iter():
        if element in preformatted:
            continue
        inside, after = element.text, element.tail
        if inside and element.tag != "pre" and (collapsed := _collapse(inside, odd)) != inside:
            element.text = collapsed
        if after and (collapsed := _collapse(after, odd)) != after:
            element.tail = collapsed
    for element in reversed([one for one in root.iter(*EDGE_TAGS) if one not in preformatted]):
        _move_space_out(element)


def _collapse(text: str, odd: Iterable[str]) -> str:
    """Every run of white space as one space; ``odd`` is what may be there beside plain spaces."""
    for space in odd:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _move_space_out(element: etree._Element) -> None:
    """Space at an emphasis's edge belongs to the sentence around it; CommonMark does not even emphasize it."""
    if (element.text or "").startswith(" "):
        element.text = (element.text or "")[1:]
        set_text_before(element, _join_space(text_before(element), " "))
    last = last_text(element)
    if last.endswith(" "):
        set_last_text(element, last[:-1])
        element.tail = _join_space(" ", element.tail or "")


def _join_space(left: str, right: str) -> str:
    return left + right.lstrip(" ") if left.endswith(" ") else left + right
