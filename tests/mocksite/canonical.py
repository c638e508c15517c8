"""The truth about a body: clean HTML, text, images and files, written from the blocks and never read from a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from tests.mocksite.blocks import Block, Break, Image, Inline, Items, Paragraph, Quote, Run, Table

FILE_ENDINGS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def body_html(blocks: tuple[Block, ...], url: str) -> str:
    """Return the clean HTML of a body on the page `url`: one top-level block a line, absolute addresses."""
    return "\n".join(line for block in blocks for line in _block_html(block, url))


def body_text(blocks: tuple[Block, ...]) -> str:
    """Return the paragraphs of a body, parted by one blank line."""
    return "\n\n".join(paragraphs(blocks))


def paragraphs(blocks: tuple[Block, ...]) -> list[str]:
    """Return the paragraphs of a body: a list item is one, a table row is one, two ``<br>`` part two."""
    return [part for block in blocks for part in _texts(block) if part]


def images(blocks: tuple[Block, ...], url: str) -> list[dict[str, str | None]]:
    """Return the images of a body on the page `url`, in order, a worthless alt as None."""
    found = [inline for inline in _inlines(blocks) if isinstance(inline, Image)]
    return [{"url": urljoin(url, image.src), "alt": image.alt or None} for image in found]


def files(blocks: tuple[Block, ...], url: str) -> list[dict[str, str]]:
    """Return the links of a body that lead to documents, in order."""
    found = [inline for inline in _inlines(blocks) if isinstance(inline, Run) and inline.href]
    return [
        {"url": urljoin(url, run.href), "name": run.text}
        for run in found
        if run.href.rpartition("/")[2].rpartition(".")[2].lower() in FILE_ENDINGS
    ]


def word_count(text: str) -> int:
    """Return the words of a text: each Han character is one, so is each other token with a letter or a digit."""
    tokens = HAN.sub(" ", text).split()
    return len(HAN.findall(text)) + sum(1 for token in tokens if any(map(str.isalnum, token)))


def language(text: str) -> str:
    """Return ``zh`` when more than half of the letters are Han characters, else ``en``."""
    return "zh" if 2 * len(HAN.findall(text)) > sum(map(str.isalpha, text)) else "en"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;")


def _inline_html(inline: Inline, url: str) -> str:
    if isinstance(inline, Break):
        return "<br>"
    if isinstance(inline, Image):
        return f'<img src="{_attribute(urljoin(url, inline.src))}" alt="{_attribute(inline.alt)}">'
    text = _escape(inline.text)
    if inline.href and not inline.href.startswith("javascript:"):
        text = f'<a href="{_attribute(urljoin(url, inline.href))}">{text}</a>'
    return f"<{inline.mark}>{text}</{inline.mark}>" if inline.mark else text


def _line(inlines: tuple[Inline, ...], url: str) -> str:
    return "".join([_inline_html(inline, url) for inline in inlines])


def _block_html(block: Block, url: str) -> Iterator[str]:
    """Yield the HTML of a block; two ``<br>`` make two paragraphs of one."""
    if isinstance(block, Paragraph):
        yield from (f"<{block.tag}>{_line(part, url)}</{block.tag}>" for part in _split(block.inlines))
    elif isinstance(block, Quote):
        inside = "".join([html for one in block.paragraphs for html in _block_html(one, url)])
        yield f"<blockquote>{inside}</blockquote>"
    elif isinstance(block, Items):
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.start != 1 else ""
        yield f"<{tag}{start}>{''.join([f'<li>{_line(item, url)}</li>' for item in block.items])}</{tag}>"
    else:
        yield f"<table><tbody>{_rows_html(block)}</tbody></table>"


def _rows_html(table: Table) -> str:
    rows = ["".join([f"<td>{_escape(text)}</td>" for text in row]) for row in table.rows]
    if table.caption_row:
        rows.insert(0, f'<td colspan="{len(table.rows[0])}">{_escape(table.caption_row)}</td>')
    return "".join([f"<tr>{row}</tr>" for row in rows])


def _split(inlines: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """Yield the inlines between two ``<br>`` in a row and the next two."""
    start = 0
    for at, inline in enumerate(inlines):
        if isinstance(inline, Break) and inline.times > 1:
            yield inlines[start:at]
            start = at + 1
    yield inlines[start:]


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from _inline_text(block.inlines)
    elif isinstance(block, Quote):
        for paragraph in block.paragraphs:
            yield from _inline_text(paragraph.inlines)
    elif isinstance(block, Items):
        for item in block.items:
            yield from _inline_text(item)
    else:
        yield block.caption_row
        yield from (" ".join(filter(None, row)) for row in block.rows)


def _inline_text(inlines: tuple[Inline, ...]) -> Iterator[str]:
    for part in _split(inlines):
        yield "".join(" " if isinstance(one, Break) else one.text for one in part if not isinstance(one, Image))


def _inlines(blocks: tuple[Block, ...]) -> Iterator[Inline]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.inlines
        elif isinstance(block, Quote):
            yield from _inlines(block.paragraphs)
        elif isinstance(block, Items):
            for item in block.items:
                yield from item
