"""Every link on a page of unknown shape.

The list page's body has never been seen, and a damaged page must still lead on to its neighbours: so
links are found in the page's characters, not in a tree. HTML, XML, HTML inside CDATA or escaped inside
XML, and addresses in scripts or plain text all read the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin

from w3lib.encoding import read_bom

from sassspider.hrefs import clean_href
from sassspider.page import DamagedPageError
from sassspider.urls import Link, article_link, classify

# Values of href, src, url, link and value. A pattern that starts with the equals sign is found twenty times as fast.
_VALUE = re.compile(
    r"""=(?:(?<=(?:ref|src|url|ink|lue)=)|(?<=(?:ref|src|url|ink|lue)[ ]=))\s*(?:"([^"<>]*)"|'([^'<>]*)')""",
    re.IGNORECASE,
)
_WORD = re.compile(r"""[^\s"'<>(),;\\]*""")
_PAGE_SUFFIX = re.compile(r"""\.aspx[^\s"'<>(),;\\]*""", re.IGNORECASE)
# Ended by a semicolon: in an address, as browsers read it, ``&section=4`` is not a section sign.
_REFERENCE = re.compile(r"&#?\w{1,32};", re.ASCII)
# An article's address as nearly every link has it: all that have one folder are of one section.
_ARTICLE = re.compile(r"((?:[^\s?#]*/)?)([1-9][0-9]{0,17})\.aspx")
_MAX_URL = 2048  # characters; the data of a picture would stay in the cache
_MAX_PATH = 256  # characters of an address in plain text, before its suffix
# Addresses of a page, wherever they lead. To follow a trap would keep a crawl, and its site, busy for weeks.
MOST_LINKS = 25_000  # room for every article of a section on one page
ARTICLE_LINKS = 5_000  # an article has twenty-two, and those in its text


def find_section_links(body: bytes, url: str, site: str, section_id: str, most: int = MOST_LINKS) -> list[Link]:
    """Return what a page served at ``url`` links to of one section: articles and list pages, in order, each once.

    Raises DamagedPageError for a page with more than ``most`` addresses. Takes time linear in the page's length.
    """
    hrefs = dict.fromkeys(_find_hrefs(_REFERENCE.sub(lambda reference: _unescape(reference[0]), decode(body))))
    if len(hrefs) > most:
        raise DamagedPageError(f"it has more than {most} links, as no page of this site does")
    base, own = urljoin(url, "."), url.partition("?")[0]  # the base is the same for all articles
    whole = (f"{own}{href}" if href.startswith("?") else href for href in hrefs if len(href) <= _MAX_URL)
    return list(dict.fromkeys(link for href in whole if (link := _find_link(base, href, site, section_id))))


def decode(body: bytes) -> str:
    """Return a page's text for finding links: addresses are ASCII, so a wrong guess of encoding does no harm."""
    encoding, bom = read_bom(body)
    return body[len(bom or b"") :].decode(encoding or "utf-8", errors="replace").replace("\\/", "/")  # as in JSON


def _find_hrefs(text: str) -> Iterator[str]:
    """Yield the values of attributes that hold addresses, and every word that has the suffix of a page."""
    for value in _VALUE.finditer(text):
        yield (value[1] or value[2] or "").strip()
    for suffix in _PAGE_SUFFIX.finditer(text):
        before = text[max(0, suffix.start() - _MAX_PATH) : suffix.start()]
        start = _WORD.match(before[::-1])[0][::-1]  # type: ignore[index]  # it matches nothing, too
        yield start.rpartition("=")[2] + suffix[0]  # what is before "=" is the name of an attribute without quotes


# The same few on every page of a section; without these a page's links take twice the time.
_unescape = lru_cache(maxsize=256)(html.unescape)


@lru_cache(maxsize=1024)
def _find_link(base: str, href: str, site: str, section_id: str) -> Link | None:
    """Return what an address leads to of the section, None for another one."""
    article = _ARTICLE.fullmatch(href)
    first = _resolve(base, f"{article[1]}1.aspx", site, section_id) if article else None
    if article and first and first.kind == "article":
        return article_link(site, section_id, int(article[2]))
    return _resolve(base, href, site, section_id)


@lru_cache(maxsize=256)
def _resolve(base: str, href: str, site: str, section_id: str) -> Link | None:
    if not href or href.startswith(("#", "javascript:", "data:")):
        return None
    try:
        return classify(urljoin(base, clean_href(href)), site, section_id)
    except ValueError:
        return None
