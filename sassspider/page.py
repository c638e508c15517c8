"""One answer of the site to a request for an article, and how it is read as XML."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_DOCTYPE = "it declares a document type (DOCTYPE)"


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


def parse_xml(body: bytes) -> etree._Element:
    """Parse a page strictly and return its root element.

    The bytes go in undecoded: XML's own declaration or BOM decides the encoding, whatever the HTTP
    header claimed (XML 1.0, appendix F). Raises DamagedPageError on anything that is not well formed, or
    that declares a document type: no page of the site has one, and entities are a way in.
    """
    if not body.strip():
        raise DamagedPageError("not XML: the body is empty")
    parser = _make_parser()
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise DamagedPageError(_explain(parser, body)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise DamagedPageError(_DOCTYPE)
    return root


def _make_parser() -> etree.XMLParser:
    return etree.XMLParser(
        recover=False,  # recovering loses text silently
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,  # more than 10 MB of text or 256 levels is no article of this site
        remove_comments=True,
        remove_pis=True,
    )


def _explain(parser: etree.XMLParser, body: bytes) -> str:
    # A document type can do its harm while it is parsed; in UTF-16 every other byte is zero.
    if b"<!DOCTYPE" in body.replace(b"\0", b""):
        return _DOCTYPE
    first = parser.error_log[0]  # what follows the first error is its consequence
    cause = first.message.splitlines()[0]
    return f"not well-formed XML: {cause}, line {first.line}, column {first.column}"
