"""One canonical form for the HTML of a body, whatever editor or word processor wrote it.

Word-like markup says with hundreds of styled spans what a few elements mean: emphasis given by style
becomes an element, wrappers go, white space is collapsed, blocks without content are removed.
"""

from __future__ import annotations

import re

from lxml import etree

from sassspider.markup.nodes import (
    drop_invisible,
    inner_text,
    last_text,
    remove,
    set_last_text,
    set_text_before,
    text_before,
    visible,
)
from sassspider.processors import clean_alt
from sassspider.urls import absolute

# fmt: off
BLOCK_TAGS = frozenset([
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre",
    "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
])
INLINE_TAGS = frozenset(["br", "a", "img", "strong", "em", "u", "s", "sub", "sup", "code"])
ALLOWED_TAGS = BLOCK_TAGS | INLINE_TAGS

# Their content is not the article's text: it is code, data, or what a form's controls hold.
_DROPPED_TAGS = (
    "script", "style", "iframe", "frame", "object", "embed", "applet", "svg", "math", "template", "noscript", "title",
    "textarea", "select", "option", "button", "input", "audio", "video", "canvas", "xml", "head",
)
# fmt: on
_RENAMED_TAGS = {"b": "strong", "i": "em"}
_EMPHASIS_TAGS = ("strong", "em")
_WRAPPER_TAGS = INLINE_TAGS - {"br", "img"}
_LINE_TAGS = INLINE_TAGS - {"br"}
_EDGE_TAGS = frozenset({"strong", "em", "u", "s", "a"})
_CONTENT_TAGS = frozenset({"img", "br", "hr", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_UNWRAP = "unwrap"
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})

_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def tidy(root: etree._Element, base_url: str) -> None:
    """Bring a parsed body (the ``html`` element) into canonical form, in place.

    Afterwards its children are the body's blocks, one line each; links are absolute against ``base_url``.
    """
    etree.strip_elements(root, *_DROPPED_TAGS, with_tail=False)
    drop_invisible(root)
    for element in reversed(list(root.iterdescendants(etree.Element))):  # what is inside first
        _rename(element, base_url)
    etree.strip_tags(root, _UNWRAP)
    etree.strip_attributes(root, "style", "class")
    _collapse_space(root)
    for tag in _EMPHASIS_TAGS:
        _merge_neighbours(root, tag)
    _trim_blocks(root)
    _remove_empty(root)
    _part_lines(root)


def _rename(element: etree._Element, base_url: str) -> None:
    """Turn styled spans into emphasis, make links absolute, mark what has no meaning left for unwrapping."""
    tag = _RENAMED_TAGS.get(element.tag, element.tag)
    # The parser takes tags that lxml does not let anyone write (``<k<p``), not even again.
    element.tag = tag if tag in ALLOWED_TAGS else _UNWRAP
    if tag == "span":
        _emphasize(element, element.get("style", ""))
    elif tag == "a":
        href, title = absolute(element.get("href", ""), base_url, _LINK_SCHEMES), element.get("title")
        _set_attributes(element, {"href": href, "title": title})
    elif tag == "img":
        src = absolute(element.get("src", ""), base_url)
        _set_attributes(element, {"src": src, "alt": clean_alt(element.get("alt", "")) or ""})
    if element.tag in _WRAPPER_TAGS and not _has_content(element):
        element.tag = _UNWRAP


def _set_attributes(element: etree._Element, attributes: dict[str, str | None]) -> None:
    """Give an element these attributes, in this order and no others; without the first, it has no meaning left."""
    element.attrib.clear()
    element.attrib.update(
        {name: _collapse(visible(value)).strip() for name, value in attributes.items() if value is not None}
    )
    if next(iter(attributes.values())) is None:
        element.tag = _UNWRAP


def _emphasize(span: etree._Element, style: str) -> None:
    bold, italic = _BOLD.search(style), _ITALIC.search(style)
    if not _has_content(span) or not (bold or italic):
        return
    span.tag = "strong" if bold else "em"
    if bold and italic:
        inner = etree.Element("em")
        inner.text, span.text = span.text, None
        inner.extend(list(span))
        span.append(inner)


def _has_content(element: etree._Element) -> bool:
    return bool(inner_text(element).strip()) or next(element.iter("img"), None) is not None


def _collapse_space(root: etree._Element) -> None:
    preformatted = {inner for pre in root.iter("pre") for inner in pre.iter()}
    for element in root.iter():
        if element.text and element not in preformatted:
            element.text = _collapse(element.text)
        if element.tail and (element not in preformatted or element.tag == "pre"):
            element.tail = _collapse(element.tail)
    for element in reversed([one for one in root.iter(*_EDGE_TAGS) if one not in preformatted]):
        _move_space_out(element)


def _collapse(text: str) -> str:
    return _SPACE.sub(" ", text)


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


def _merge_neighbours(root: etree._Element, tag: str) -> None:
    """Join an emphasis with an equal one right after it: ``<em>a</em> <em>b</em>`` is ``<em>a b</em>``."""
    for element in reversed(list(root.iter(tag))):
        after = element.getnext()
        if after is None or after.tag != tag or (element.tail or "").strip():
            continue
        set_last_text(element, _join_space(last_text(element) + (element.tail or ""), after.text or ""))
        element.tail = None
        element.extend(list(after))
        element.tail = after.tail
        after.tail = None
        remove(after)


def _trim_blocks(root: etree._Element) -> None:
    """No white space at the edges of a block, nor around a line break."""
    for element in root.iter(*BLOCK_TAGS, "br", root.tag):
        if element.tag == "pre":
            element.text = (element.text or "").lstrip("\n") or None  # HTML passes over the first one anyway
        else:
            element.text = (element.text or "").lstrip() or None
            set_last_text(element, last_text(element).rstrip())
        if element is not root:
            element.tail = (element.tail or "").lstrip() or None
            set_text_before(element, text_before(element).rstrip())


def _remove_empty(root: etree._Element) -> None:
    for element in reversed(list(root.iterdescendants(*(BLOCK_TAGS - _CONTENT_TAGS)))):
        if (element.text or "").strip() or not all(map(_is_blank_break, element)):
            continue
        if _is_between_lines(element):
            element.addprevious(etree.Element("br"))
            element.addprevious(etree.Element("br"))
        set_text_before(element, text_before(element) + (element.tail or ""))
        remove(element)


def _is_blank_break(child: etree._Element) -> bool:
    return child.tag == "br" and not child.tail


def _is_between_lines(element: etree._Element) -> bool:
    """Whether an element is all that parts two lines: the words before and after it must not run together."""
    before, after = element.getprevious(), element.getnext()
    return bool(text_before(element) or (before is not None and before.tag in _LINE_TAGS)) and bool(
        element.tail or (after is not None and after.tag in _LINE_TAGS)
    )


def _part_lines(root: etree._Element) -> None:
    for element in list(root)[:-1]:
        if element.tag in BLOCK_TAGS and not element.tail:
            element.tail = "\n"
