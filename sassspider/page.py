"""One answer of the site to a request for an article, and how it is read as XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

# The site's longest pages have a few thousand of each. A tree takes some ten times the memory of its markup.
MAX_TAGS = 100_000
MAX_ATTRIBUTES = 200_000
ROOM_FOR_LISTS = 3  # times as many tags and attributes: a list may name every article of a section on one page
MAX_CHARACTERS = 500_000  # of one field; pictures that stand in the body as data are none of it

_DOCTYPE = "it declares a document type (DOCTYPE)"
# What may stand before the root element. Atomic and possessive: no input makes this go back.
_PROLOG_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?>\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_DECLARED = re.compile(rb"""[^<]{0,4}<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]*)""")
# libxml2 reads whatever iconv does, and in some of that (UTF-7, EBCDIC, JAVA) "<" need not be written as "<".
_ENCODING = re.compile(
    rb"utf-?8|utf-?(?:16|32)(?:le|be)?|ucs-?[24]|(?:us-)?ascii|iso[-_]8859[-_]\d{1,2}|latin-?\d|windows-125\d|cp125\d|"
    rb"gb_?2312(?:-80)?|gbk|cp936|gb18030|euc-(?:cn|jp|kr|tw)|big5(?:-hkscs)?|shift[-_]jis|koi8-[ru]",
    re.IGNORECASE,
)

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
    _refuse_before_parsing(body)
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise DamagedPageError(_explain(_PARSER, body)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise DamagedPageError(_DOCTYPE)
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
    ascii_only = body.replace(b"\0", b"") if b"\0" in body[:4] else body  # in UTF-16 every other byte is zero
    declared = _DECLARED.match(ascii_only)
    if declared and not _ENCODING.fullmatch(declared[1]):
        name = declared[1][:40].decode("ascii", errors="backslashreplace")
        raise DamagedPageError(f"not well-formed XML: Unsupported encoding: {name!r}")
    if _PROLOG_DOCTYPE.match(ascii_only):
        raise DamagedPageError(_DOCTYPE)


def _explain(parser: etree.XMLParser, body: bytes) -> str:
    # A document type can do its harm while it is parsed; in UTF-16 every other byte is zero.
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        return _DOCTYPE
    first = parser.error_log[0]  # what follows the first error is its consequence
    cause = first.message.splitlines()[0]
    return f"not well-formed XML: {cause}, line {first.line}, column {first.column}"
