"""What a faithful crawler must make of an article: every exported field but ``body_markdown`` and ``fetched_at``."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from urllib.parse import urljoin

from tests.mocksite import canonical
from tests.mocksite.header import Header
from tests.mocksite.records import Content, Record
from tests.mocksite.sections import SECTIONS, article_url, section_url

HOME = "http://en.sass.cn"


class Neighbours(NamedTuple):
    """The ids before and after an article in its section."""

    previous_id: int | None
    next_id: int | None


def expected(content: Content, neighbours: Neighbours, base_url: str = HOME) -> dict[str, object]:
    """Return the exported fields of an article in their order, as served below `base_url` (no slash at its end)."""
    record = content.record
    url = base_url + article_url(record.section_id, record.id)
    text = canonical.body_text(content.blocks)
    return {
        "id": record.id,
        "url": url,
        "section_id": record.section_id,
        "section": SECTIONS[record.section_id].name,
        "breadcrumbs": _breadcrumbs(record, base_url),
        "title": record.title,
        **_header(record, content.header),
        "body_html": canonical.body_html(content.blocks, url),
        "body_text": text,
        "images": canonical.images(content.blocks, url),
        "attachments": _attachments(content, url),
        "word_count": canonical.word_count(text),
        "language": canonical.language(text),
        "views": record.views,
        "previous_id": neighbours.previous_id,
        "next_id": neighbours.next_id,
        "content_hash": content_hash(record.title, text),
        "duplicate_of": None,
        "date_removed": None,
    }


def content_hash(title: str, text: str) -> str:
    """Return the digest that tells re-posts: SHA-256 of title, U+001F and text in UTF-8."""
    return "sha256:" + hashlib.sha256(f"{title}\x1f{text}".encode()).hexdigest()


def _breadcrumbs(record: Record, base_url: str) -> list[dict[str, str]]:
    path = SECTIONS[record.section_id].path
    return [{"name": SECTIONS[part].name, "url": base_url + section_url(part)} for part in path]


def _header(record: Record, header: Header) -> dict[str, object]:
    return {
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
    }


def _attachments(content: Content, url: str) -> list[dict[str, str]]:
    printed = [
        {"url": urljoin(url, file.href), "name": file.printed or file.href.rpartition("/")[2]}
        for file in content.header.attachments
    ]
    return printed + canonical.files(content.blocks, url)
