"""Every link on a page of unknown shape.

The list page's body has never been seen, and a damaged page must still lead on to its neighbours: so
links are found in the page's characters, not in a tree. HTML, XML, HTML inside CDATA or escaped inside
XML, and addresses in scripts or plain text all read the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from w3lib.encoding import read_bom

from sassspider.page import DamagedPageError
from sassspider.urls import Link, classify

_ATTRIBUTE = re.compile(r"""\b(?:href|src|url|link|value)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""", re.IGNORECASE)
_DELIMITER = re.compile(r"""[\s"'<>(),;\\]+""")
# Ended by a semicolon: in an address, as browsers read it, ``&section=4`` is no section sign.
_REFERENCE = re.compile(r"&#?\w{1,32};", re.ASCII)
_PAGE_SUFFIX = ".aspx"
_MAX_URL = 2048
# A page with more of them is a trap: to follow it would keep a crawl, and its site, busy for weeks.
LIST_LINKS = 25_000  # room for every article of a section on one page
ARTICLE_LINKS = 1_000  # twenty-two, and those in the text


def decode(body: bytes) -> str:
    """Text of a page for finding links: addresses are ASCII, so a wrong guess of encoding does no harm."""
    encoding, bom = read_bom(body)
    return body[len(bom or b"") :].decode(encoding or "utf-8", errors="replace")


def find_links(text: str, base_url: str) -> Iterator[str]:
    """Yield the absolute form of everything on the page that may be a link, in order, with repeats.

    ``text`` is the page's characters, ``base_url`` its URL. Takes time linear in the text's length.
    """
    text = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)
    for quoted in _ATTRIBUTE.finditer(text):
        yield from _join(base_url, quoted[1] if quoted[1] is not None else quoted[2])
    if _PAGE_SUFFIX in text or _PAGE_SUFFIX in text.lower():
        for word in _DELIMITER.split(text):
            if _PAGE_SUFFIX in word.lower():
                yield from _join(base_url, _unquoted(word))


def find_section_links(body: bytes, url: str, site: str, section_id: str, most: int = LIST_LINKS) -> list[Link]:
    """What a page served at ``url`` links to of one section: articles and list pages, in order, each once.

    Raises DamagedPageError if there are more than ``most``.
    """
    found: dict[Link, None] = {}
    for href in find_links(decode(body), url):
        link = classify(href, site, section_id)
        if link is not None:
            found[link] = None
            if len(found) > most:
                raise DamagedPageError(f"it has more than {most} links, as no page of this site does")
    return list(found)


def _unquoted(word: str) -> str:
    """Drop what stands before an unquoted attribute's value (``href=default_2.aspx``)."""
    head, equals, tail = word.partition("=")
    return tail if equals and _PAGE_SUFFIX not in head.lower() else word


def _join(base_url: str, href: str) -> Iterator[str]:
    href = href.strip()
    if not href or len(href) > _MAX_URL or href.startswith(("#", "javascript:", "data:")):
        return
    try:
        yield urljoin(base_url, href)
    except ValueError:
        return
