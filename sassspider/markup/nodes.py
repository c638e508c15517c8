"""HTML as lxml's tree, where the text between two elements hangs on the first; these functions hide that."""

from __future__ import annotations

from lxml import etree

from sassspider.page import DamagedPageError, refuse_excess
from sassspider.processors import is_visible, unusual, visible

_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
_ROOM_FOR_SPACE = 4  # times as many characters as a field has: editors indent
_TEXT = etree.XPath("string()", smart_strings=False)


def parse_html(markup: str, before: bytes = b"") -> etree._Element:
    """Parse HTML as forgivingly as a browser; return its ``html`` element. What UTF-8 can't hold becomes ``?``.

    ``before`` is put before it, to its bytes: as text it may take four times as much. Raises DamagedPageError where
    libxml2 gives up (more than 256 levels, 10 MB in one piece): it would leave out the rest without a word.
    """
    root = etree.fromstring(before + markup.encode(errors="replace"), _PARSER)
    for error in _PARSER.error_log:
        if error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise DamagedPageError(f"its body can't be read whole: {error.message.split(',')[0]}")
    return root


def drop_invisible(root: etree._Element) -> str:
    """Delete from a tree's text what can't be seen, see ``visible``; return of the rest what is ``unusual``.

    Raises DamagedPageError for more text than any field may have, however much of it is space.
    """
    text = inner_text(root)
    refuse_excess(characters=len(text) // _ROOM_FOR_SPACE)
    rare = unusual(text)
    if is_visible(rare):
        return rare
    for element in root.iter():
        if element.text:
            element.text = visible(element.text)
        if element.tail:
            element.tail = visible(element.tail)
    return unusual(inner_text(root))


def inner_text(element: etree._Element) -> str:
    """All text inside an element."""
    return str(_TEXT(element))


def remove(element: etree._Element) -> None:
    """Take an element out of its tree, with what is in it and the text after it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def last_text(element: etree._Element) -> str:
    """The text before an element's end."""
    last = _last_child(element)
    return (element.text if last is None else last.tail) or ""


def set_last_text(element: etree._Element, text: str) -> None:
    """Replace the text before an element's end."""
    last = _last_child(element)
    if last is None:
        element.text = text or None
    else:
        last.tail = text or None


def _last_child(element: etree._Element) -> etree._Element | None:
    """Found at once, where ``len`` would count the children."""
    return next(element.iterchildren(reversed=True), None)


def text_before(element: etree._Element) -> str:
    """The text right before an element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return (parent.text or "") if parent is not None else ""


def set_text_before(element: etree._Element, text: str) -> None:
    """Replace the text right before an element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = text or None
    elif parent is not None:
        parent.text = text or None
