"""Keep the bytes of refused pages, for a person to look at."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sassspider.page import Page
from sassspider.printable import truncate
from sassspider.urls import parse_article_url

MAX_PAGES = 500
MAX_BYTES = 100_000_000


class Quarantine:
    """A folder of refused pages: ``<section>-<id>-<digest>.xml`` as served, and ``.json`` with the reason.

    It holds at most 500 pages and 100 MB; beyond that a page is counted, not kept.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def keep(self, page: Page, reason: str) -> Path | None:
        """Write the page and the reason; return the path of the bytes, None if the folder is full. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_name(page)}.xml"
        if not path.exists() and self._is_full(len(page.body)):
            return None
        path.write_bytes(page.body)
        note = {"url": truncate(page.url), "reason": reason, "fetched_at": page.fetched_at, "bytes": len(page.body)}
        path.with_suffix(".json").write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path

    def _is_full(self, more: int) -> bool:
        sizes = [path.stat().st_size for path in self.folder.glob("*.xml")]
        return len(sizes) >= MAX_PAGES or sum(sizes) + more > MAX_BYTES


def _name(page: Page) -> str:
    """Return a file name made of digits only: nothing that the site sends can lead out of the folder."""
    digest = hashlib.sha256(page.body).hexdigest()[:12]
    parsed = parse_article_url(page.url)
    return f"{parsed.section_id}-{parsed.id}-{digest}" if parsed else f"page-{digest}"
