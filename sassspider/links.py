"""Every link on a page of unknown shape.

The list page's body has never been seen, and a damaged page must still lead on to its neighbours: so
links are found in the page's characters, not in a tree. HTML, XML, HTML inside CDATA or escaped inside
XML, and addresses in scripts or plain text all read the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import urljoin

from w3lib.encoding import read_bom

from sassspider.page import DamagedPageError
from sassspider.urls import Link, article_link, classify, match_own_articles

_VALUE = r"""\s*(?:"([^"<>]*)"|'([^'<>]*)')"""
_ATTRIBUTE = re.compile(rf"\b(?:href|src|url|link|value)\s*={_VALUE}", re.IGNORECASE)
# The same where no space is before the equals sign: a pattern that starts with the sign is found twenty times as fast.
_TIGHT_ATTRIBUTE = re.compile(
    rf"=(?:(?<=\bhref=)|(?<=\bsrc=)|(?<=\burl=)|(?<=\blink=)|(?<=\bvalue=)){_VALUE}", re.IGNORECASE
)
_SPACED = re.compile(r"""=(?<=\s=)\s*["']""")
_DELIMITER = re.compile(r"""[\s"'<>(),;\\]+""")
# Ended by a semicolon: in an address, as browsers read it, ``&section=4`` is no section sign.
_REFERENCE = re.compile(r"&#?\w{1,32};", re.ASCII)
_PAGE_SUFFIX = ".aspx"
_SUFFIX = re.compile(re.escape(_PAGE_SUFFIX), re.IGNORECASE | re.ASCII)
_MAX_URL = 2048
# A page with more of them is a trap: to follow it would keep a crawl, and its site, busy for weeks.
LIST_LINKS = 25_000  # room for every article of a section on one page
MOST_LOOKED_AT = 100_000  # links that lead elsewhere counted too
ARTICLE_LINKS = 1_000  # twenty-two, and those in the text
MOST_REFERENCES = 300_000  # a list that has its markup escaped has a dozen for each article
MOST_BYTES = 10_000_000  # four hundred for each article
_LONG = 1_000_000  # bytes
# A text with a single character beyond the first 65,536, which begin with these, takes four bytes for each of all.
_WITHOUT_RARE = bytes([*range(0xF0), *b"?" * 16])


def find_article_links(body: bytes, url: str, site: str, section_id: str, most: int = ARTICLE_LINKS) -> list[Link]:
    """Return the articles among the links of ``find_section_links``.

    Takes a fifth of its time for a page on which every link to a page is written as the site writes it.
    """
    folder = f"{site}/{section_id}/"
    if url.startswith(folder) and "/" not in url[len(folder) :].partition("?")[0] and b"\0" not in body:
        own, other = _compile_usual_links(site, section_id)
        ids = own.findall(body)
        if len(ids) <= most and len(ids) + len(other.findall(body)) == body.lower().count(b".aspx"):
            return [article_link(site, section_id, one) for one in dict.fromkeys(map(int, ids))]
    return [link for link in find_section_links(body, url, site, section_id, most) if link.kind == "article"]


@lru_cache(maxsize=8)
def _compile_usual_links(site: str, section_id: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return patterns of links as the site writes them: to articles of the section (group 1: id), and to others."""
    begin, section = rb'="(?:\.\.|%b)?/' % re.escape(site).encode(), section_id.encode()
    own = rb'%b%b/([1-9][0-9]{0,17})\.aspx"' % (begin, section)
    other = rb'%b(?:(?!%b/)[0-9]+/[0-9]+|[0-9]+/default)\.aspx"' % (begin, section)
    return re.compile(own), re.compile(other)


def decode(body: bytes) -> str:
    """Text of a page for finding links: addresses are ASCII, so a wrong guess of encoding does no harm."""
    encoding, bom = read_bom(body)
    if encoding in (None, "utf-8") and len(body) > _LONG:
        body = body.translate(_WITHOUT_RARE)
    return body[len(bom or b"") :].decode(encoding or "utf-8", errors="replace")


def find_links(text: str, base_url: str) -> Iterator[str]:
    """Yield the absolute form of everything on the page that may be a link, in order, with repeats.

    ``text`` is the page's characters, ``base_url`` its URL. Takes time linear in the text's length.
    """
    return (url for href in _find_hrefs(text) if (url := _join(href, base_url)) is not None)


def find_section_links(body: bytes, url: str, site: str, section_id: str, most: int = LIST_LINKS) -> list[Link]:
    """What a page served at ``url`` links to of one section: articles and list pages, in order, each once.

    Raises DamagedPageError if there are more than ``most``, and for a page that is larger than any real one.
    """
    if len(body) > MOST_BYTES:
        raise DamagedPageError(f"it has more than {MOST_BYTES:,} bytes")
    text = decode(body)
    if text.count("&") > MOST_REFERENCES:
        raise DamagedPageError(f"it has more than {MOST_REFERENCES:,} references")
    found: dict[Link, None] = {}
    match = match_own_articles(url, site, section_id)
    for number, href in enumerate(_each_once(_find_hrefs(text))):
        if own := match(href):
            found[article_link(site, section_id, int(own[1]))] = None
        elif joined := _join(href, url):
            link = _classify(joined, site, section_id)
            if link is not None:
                found[link] = None
        if len(found) > most or number > MOST_LOOKED_AT:
            raise DamagedPageError(f"it has more than {most} links, as no page of this site does")
    return list(found)


def _each_once(words: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for word in words:
        if word not in seen:
            seen.add(word)
            yield word


_classify = lru_cache(maxsize=4096)(classify)  # every page names the section's newest and most read articles


def _find_hrefs(text: str) -> Iterator[str]:
    text = _REFERENCE.sub(_resolve, text) if "&" in text else text
    attribute = _ATTRIBUTE if _SPACED.search(text) else _TIGHT_ATTRIBUTE
    for quoted in attribute.finditer(text):
        yield quoted[1] if quoted[1] is not None else quoted[2]
    yield from map(_unquoted, _find_page_words(text))


def _resolve(reference: re.Match[str]) -> str:
    return _unescape(reference[0])


_unescape = lru_cache(maxsize=256)(html.unescape)  # a page has the same few references again and again


def _find_page_words(text: str) -> Iterator[str]:
    """Each run of characters between delimiters that has the suffix of a page."""
    end = 0
    for suffix in _SUFFIX.finditer(text):
        if suffix.start() < end:
            continue  # the word before has it twice
        before = text[end : suffix.start()]
        start = suffix.start() - len(_last_word(before))
        delimiter = _DELIMITER.search(text, suffix.end())
        end = delimiter.start() if delimiter else len(text)
        yield text[start:end]


def _last_word(text: str) -> str:
    """What follows the last delimiter of a text."""
    if text[-1:].isspace():
        return ""
    return _DELIMITER.split((text.rsplit(None, 1) or [""])[-1])[-1]


def _unquoted(word: str) -> str:
    """Drop what stands before an unquoted attribute's value (``href=default_2.aspx``)."""
    head, equals, tail = word.partition("=")
    return tail if equals and _PAGE_SUFFIX not in head.lower() else word


def _join(href: str, base_url: str) -> str | None:
    href = href.strip()
    if not href or len(href) > _MAX_URL or href.startswith(("#", "javascript:", "data:")):
        return None
    try:
        return urljoin(base_url, href)
    except ValueError:
        return None
