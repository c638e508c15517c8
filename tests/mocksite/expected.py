"""The article that a crawl must give: every exported field but ``body_markdown`` and ``fetched_at``.

It is written from the blocks of the content, never read from a page.
"""

from __future__ import annotations

import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

from tests.mocksite.articles import NamedArticles
from tests.mocksite.content import attribute
from tests.mocksite.corpus import SECTIONS, Content, article_url, section_url

HOME = "http://en.sass.cn"
FILE_ENDINGS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def expected_article(content: Content, named: NamedArticles, base_url: str) -> dict[str, Any]:
    """Return the exported fields in their order, as served below `base_url` (without a slash at its end)."""
    record, header = content.record, content.header
    section = SECTIONS[record.section_id]
    url = base_url + article_url(record.section_id, record.id)
    text, images = body_text(content.blocks), _images(content.blocks, url)
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
        "images": images,
        "attachments": _attachments(content, url),
        "word_count": _word_count(text),
        "language": "zh" if 2 * len(HAN.findall(text)) > sum(map(str.isalpha, text)) else "en",
        "views": record.views,
        "previous_id": named.previous.id if named.previous else None,
        "next_id": named.next.id if named.next else None,
        "content_hash": "sha256:" + hashlib.sha256(f"{record.title}\x1f{text}".encode()).hexdigest(),
        "duplicate_of": None,
        "date_removed": None,
    }


def body_html(blocks: tuple[str, ...], url: str) -> str:
    """Return the clean HTML of a body on the page `url`: one top-level element a line, absolute addresses."""
    html = "\n".join(blocks).replace("<br><br>", "</p>\n<p>")
    html = re.sub('<a href="javascript:[^"]*">(.*?)</a>', r"\1", html)
    return re.sub('(href|src)="([^"]*)"', lambda match: f'{match[1]}="{attribute(_join(url, match[2]))}"', html)


def body_text(blocks: tuple[str, ...]) -> str:
    """Return the paragraphs of a body with blank lines between: a list item, a table row, a part at ``<br><br>``."""
    html = re.sub("<br><br>|</(?:p|h2|h3|li|tr)>", "\n", "".join(blocks))
    lines = re.sub("<[^>]+>", "", re.sub("<br>|</td>", " ", html)).split("\n")
    return "\n\n".join(" ".join(unescape(line).split()) for line in lines if line)


def _word_count(text: str) -> int:
    """Return the number of words: each Han character, and each other token with a letter or a digit."""
    tokens = HAN.sub(" ", text).split()
    return len(HAN.findall(text)) + sum(1 for token in tokens if any(map(str.isalnum, token)))


def _images(blocks: tuple[str, ...], url: str) -> list[dict[str, str | None]]:
    found = re.findall('<img src="([^"]*)" alt="([^"]*)">', "".join(blocks))
    return [{"url": _join(url, src), "alt": unescape(alt) or None} for src, alt in found]


def _attachments(content: Content, url: str) -> list[dict[str, str]]:
    """Return the printed attachments, then the body's links to documents."""
    found = [(file.href, file.printed or file.href.rpartition("/")[2]) for file in content.header.attachments]
    links = re.findall('<a href="([^"]*)">(.*?)</a>', "".join(content.blocks))
    found += [(href, unescape(text)) for href, text in links if href.rpartition(".")[2].lower() in FILE_ENDINGS]
    return [{"url": _join(url, href), "name": name} for href, name in found]


def _join(url: str, href: str) -> str:
    return urljoin(url, unescape(href))
