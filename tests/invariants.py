"""Rules that the reading of any bytes keeps: it raises DamagedPageError, or returns a safe and complete article."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from sassspider.body import Body
from sassspider.exporters.plain import dump_line
from sassspider.items import Article, find_invalid_fields
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError, Page

from .body.checks import body_of, find_cleaning_failure, find_markdown_failure

URL = "http://en.sass.cn/103002/41.aspx"
FETCHED_AT = "2026-02-01T08:00:00Z"
LONG_FIELDS = {"body_html", "body_text", "body_markdown"}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0\ufffe\ufeff]")

_TEMPLATE = (
    '<?xml version="1.0" encoding="utf-8"?><html class="103002"><head><meta id="41"/></head><body><div><h1>Ferries</h1>'
    "<h4>2025-03-04</h4><p><![CDATA[{}]]></p></div></body></html>"
)


def wrap(markup: bytes) -> bytes:
    """Return a page with this body."""
    text = markup.decode(errors="replace").replace("]]>", "]]]]><![CDATA[>")
    return _TEMPLATE.format(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)).encode()


def hold(data: bytes) -> bool:
    """Read bytes, a page or a body; return whether they are an article.

    Raises AssertionError if the article breaks a rule.
    """
    is_page = data.lstrip(b"\xef\xbb\xbf\xff\xfe\0").startswith((b"<\0?", b"<?xml"))
    page = Page(URL, data if is_page else wrap(data), FETCHED_AT)
    try:
        article = read_article(page)
    except DamagedPageError as error:
        assert str(error)
        assert "\n" not in str(error)
        return False
    _check_fields(article)
    _check_body(body_of(article))
    assert find_invalid_fields(article) == []
    return True


def _check_body(body: Body) -> None:
    """Its forms have no white space around them, and say the same."""
    for made in (body.html, body.text, body.markdown):
        assert made == made.strip()
    assert body.text == "\n\n".join(" ".join(part.split()) for part in body.text.split("\n\n"))
    pictures = body.html.count("<img ")
    assert len(body.images) == pictures or ("<s>" in body.html and len(body.images) < pictures)  # deleted ones
    failure = find_cleaning_failure(body) or find_markdown_failure(body)
    assert failure is None, str(failure)


def _check_fields(article: Article) -> None:
    """A line of JSON Lines is one line, and no field has control characters."""
    fields = asdict(article)
    line = dump_line(fields)
    assert line.count(b"\n") == 1
    assert len(line.decode().splitlines()) == 1
    assert json.loads(line) == fields
    for name, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        assert not CONTROLS.search(text), name
        assert name in LONG_FIELDS or "\n" not in text, name
