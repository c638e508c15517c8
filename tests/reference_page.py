"""A second reader of pages, for tests (expat, html.parser): slow, narrow, and sure where it says anything."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

VOID = {"br", "img", "hr", "wbr", "col"}
PLAIN = VOID | {
    "p", "div", "span", "b", "i", "strong", "em", "u", "s", "a", "h2", "h3", "h4", "blockquote", "section", "center",
    "font", "form", "o:p", "sub", "sup",
}  # fmt: skip
PARAGRAPHS = {"p", "h2", "h3", "h4"}
DIGITS = {"sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"), "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")}
WINDOWS = {one: bytes([one]).decode("cp1252", errors="ignore") for one in range(0x80, 0xA0)}
HIDING = re.compile("display|visibility|mso-hide|mso-element")


class Fields(NamedTuple):
    """What a page says, letters and digits only where it is text; ``body`` is None where its HTML is not plain."""

    id: str | None
    section: str | None
    title: str
    byline: str
    day: str | None
    body: str | None


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
        _body(texts["p"]),
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


def _body(markup: str) -> str | None:
    reader = _read(markup)
    return None if reader.odd or reader.open else letters("".join(reader.texts))


def read_html(markup: str) -> list[str]:
    """The texts of any HTML."""
    return _read(markup).texts


def _read(markup: str) -> _Plain:
    reader = _Plain()
    reader.feed(markup)
    reader.close()
    return reader


class _Plain(HTMLParser):
    """Text of HTML whose elements are closed where they should be; ``odd`` tells that this is other HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.odd = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text() or ""
        tidy = re.fullmatch(r"""<[\w:]+(?:\s+[\w:-]+=(?:"[^"<>]*"|'[^'<>]*'))*\s*/?>""", text)
        self.odd |= tag not in PLAIN or tidy is None or (tag in PARAGRAPHS and bool(PARAGRAPHS & set(self.open)))
        self.odd |= tag in self.open and tag in ("a", "form")
        self.odd |= text.endswith("/>") and tag not in VOID
        given = {name: value or "" for name, value in attrs}
        self.odd |= HIDING.search(given.get("style", "")) is not None or "hidden" in given
        self.odd |= tag == "img" and not re.match(r"https?://|[\w./]+$", given.get("src", ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.odd |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        self.odd |= "<" in data or "\0" in data
        inside = self.open[-1] if self.open else ""
        self.texts.append(data.translate(DIGITS[inside]) if inside in DIGITS and data.isdecimal() else data)

    def handle_comment(self, data: str) -> None:
        self.odd = True

    handle_decl = handle_pi = unknown_decl = handle_comment
