"""Every link on a page of unknown shape.

The list page's body has never been seen, and the links of a damaged page must be found too: so
links are found in the page's characters, not in a tree. HTML, XML, HTML inside CDATA or escaped inside
XML, and addresses in scripts or plain text all read the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import urljoin

from w3lib.encoding import read_bom

from sassspider import urls
from sassspider.hrefs import clean_href
from sassspider.page import DamagedPageError

# Values of href, src, url, link and value. A pattern that starts with the equals sign is found twenty times as fast.
_VALUE = re.compile(
    r"""=(?:(?<=(?:ref|src|url|ink|lue)=)|(?<=(?:ref|src|url|ink|lue)[ ]=))\s*(?:"([^"<>]*)"|'([^'<>]*)')""",
    re.IGNORECASE,
)
_WORD = re.compile(r"""[^\s"'<>(),;\\]*""")
_PAGE_SUFFIX = re.compile(r"""\.aspx[^\s"'<>(),;\\]*""", re.IGNORECASE)
# Ended by a semicolon: in an address, as browsers read it, ``&section=4`` is not a section sign.
_REFERENCE = re.compile(r"&#?\w{1,32};", re.ASCII)
# An article's address: its folder, which tells the section, and its id. A quotation mark may be escaped.
_ARTICLE = re.compile(r"((?:[^\s?#]*/)?)([0-9]{1,18})\.aspx(?:[?#&].*)?", re.IGNORECASE)
_LIST_PAGE = re.compile(r"[^#]*[./?]")  # of its address; ``value="Search"`` is none
_MAX_URL = 2048  # characters; the data of a picture is no address
_MAX_PATH = 256  # characters of an address in plain text, before its suffix
# Addresses of a page, wherever they lead. To follow a trap would keep a crawl, and its site, busy for weeks.
MOST_LINKS = 25_000  # room for every article of a section on one page
ARTICLE_LINKS = 5_000  # an article has twenty-two, and those in its text


def find_article_ids(body: bytes, url: str, site: str, section_id: str) -> list[int]:
    """Return the ids of the section's articles that an article's page, served at ``url``, links to, in order.

    Raises DamagedPageError for a page with too many addresses. Takes time linear in the page's length.
    """
    ids, _ = _select_ids(_collect(_find_words(decode(body)), ARTICLE_LINKS), url, site, section_id)
    return ids


def find_section_links(body: bytes, url: str, site: str, section_id: str) -> tuple[list[int], list[str]]:
    """Return the ids of the articles, and the URLs of the list pages, that a list page links to, in order.

    Raises DamagedPageError for a page with too many addresses. Takes time linear in the page's length.
    """
    text = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), decode(body))
    hrefs = _collect(chain(_find_values(text), _find_words(text)), MOST_LINKS)
    ids, others = _select_ids(hrefs, url, site, section_id)
    lists = dict.fromkeys(page for href in others if (page := _find_list_page(href, url, site, section_id)))
    return ids, list(lists)


def decode(body: bytes) -> str:
    """Return a page's text for finding links: addresses are ASCII, so a wrong guess of encoding does no harm."""
    encoding, bom = read_bom(body)
    return body[len(bom or b"") :].decode(encoding or "utf-8", errors="replace").replace("\\/", "/")  # as in JSON


def _find_values(text: str) -> Iterator[str]:
    """Yield the values of attributes that hold addresses."""
    for value in _VALUE.finditer(text):
        yield value[1] or value[2] or ""


def _find_words(text: str) -> Iterator[str]:
    """Yield every word that has the suffix of a page."""
    for suffix in _PAGE_SUFFIX.finditer(text):
        before = text[max(0, suffix.start() - _MAX_PATH) : suffix.start()]
        start = _WORD.match(before[::-1])[0][::-1]  # type: ignore[index]  # it matches nothing, too
        yield start.rpartition("=")[2] + suffix[0]  # what is before "=" is the name of an attribute without quotes


def _collect(hrefs: Iterable[str], most: int) -> dict[str, None]:
    """Return addresses in order, each once; raise DamagedPageError if there are more than ``most``."""
    found = dict.fromkeys(hrefs)
    if len(found) > most:
        raise DamagedPageError(f"it has more than {most} links, as no page of this site does")
    return found


def _select_ids(hrefs: Iterable[str], url: str, site: str, section_id: str) -> tuple[list[int], list[str]]:
    """Return the ids of the section's articles, and the other addresses: a folder is of one section."""
    base = urljoin(url, ".")  # the same for all articles
    ids: dict[int, None] = {}
    others: list[str] = []
    for href in hrefs:
        article = _ARTICLE.fullmatch(href)
        if article and _leads_to_section(base, article[1], site, section_id):
            ids[int(article[2])] = None
        else:
            others.append(href)
    ids.pop(0, None)
    return list(ids), others


@lru_cache(maxsize=256)
def _leads_to_section(base: str, folder: str, site: str, section_id: str) -> bool:
    """Return whether a folder, relative to ``base``, has articles of the section."""
    try:
        return urls.find_own_id(urljoin(base, clean_href(f"{folder}1.aspx")), site, section_id) is not None
    except ValueError:
        return False


def _find_list_page(href: str, url: str, site: str, section_id: str) -> str | None:
    """Return the URL of the list page that an address leads to, None for another one."""
    if len(href) > _MAX_URL or not _LIST_PAGE.match(href):
        return None
    try:
        return urls.find_list_url(urljoin(url, clean_href(href)), site, section_id)
    except ValueError:
        return None
