"""Pages with something wrong in them: each is refused, or the article is right, as another reader sees it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import date
from typing import NamedTuple
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from sassspider.items import Article, find_invalid_fields
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError, Page
from tests.mocksite import COMMENTARY, Request, build_site

from .frozen import ACCEPTED, FETCHED_AT

SITE = build_site(seed=3, articles=12)
HOST = "http://127.0.0.1"
PAGES = [case.page for case in ACCEPTED] + [
    Page(
        f"{HOST}/{COMMENTARY}/{number}.aspx",
        SITE.respond(Request("GET", f"/{COMMENTARY}/{number}.aspx")).body,
        FETCHED_AT,
    )
    for number in SITE.ids()
]
PIECES = [
    b"<", b">", b"&", b"&amp;", b"&#60;", b"&lt;b&gt;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ?>", b'"', b"'",
    b"/", b"<p>", b"</p>", b"</div>", b"<div>", b"<h1>Other</h1>", b"<h4>2020-01-01</h4>", b"<h5>Else</h5>", b"<a/>",
    b"<x>", b"</h1>", b"<p><![CDATA[<p>Other</p>]]></p>", b'<meta id="7"/>', b"\0", b"\x1b", b"\xff", b"\xc2\x9b",
    b"\xe2\x80\xae", b"\r", b"\xef\xbb\xbf", b"<!DOCTYPE x>", b"&nbsp;", b"&#0;", b"&#xD800;", b"2026-13-45",
]  # fmt: skip
WINDOWS = {one: bytes([one]).decode("cp1252", errors="ignore") for one in range(0x80, 0xA0)}
ENCODINGS = [b'"gb18030"', b'"iso-8859-1"', b'"utf-16"', b'"ascii"', b'"x"']


@st.composite
def mutated(draw: st.DrawFn) -> Page:
    """A page with one to three changes, near a place where something begins as often as anywhere."""
    page = draw(st.sampled_from(PAGES))
    body = page.body
    for _ in range(draw(st.integers(1, 3))):
        at, end = sorted((draw(_place(body)), draw(_place(body))))
        other = draw(st.sampled_from(PAGES)).body
        start, middle, rest = body[:at], body[at:end], body[end:]
        body = draw(
            st.sampled_from(
                [
                    start + draw(st.binary(min_size=1, max_size=1)) + body[at + 1 :],
                    start + draw(st.sampled_from(PIECES)) + middle + rest,
                    start,
                    start + rest,
                    start + middle + middle + rest,
                    start + rest + middle,
                    start + other[draw(_place(other)) :],
                    body.replace(b'"utf-8"', draw(st.sampled_from(ENCODINGS))),
                ]
            )
        )
    return Page(page.url, body, FETCHED_AT)


def _place(body: bytes) -> st.SearchStrategy[int]:
    starts = [number for number, one in enumerate(body) if one == ord("<")]
    return st.integers(0, len(body)) | (st.sampled_from(starts) if starts else st.just(0))


def read(page: Page) -> Article | None:
    """The article, or None when the page is refused."""
    try:
        return read_article(page)
    except DamagedPageError as error:
        assert "\n" not in str(error)
        return None


class Fields(NamedTuple):
    """The fields that expat, another XML parser, finds: of texts only letters and digits, of the body its HTML."""

    id: str | None
    section: str | None
    title: str
    byline: str
    day: str | None
    body: str


def read_other(page: Page) -> Fields | None:
    """Return what the other reader finds, or None for an encoding or a name that it does not know."""
    try:
        root = ElementTree.fromstring(page.body)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    texts = {name: "".join(map(_text, root.findall(f"body/div/{name}"))) for name in ("h1", "h4", "h5", "p")}
    meta = root.find("head/meta[@id]")
    return Fields(
        None if meta is None else meta.get("id"),
        root.get("class"),
        _letters(texts["h1"]),
        _letters(texts["h5"]),
        _day(texts["h4"]),
        texts["p"],
    )


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).translate(WINDOWS)


def _letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def _day(text: str) -> str | None:
    match = re.match(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text, re.ASCII)
    return date(*map(int, match.groups())).isoformat() if match else None


# The body's HTML to its text: random bodies are judged in tests/body, here none may lose its place.
BODIES = {found.body: read_article(page).body_text for page in PAGES if (found := read_other(page))}


def check(page: Page) -> bool:
    """Compare with the other reader; return whether both read the page, body and all."""
    article = read(page)
    if article is None:
        return False
    assert find_invalid_fields(article) == []
    json.dumps(asdict(article), ensure_ascii=False).encode()
    expected = read_other(page)
    if expected is None:
        return False
    assert expected.id is None or not expected.id.strip().isdigit() or int(expected.id) == article.id
    assert expected.section is None or expected.section.strip() == article.section_id
    assert _letters(article.title) == expected.title
    assert _letters(article.byline or "") == expected.byline
    assert article.date_published == expected.day
    assert article.body_text == BODIES.get(expected.body, article.body_text)
    return expected.body in BODIES


@settings(max_examples=700)
@given(mutated())
def test_changed_page_is_refused_or_right(page: Page) -> None:
    check(page)


def test_reference_parser_agrees_on_pages() -> None:
    """So that the test above says something: it judges most pages, body and all."""
    judged = [check(page) for page in PAGES]
    assert sum(judged) > len(PAGES) / 2


@settings(max_examples=400)
@given(st.sampled_from(PAGES), st.data())
def test_truncated_page_is_refused(page: Page, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(page.body) - 1))
    if page.body[length:].strip(b"\r\n\t \0"):
        assert read(Page(page.url, page.body[:length], FETCHED_AT)) is None
