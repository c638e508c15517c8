"""The body of an article in TEI, from its clean HTML: a table of elements, and what TEI has at another place."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import lxml.html
from lxml import etree

NAMESPACE = "http://www.tei-c.org/ns/1.0"
_PREFIXES: Any = {None: NAMESPACE}  # lxml's stubs know no namespace without a prefix
_HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
# Element of HTML: element of TEI, attributes.
_ELEMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "p": ("p", {}),
    "blockquote": ("quote", {}),
    "ul": ("list", {"rend": "bulleted"}),
    "ol": ("list", {"rend": "numbered"}),
    "li": ("item", {}),
    "table": ("table", {}),
    "tr": ("row", {}),
    "th": ("cell", {"role": "label"}),
    "td": ("cell", {"role": "data"}),
    "hr": ("milestone", {"unit": "section", "rend": "rule"}),
    "br": ("lb", {}),
    "a": ("ref", {}),
    "strong": ("hi", {"rend": "bold"}),
    "em": ("hi", {"rend": "italic"}),
    "u": ("hi", {"rend": "underline"}),
    "s": ("hi", {"rend": "strikethrough"}),
    "sup": ("hi", {"rend": "superscript"}),
    "sub": ("hi", {"rend": "subscript"}),
    "code": ("hi", {"rend": "monospace"}),
    **dict.fromkeys(_HEADINGS, ("label", {})),  # of a cell, an item or a quotation
}
_ATTRIBUTES = {"colspan": "cols", "rowspan": "rows", "start": "n"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def make_element(tag: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """Return an element of TEI; what XML has no character for is left out of its text."""
    element = etree.Element(f"{{{NAMESPACE}}}{tag}", nsmap=_PREFIXES)
    for name, value in attributes.items():
        element.set(name, _NO_XML.sub("", value))
    element.text = text and _NO_XML.sub("", text)
    return element


def make_body(html: str) -> etree._Element:
    """Return the ``body`` of an article. A heading begins a ``div``, whose ``n`` is the heading's level."""
    body = make_element("body")
    part = make_element("div")
    for block in lxml.html.fragment_fromstring(_NO_XML.sub("", html), create_parent="div"):
        level = _HEADINGS.get(str(block.tag))
        if level is None:
            _append(part, block)
            continue
        if len(part):
            body.append(part)
        part = make_element("div", n=level)
        head = make_element("head")
        _fill(head, block)
        part.append(head)
    body.append(part)
    return body


def make_pointer(url: str) -> str:
    """Return a URL as an attribute can hold it: characters that no URI has are percent-encoded."""
    return quote(_LONE_PERCENT.sub("%25", url), safe="%:/?#@!$&'()*+,;=~", errors="replace")


def _append(parent: etree._Element, source: etree._Element) -> None:
    """Append the TEI of an element of HTML to ``parent``, and the text behind it."""
    tag = str(source.tag)
    if tag == "img":
        _append_figure(parent, source)
    elif tag == "caption":
        parent.append(make_element("head", " ".join(str(text) for text in source.itertext())))
    elif tag not in _ELEMENTS:
        _fill(parent, source)
    else:
        name, attributes = _ELEMENTS[tag]
        element = make_element(name, **attributes)
        for given, own in _ATTRIBUTES.items():
            if value := source.get(given):
                element.set(own, value)
        if href := source.get("href"):
            element.set("target", make_pointer(href))
        _fill(element, source)
        parent.append(element)
    _append_text(parent, source.tail)


def _append_figure(parent: etree._Element, source: etree._Element) -> None:
    figure = make_element("figure")
    figure.append(make_element("graphic", url=make_pointer(source.get("src") or "")))
    if alt := source.get("alt"):
        figure.append(make_element("figDesc", alt))
    parent.append(figure)


def _fill(element: etree._Element, source: etree._Element) -> None:
    _append_text(element, source.text)
    for child in source:
        _append(element, child)


def _append_text(element: etree._Element, text: str | None) -> None:
    """Put text behind what the element has already; white space between blocks is left out."""
    if not text or text == "\n":
        return
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{text}"
    else:
        element.text = f"{element.text or ''}{text}"
