"""A page of the site as served, and as XML: one that is damaged, oversized or declares a DOCTYPE is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict

from lxml import etree
from scrapy.http import Response

from sassspider.printable import truncate

# The site's longest pages have a few thousand of each. A tree takes some ten times the memory of its markup.
MAX_TAGS = 100_000
MAX_ATTRIBUTES = 200_000
ROOM_FOR_LISTS = 3  # times as much of each: a list may name every article of a section on one page
MAX_CHARACTERS = 500_000  # of one field, without pictures that stand in the body as data
MAX_BYTES = 5_000_000  # of an article's page, with such pictures; text may take four times as much once it is decoded
MAX_NAMESPACE = 300  # characters; lxml repeats a namespace's name in the name of each of its elements

_DOCTYPE = "it declares a document type (DOCTYPE)"
# An attribute follows white space. Without the lookbehind, which stands last so that the literal is searched for,
# a run of "xmlns" takes quadratic time.
_LONG_NAMESPACE = re.compile(
    rb"""xmlns(?<=\sxmlns)[^\s"'<>=]*+\s*+=\s*+(?:"[^"<]{%d}|'[^'<]{%d})""" % ((MAX_NAMESPACE + 1,) * 2)
)

# Browsers read more characters under this name than it has (WHATWG Encoding, 4.2).
_GB2312 = re.compile(rb"""\A(<\?xml[^<>]*encoding\s*=\s*["'])gb2312(?=["'])""", re.IGNORECASE)
_POSITION = re.compile(r", line \d+, column \d+\Z")  # what lxml adds to a message
_BLANK = b"\xef\xbb\xbf \t\r\n"  # a byte order mark and white space
_SOFT_ERROR_HEAD = 65536  # bytes from the start: these pages are small, and say soon what they are
_ARTICLE_LINK = re.compile(rb"/\d+/\d+\.aspx", re.IGNORECASE)
_SOFT_ERRORS = (
    (re.compile(rb"server error in '[^']*' application|<title>\s*runtime error", re.IGNORECASE), "an error page"),
    (re.compile(rb"<input[^<>]*type\s*=\s*[\"']?password", re.IGNORECASE), "a login page"),
    (re.compile("captcha|验证码".encode(), re.IGNORECASE), "a captcha"),
)

# Shared by the crawl and the archive's thread; lxml has a lock for it.
_PARSER = etree.XMLParser(
    recover=False,  # recovering loses text silently
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=False,  # libxml2's limits: 10 MB of text, 256 levels, few entities in each other
    remove_comments=True,
    remove_pis=True,
)


class DamagedPageError(ValueError):
    """The bytes are not a whole, well-formed page; the message says why."""


class ResponseHead(TypedDict):
    """The head of a response as it came: ``url`` may be a mirror's; ``address`` is the server's."""

    url: str
    protocol: str | None
    status: int
    headers: list[tuple[str, str]]
    address: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page as served: final URL, bytes, time of the response (ISO 8601 UTC) and its HTTP validators.

    ``head`` is the response's, None for a page from the archive. ``linked_ids`` are the section's articles that the
    page links to. ``only_if_changed``: the page was requested for its links; what is archived of it is updated only
    after an edit.
    """

    url: str
    body: bytes
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None
    linked_ids: frozenset[int] = frozenset()
    only_if_changed: bool = False
    head: ResponseHead | None = None


def make_page(response: Response, fetched_at: str) -> Page:
    """Return the page in a response, with its validators and its head."""
    etag, last_modified = _read_header(response, "ETag"), _read_header(response, "Last-Modified")
    return Page(response.url, response.body, fetched_at, etag, last_modified, head=_read_head(response))


def _read_head(response: Response) -> ResponseHead | None:
    """Return the head of a response, None for a page from the archive."""
    if response.request is None:
        return None
    headers = response.headers.items()
    return {
        "url": response.request.url,  # the response's own may have been changed to that of the site
        "protocol": response.protocol,
        "status": response.status,
        "headers": [(name.decode("latin-1"), one.decode("latin-1")) for name, values in headers for one in values],
        "address": str(response.ip_address) if response.ip_address else None,
    }


def _read_header(response: Response, name: str) -> str | None:
    """Return a header as served; None without one, and for one with characters that no validator has."""
    value = (response.headers.get(name) or b"").decode("latin-1")
    return value if value and value.isprintable() else None


def parse_xml(body: bytes, room: int = 1) -> etree._Element:
    """Parse the bytes of a page strictly and return its root element; ``room`` multiplies the limits of an article's.

    The XML's own declaration or BOM decides the encoding, whatever the HTTP header says (XML 1.0, appendix F).
    Raises DamagedPageError for a page that is empty, not well formed, larger than any real one, or declares a
    document type: no page of the site has one, and its entities could read files or exhaust memory.
    """
    if not body.strip():
        raise DamagedPageError("not XML: the body is empty")
    refuse_excess(len(body), MAX_BYTES * room, "bytes", "it")
    _refuse_before_parsing(body, room)
    try:
        root = etree.fromstring(_GB2312.sub(rb"\1gb18030", body), _PARSER)
    except etree.XMLSyntaxError as error:
        raise DamagedPageError(_explain(error, body)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise DamagedPageError(_DOCTYPE)
    return root


def is_xml(body: bytes) -> bool:
    """Return whether a page begins as the site's own do, with the declaration of XML."""
    return body.lstrip(_BLANK).startswith(b"<?xml")


def check_list_page(body: bytes) -> None:
    """Raise DamagedPageError for a list page of any shape that lacks its end or, if it is XML, is damaged."""
    if is_xml(body):
        parse_xml(body, ROOM_FOR_LISTS)
    elif b"<html" in (lower := body.lower()) and b"</html" not in lower:
        raise DamagedPageError("its end is missing")


def detect_soft_error(body: bytes) -> str | None:
    """Return what a response with status 200 has in place of a page ("a login page"), None if it may be a page.

    Only what is surely no page is detected: a list page may have any shape, and an article may write of captchas.
    """
    head = body[:_SOFT_ERROR_HEAD]
    if not head.strip(_BLANK):
        return "an empty response"
    if is_xml(head) or _ARTICLE_LINK.search(body):
        return None
    return next((name for pattern, name in _SOFT_ERRORS if pattern.search(head)), None)


def refuse_excess(count: int, most: int = MAX_CHARACTERS, things: str = "characters", place: str = "a field") -> None:
    """Raise DamagedPageError if a place on the page has more than ``most`` things."""
    if count > most:
        raise DamagedPageError(f"{place} has more than {most:,} {things}")


def _refuse_before_parsing(body: bytes, room: int) -> None:
    """Raise DamagedPageError for a page whose tree would take far more time or memory than its bytes."""
    if len(body) > MAX_TAGS:  # a shorter page has no room for too many, and to count takes time
        refuse_excess(body.count(b"<"), MAX_TAGS * room, "tags", "it")
        refuse_excess(body.count(b"="), MAX_ATTRIBUTES * room, "attributes", "it")
    text = body.replace(b"\0", b"")  # in UTF-16 and UTF-32 the other bytes of a letter are zero
    if b"xmlns" in text and _LONG_NAMESPACE.search(text):
        raise DamagedPageError(f"it has a namespace with a name of more than {MAX_NAMESPACE} characters")


def _explain(error: etree.XMLSyntaxError, body: bytes) -> str:
    """Return the reason why the page was refused, as the error has it: another thread may share the parser's log."""
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        return _DOCTYPE
    line, column = error.position
    cause = truncate(_POSITION.sub("", error.msg or "").partition("\n")[0])
    return f"not well-formed XML: {cause}, line {line}, column {column}"
