"""The article that a crawl must give: every exported field but ``body_markdown`` and ``fetched_at``.

It is written from the blocks of the content, never read from a page.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from tests.mocksite.content import Block, Break, Image, Inline, Items, Paragraph, Quote, Run, Table
from tests.mocksite.corpus import SECTIONS, Content, article_url, section_url

HOME = "http://en.sass.cn"
FILE_ENDINGS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def expected_article(
    content: Content, neighbours: tuple[int | None, int | None], base_url: str = HOME
) -> dict[str, object]:
    """Return the exported fields in their order, as served below `base_url` (without a slash at its end)."""
    record, header = content.record, content.header
    section = SECTIONS[record.section_id]
    url = base_url + article_url(record.section_id, record.id)
    text = body_text(content.blocks)
    return {
        "id": record.id,
        "url": url,
        "section_id": record.section_id,
        "section": section.name,
        "breadcrumbs": [{"name": SECTIONS[one].name, "url": base_url + section_url(one)} for one in section.path],
        "title": record.title,
        "subtitle": header.subtitle or None,
        "editor": record.editor or None,
        "byline": header.byline or None,
        "authors": list(header.authors),
        "source_name": header.source_name.strip() or None,
        "source_url": header.source_href if header.source_href.startswith("http") else None,
        "date_published": record.published[:10],
        "date_published_raw": record.published,
        "date_modified": record.modified[:10] or None,
        "date_modified_raw": record.modified or None,
        "body_html": body_html(content.blocks, url),
        "body_text": text,
        "images": _images(content.blocks, url),
        "attachments": _attachments(content, url),
        "word_count": _word_count(text),
        "language": "zh" if 2 * len(HAN.findall(text)) > sum(map(str.isalpha, text)) else "en",
        "views": record.views,
        "previous_id": neighbours[0],
        "next_id": neighbours[1],
        "content_hash": "sha256:" + hashlib.sha256(f"{record.title}\x1f{text}".encode()).hexdigest(),
        "duplicate_of": None,
        "date_removed": None,
    }


def body_html(blocks: tuple[Block, ...], url: str) -> str:
    """Return the clean HTML of a body on the page `url`: one top-level block a line, absolute addresses."""
    return "\n".join(line for block in blocks for line in _block_html(block, url))


def body_text(blocks: tuple[Block, ...]) -> str:
    """Return the paragraphs of a body with blank lines between: a list item, a table row, a part at ``<br><br>``."""
    return "\n\n".join(part for block in blocks for part in _paragraphs(block) if part)


def _word_count(text: str) -> int:
    """Return the number of words: each Han character, and each other token with a letter or a digit."""
    tokens = HAN.sub(" ", text).split()
    return len(HAN.findall(text)) + sum(1 for token in tokens if any(map(str.isalnum, token)))


def _images(blocks: tuple[Block, ...], url: str) -> list[dict[str, str | None]]:
    found = [inline for block in blocks for line in _lines(block) for inline in line if isinstance(inline, Image)]
    return [{"url": urljoin(url, image.src), "alt": image.alt or None} for image in found]


def _attachments(content: Content, url: str) -> list[dict[str, str]]:
    """Return the printed attachments, then the body's links to documents."""
    found = [(file.href, file.printed or file.href.rpartition("/")[2]) for file in content.header.attachments]
    runs = [one for block in content.blocks for line in _lines(block) for one in line if isinstance(one, Run)]
    found += [(run.href, run.text) for run in runs if _is_document(run.href)]
    return [{"url": urljoin(url, href), "name": name} for href, name in found]


def _is_document(href: str) -> bool:
    return href.rpartition("/")[2].rpartition(".")[2].lower() in FILE_ENDINGS


def _block_html(block: Block, url: str) -> Iterator[str]:
    """Yield the HTML of a block; two ``<br>`` make two paragraphs of one."""
    if isinstance(block, Paragraph):
        yield from (f"<{block.tag}>{_line_html(part, url)}</{block.tag}>" for part in _split(block.inlines))
    elif isinstance(block, Quote):
        inner = "".join([html for one in block.paragraphs for html in _block_html(one, url)])
        yield f"<blockquote>{inner}</blockquote>"
    elif isinstance(block, Items):
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.start != 1 else ""
        yield f"<{tag}{start}>{''.join([f'<li>{_line_html(item, url)}</li>' for item in block.items])}</{tag}>"
    else:
        yield f"<table><tbody>{_rows_html(block)}</tbody></table>"


def _line_html(inlines: tuple[Inline, ...], url: str) -> str:
    return "".join([_inline_html(inline, url) for inline in inlines])


def _inline_html(inline: Inline, url: str) -> str:
    if isinstance(inline, Break):
        return "<br>"
    if isinstance(inline, Image):
        return f'<img src="{_attribute(urljoin(url, inline.src))}" alt="{_attribute(inline.alt)}">'
    text = _escape(inline.text)
    if inline.href and not inline.href.startswith("javascript:"):
        text = f'<a href="{_attribute(urljoin(url, inline.href))}">{text}</a>'
    return f"<{inline.mark}>{text}</{inline.mark}>" if inline.mark else text


def _rows_html(table: Table) -> str:
    rows = ["".join([f"<td>{_escape(text)}</td>" for text in row]) for row in table.rows]
    if table.caption_row:
        rows.insert(0, f'<td colspan="{len(table.rows[0])}">{_escape(table.caption_row)}</td>')
    return "".join([f"<tr>{row}</tr>" for row in rows])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;")


def _split(inlines: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """Yield the inlines between two ``<br>`` in a row and the next two."""
    start = 0
    for at, inline in enumerate(inlines):
        if isinstance(inline, Break) and inline.times > 1:
            yield inlines[start:at]
            start = at + 1
    yield inlines[start:]


def _paragraphs(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield block.caption_row
        yield from (" ".join(filter(None, row)) for row in block.rows)
    for line in _lines(block):
        for part in _split(line):
            yield "".join(" " if isinstance(one, Break) else one.text for one in part if not isinstance(one, Image))


def _lines(block: Block) -> Iterator[tuple[Inline, ...]]:
    """Yield the inlines of each paragraph of a block; a table has none."""
    if isinstance(block, Paragraph):
        yield block.inlines
    elif isinstance(block, Quote):
        yield from (paragraph.inlines for paragraph in block.paragraphs)
    elif isinstance(block, Items):
        yield from block.items
