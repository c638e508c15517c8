"""The body of an article: HTML read as browsers read it, written as clean HTML, text and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import nh3

from sassspider.body.blocks import collect, join_markdown
from sassspider.body.line import Piece
from sassspider.body.marks import DELETED, LABEL, NO_MARKS, Link
from sassspider.body.reader import read_blocks
from sassspider.hrefs import file_name, is_document
from sassspider.items import Attachment, Image
from sassspider.page import refuse_excess
from sassspider.processors import normalize_whitespace

# What is left of a body's HTML; the site that is published adds to it.
TAGS = "p h1 h2 h3 h4 h5 h6 blockquote ul ol li hr table caption tbody tr th td br a img strong em u s sup sub code"
ATTRIBUTES = {
    "*": set[str](),  # nh3's own default would keep lang and title on every element
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
URL_SCHEMES = {"http", "https", "mailto"}
_CLEANER = nh3.Cleaner(tags=set(TAGS.split()), attributes=ATTRIBUTES, url_schemes=URL_SCHEMES, link_rel=None)


class Body(NamedTuple):
    """A body in its three forms; in their order, the pictures in it and the files that it links to."""

    html: str
    text: str
    markdown: str
    images: list[Image]
    attachments: list[Attachment]


def read_body(markup: str, base_url: str) -> Body:
    """Read the CDATA as served; links are made absolute against ``base_url``, the article's URL.

    nh3 has the last word on the HTML: it is safe to show. Raises DamagedPageError for a body that is cut, or larger
    than any article's.
    """
    blocks, pieces = read_blocks(markup, base_url)
    html, markdown = "\n".join(block.html for block in blocks), join_markdown(blocks)
    refuse_excess(max(len(html), len(markdown)))
    shown = [piece for piece in pieces if DELETED not in piece.marks]
    return Body(
        _CLEANER.clean(html),
        "\n\n".join(paragraph.text for paragraph in collect(blocks) if paragraph.text),
        markdown,
        [{"url": piece.url, "alt": piece.text or None} for piece in shown if piece.url],
        _find_attachments(shown),
    )


def _find_attachments(shown: Sequence[Piece]) -> list[Attachment]:
    """Return the files that a body links to or embeds, in order: named by the linked text, else by the file."""
    marks = NO_MARKS.union(*[piece.marks for piece in shown])
    documents = frozenset(mark for mark in marks if isinstance(mark, Link) and is_document(mark.url))
    found: list[Attachment] = []
    url = ""
    for piece in shown if documents else ():
        if not piece.text.isspace():
            before, url = url, next((link.url for link in documents & piece.marks), "")
            if url and url != before:
                found.append({"url": url, "name": ""})
        if url and LABEL not in piece.marks:
            found[-1]["name"] += " " if piece.url else piece.text
    for one in found:
        one["name"] = normalize_whitespace(one["name"]) or normalize_whitespace(file_name(one["url"]))
    return found
