"""One canonical form for the HTML of a body, whatever editor or word processor wrote it.

Word-like markup says with hundreds of styled spans what a few elements mean: emphasis given by style
becomes an element, wrappers go, white space is collapsed, blocks without content are removed.
"""

from __future__ import annotations

import re

from lxml import etree

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
_EDGE_TAGS = frozenset({"strong", "em", "u", "s", "a"})
_CONTENT_TAGS = frozenset({"img", "br", "hr", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_UNWRAP = "unwrap"
_LINK_SCHEMES = frozenset({"http", "https", "mailto"})

_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)\b", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)\b", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\x00-\x08\x0e-\x1f]")
_SPACE = re.compile(r"\s+")


def parse_html(markup: str) -> etree._Element:
    """Parse HTML as forgivingly as a browser; return its ``html`` element. What UTF-8 can't hold becomes ``?``."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    return etree.fromstring(markup.encode(errors="replace"), parser)


def inner_text(element: etree._Element) -> str:
    """All text inside an element."""
    return "".join(map(str, element.itertext()))


def tidy(root: etree._Element, base_url: str) -> None:
    """Bring a parsed body (the ``html`` element) into canonical form, in place.

    Afterwards its children are the body's blocks, one line each; links are absolute against ``base_url``.
    """
    etree.strip_elements(root, *_DROPPED_TAGS, with_tail=False)
    for element in root.iter(etree.Element):
        _rename(element, base_url)
    unwrapped = {element.tag for element in root.iterdescendants(etree.Element)} - ALLOWED_TAGS
    if unwrapped:
        etree.strip_tags(root, *unwrapped)
    _collapse_space(root)
    for tag in _EMPHASIS_TAGS:
        _merge_neighbours(root, tag)
    _trim_blocks(root)
    _remove_empty(root)
    _part_lines(root)


def _rename(element: etree._Element, base_url: str) -> None:
    """Turn styled spans into emphasis, make links absolute, mark what has no meaning left for unwrapping."""
    tag = element.tag = _RENAMED_TAGS.get(element.tag, element.tag)
    if tag == "span":
        _emphasize(element, element.get("style", ""))
    elif tag == "a":
        href, title = absolute(element.get("href", ""), base_url, _LINK_SCHEMES), element.get("title")
        _set_attributes(element, {"href": href, "title": title})
    elif tag == "img":
        src = absolute(element.get("src", ""), base_url)
        _set_attributes(element, {"src": src, "alt": clean_alt(element.get("alt", "")) or ""})
    if element.tag in _EMPHASIS_TAGS and not _has_content(element):
        element.tag = _UNWRAP


def _set_attributes(element: etree._Element, attributes: dict[str, str | None]) -> None:
    """Give an element these attributes, in this order and no others; without the first, it has no meaning left."""
    element.attrib.clear()
    element.attrib.update({name: value for name, value in attributes.items() if value is not None})
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
    for element in reversed(list(root.iter(*_EDGE_TAGS))):
        _move_space_out(element)


def _collapse(text: str) -> str:
    return _SPACE.sub(" ", _INVISIBLE.sub("", text))


def _move_space_out(element: etree._Element) -> None:
    """Space at an emphasis's edge belongs to the sentence around it; CommonMark does not even emphasize it."""
    if (element.text or "").startswith(" "):
        element.text = (element.text or "")[1:]
        _set_text_before(element, _join_space(_text_before(element), " "))
    last = _last_text(element)
    if last.endswith(" "):
        _set_last_text(element, last[:-1])
        element.tail = _join_space(" ", element.tail or "")


def _join_space(left: str, right: str) -> str:
    return left + right.lstrip(" ") if left.endswith(" ") else left + right


def _merge_neighbours(root: etree._Element, tag: str) -> None:
    """Join an emphasis with an equal one right after it: ``<em>a</em> <em>b</em>`` is ``<em>a b</em>``."""
    for element in reversed(list(root.iter(tag))):
        after = element.getnext()
        if after is None or after.tag != tag or (element.tail or "").strip():
            continue
        _set_last_text(element, _join_space(_last_text(element) + (element.tail or ""), after.text or ""))
        element.tail = None
        element.extend(list(after))
        element.tail = after.tail
        after.tail = None
        _remove(after)


def _trim_blocks(root: etree._Element) -> None:
    """No white space at the edges of a block, nor around a line break."""
    for element in root.iter(*BLOCK_TAGS, "br", root.tag):
        if element.tag != "pre":
            element.text = (element.text or "").lstrip() or None
            _set_last_text(element, _last_text(element).rstrip())
        if element is not root:
            element.tail = (element.tail or "").lstrip() or None
            _set_text_before(element, _text_before(element).rstrip())


def _remove_empty(root: etree._Element) -> None:
    for element in reversed(list(root.iterdescendants())):
        if element.tag not in _CONTENT_TAGS and not element.text and all(_is_blank_break(child) for child in element):
            _set_text_before(element, _text_before(element) + (element.tail or ""))
            _remove(element)


def _is_blank_break(child: etree._Element) -> bool:
    return child.tag == "br" and not child.tail


def _part_lines(root: etree._Element) -> None:
    for element in list(root)[:-1]:
        if element.tag in BLOCK_TAGS and not element.tail:
            element.tail = "\n"


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _last_text(element: etree._Element) -> str:
    return (element[-1].tail if len(element) else element.text) or ""


def _set_last_text(element: etree._Element, text: str) -> None:
    if len(element):
        element[-1].tail = text or None
    else:
        element.text = text or None


def _text_before(element: etree._Element) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""


def _set_text_before(element: etree._Element, text: str) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = text or None
    elif parent is not None:
        parent.text = text or None
