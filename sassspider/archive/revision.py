"""What makes a new revision of an article: a change of its editorial fields."""

from __future__ import annotations

import hashlib
import json

from sassspider.items import Article

# Views, neighbours, date_modified, markup and white space make none: they change all the time, and nobody wrote them.
EDITORIAL_FIELDS = (
    "title",
    "subtitle",
    "editor",
    "byline",
    "source_name",
    "source_url",
    "date_published_raw",
    "body_text",
    "images",
    "attachments",
)


def digest(article: Article) -> str:
    """Hex SHA-256 that is equal for two states of an article with the same editorial fields."""
    state = [getattr(article, name) for name in EDITORIAL_FIELDS]
    return hashlib.sha256(json.dumps(state, ensure_ascii=True, sort_keys=True).encode()).hexdigest()
