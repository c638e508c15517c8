"""An archive of as many articles as a test of size needs, made faster than by a crawl."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from sassspider.archive.archive import Archive
from sassspider.archive.tables import articles, known_articles, pages, revisions, sections
from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import COMMENTARY, Site

FETCHED_AT = "2026-01-01T00:00:00Z"
CHUNK = 1000


def fill(url: str, site: Site, base_url: str) -> None:
    """Archive every article of the site's commentary, the section complete; the texts are short stand-ins."""
    key = urlsplit(base_url).netloc
    with Archive.open(url) as archive, archive.engine.begin() as connection:
        for rows in _chunks(list(_rows(site, base_url, key))):
            connection.execute(revisions.insert(), [_revision(row) for row in rows])
            connection.execute(pages.insert(), [_page(row) for row in rows])
            connection.execute(articles.insert(), rows)
            connection.execute(
                known_articles.insert(),
                [{"site": key, "section_id": COMMENTARY, "article_id": row["id"], "removed": 0} for row in rows],
            )
        connection.execute(sections.insert().values(site=key, section_id=COMMENTARY, completed_at=FETCHED_AT))


def _rows(site: Site, base_url: str, key: str) -> Iterator[dict[str, Any]]:
    for number, article_id in enumerate(site.ids(COMMENTARY), start=1):
        record = site.record(article_id)
        previous_id, next_id = site.neighbours(article_id)
        day = str(record.published)[:10]
        yield {
            **dict.fromkeys(ARTICLE_FIELDS),
            **{name: [] for name in ("breadcrumbs", "authors", "images", "attachments")},
            "site": key,
            "id": article_id,
            "url": f"{base_url}/{COMMENTARY}/{article_id}.aspx",
            "section_id": COMMENTARY,
            "title": record.title,
            "date_published": day,
            "date_published_raw": f"{day} 12:00",
            "body_html": "<p>Text.</p>",
            "body_text": "Text.",
            "body_markdown": "Text.",
            "word_count": 1,
            "language": "en",
            "previous_id": previous_id,
            "next_id": next_id,
            "content_hash": f"sha256:{article_id:064d}",
            "fetched_at": FETCHED_AT,
            "revision_id": number,
            "first_sequence": number,
            "sequence": number,
        }


def _revision(row: dict[str, Any]) -> dict[str, Any]:
    own = {"id": row["revision_id"], "site": row["site"], "article_id": row["id"], "editorial_hash": str(row["id"])}
    return {**own, "first_seen": FETCHED_AT, "last_seen": FETCHED_AT}


def _page(row: dict[str, Any]) -> dict[str, Any]:
    body = zlib.compress(b"<html/>")
    return {"revision_id": row["revision_id"], "url": row["url"], "body": body, "fetched_at": FETCHED_AT}


def _chunks(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
