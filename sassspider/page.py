"""One answer of the site to a request for an article, and how it is read as XML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from sassspider.printable import shorten
from sassspider.prolog import DOCTYPE, find_fault

# The site's longest pages have a few thousand of each. A tree takes some ten times the memory of its markup.
MAX_TAGS = 100_000
MAX_ATTRIBUTES = 200_000
ROOM_FOR_LISTS = 3  # times as many tags and attributes: a list may name every article of a section on one page
MAX_CHARACTERS = 500_000  # of one field; pictures that stand in the body as data are none of it
MAX_BYTES = 5_000_000  # of an article's page, with such pictures; text may take four times as much where it is read

_STRICT: dict[str, Any] = {
    "recover": False,  # recovering loses text silently
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,  # more than 10 MB of text or 256 levels is no article of this site
    "remove_comments": True,
    "remove_pis": True,
}
_PARSER = etree.XMLParser(**_STRICT)  # keeps nothing from page to page but the errors of the last


class DamagedPageError(ValueError):
    """The bytes are not a whole, well-formed page; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """The answer: its final URL, the bytes as served, when they came (ISO 8601 UTC), and its HTTP validators."""

    url: str
    body: bytes
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None


class _NoTree:
    """Takes what a parser finds, and keeps nothing of it."""

    def doctype(self, _name: str, _public: str, _system: str) -> None:
        """A document type, should one come that was not seen before."""
        raise DamagedPageError(DOCTYPE)

    def close(self) -> None:
        """The document has ended."""


def parse_xml(body: bytes) -> etree._Element:
    """Parse a page strictly and return its root element.

    The bytes go in undecoded: XML's own declaration or BOM decides the encoding, whatever the HTTP
    header claimed (XML 1.0, appendix F). Raises DamagedPageError on anything that is not well formed, or
    that declares a document type: no page of the site has one, and entities are a way in. Memory and time
    are bounded for any bytes of a size that is downloaded.
    """
    if not body.strip():
        raise DamagedPageError("not XML: the body is empty")
    if len(body) > MAX_BYTES:
        raise DamagedPageError(f"it has more than {MAX_BYTES:,} bytes")
    _refuse_before_parsing(body)
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise DamagedPageError(_explain(_PARSER, body)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise DamagedPageError(DOCTYPE)
    return root


def check_list(body: bytes) -> None:
    """Raise DamagedPageError, as ``parse_xml`` does, for a list page that is no whole XML; no tree is made of it."""
    _refuse_before_parsing(body, ROOM_FOR_LISTS)
    parser = etree.XMLParser(target=_NoTree(), **_STRICT)  # type: ignore[arg-type]  # the rest may lack
    try:
        etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedPageError(_explain(parser, body)) from error


def refuse_excess(tags: int = 0, attributes: int = 0, characters: int = 0, room: int = 1) -> None:
    """Raise DamagedPageError for a page, or one field of it, that is larger than any real one."""
    if tags > MAX_TAGS * room:
        raise DamagedPageError(f"it has more than {MAX_TAGS * room:,} tags")
    if attributes > MAX_ATTRIBUTES * room:
        raise DamagedPageError(f"it has more than {MAX_ATTRIBUTES * room:,} attributes")
    if characters > MAX_CHARACTERS:
        raise DamagedPageError(f"a field has more than {MAX_CHARACTERS:,} characters")


def _refuse_before_parsing(body: bytes, room: int = 1) -> None:
    """What need not get as far as libxml2: told from the bytes, which the encodings let through allow."""
    if len(body) > MAX_TAGS:  # a shorter one has no room for too much
        refuse_excess(body.count(b"<"), body.count(b"="), room=room)
    if fault := find_fault(body):
        raise DamagedPageError(fault)


def _explain(parser: etree.XMLParser, body: bytes) -> str:
    # A document type can do its harm while it is parsed; in UTF-16 every other byte is zero.
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        return DOCTYPE
    first = parser.error_log[0]  # what follows the first error is its consequence
    cause = shorten(first.message.splitlines()[0])
    return f"not well-formed XML: {cause}, line {first.line}, column {first.column}"
