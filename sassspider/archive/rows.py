"""What is seen of an article as rows of the tables."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from sassspider.items import ARTICLE_FIELDS, Article
from sassspider.page import Page

_PRINTED = [name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed")]


def article_columns(article: Article) -> dict[str, Any]:
    """The article as its row; what only the archive knows of it stays as it is there."""
    return {name: getattr(article, name) for name in _PRINTED}


def author_rows(site: str, article: Article) -> Iterator[dict[str, Any]]:
    """The article's authors as their rows."""
    for position, name in enumerate(article.authors, start=1):
        yield {"site": site, "article_id": article.id, "position": position, "name": name}


def page_columns(page: Page) -> dict[str, Any]:
    """The page as its row."""
    return {
        "url": page.url,
        "body": zlib.compress(page.body),
        "fetched_at": page.fetched_at,
        "etag": page.etag,
        "last_modified": page.last_modified,
    }
