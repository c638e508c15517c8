"""The body of an article: HTML read as browsers read it, written as clean HTML, text and Markdown."""

from __future__ import annotations

from typing import NamedTuple

from sassspider.body.html import write_html
from sassspider.body.markdown import write_markdown
from sassspider.body.reader import read_blocks
from sassspider.body.text import find_attachments, find_images, list_shown, write_text
from sassspider.items import Attachment, Image


class Body(NamedTuple):
    """A body in its three forms; in their order, the pictures in it and the files that it links to."""

    html: str
    text: str
    markdown: str
    images: list[Image]
    attachments: list[Attachment]


def read_body(markup: str, base_url: str) -> Body:
    """Read the CDATA as served; links are made absolute against ``base_url``, the article's URL.

    Raises DamagedPageError for a body that is cut, or larger than any article's.
    """
    blocks = read_blocks(markup, base_url)
    shown = list_shown(blocks)
    return Body(
        write_html(blocks),
        write_text(blocks),
        write_markdown(blocks),
        find_images(shown),
        find_attachments(shown),
    )
