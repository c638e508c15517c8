"""A second reader of pages, for tests, with another parser (expat): slow, narrow, and sure where it says anything."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree

WINDOWS = {one: bytes([one]).decode("cp1252", errors="ignore") for one in range(0x80, 0xA0)}


class Fields(NamedTuple):
    """What a page says: of texts only letters and digits, of the body its HTML."""

    id: str | None
    section: str | None
    title: str
    byline: str
    day: str | None
    body: str


class UnsureError(Exception):
    """This reader does not know the page's encoding, or its edition of XML."""


def letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def read(page: bytes) -> Fields | None:
    """What the page says; None when it is not well-formed or declares a type. Raises UnsureError."""
    target = _NoTypes()
    parser = ElementTree.XMLParser(target=target)
    try:
        parser.feed(page)
        root = parser.close()
    except ElementTree.ParseError as error:
        if "encoding" in str(error) or _is_odd_name(page, *error.position):
            raise UnsureError from None
        return None
    except (ValueError, LookupError):  # it reads encodings of one byte a character only
        raise UnsureError from None
    if target.types or root.tag != "html":
        return None
    texts = {name: "".join(map(_text, root.findall(f"body/div/{name}"))) for name in ("h1", "h4", "h5", "p")}
    meta = root.find("head/meta[@id]")
    return Fields(
        meta.get("id") if meta is not None else None,
        root.get("class"),
        letters(texts["h1"]),
        letters(texts["h5"]),
        _day(texts["h4"]),
        texts["p"],
    )


def _is_odd_name(page: bytes, line: int, column: int) -> bool:
    """Whether expat stumbled over a letter that names may have since the fifth edition of XML 1.0."""
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return not page.split(b"\n")[line - 1][column : column + 3].isascii()


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).translate(WINDOWS)


class _NoTypes(ElementTree.TreeBuilder):
    types = 0

    def doctype(self, *_given: object) -> None:
        self.types += 1


def _day(text: str) -> str | None:
    match = re.match(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text, re.ASCII)
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None
