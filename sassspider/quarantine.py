"""Where the bytes of refused pages are kept, so that a person can look at what the site sent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sassspider.page import Page
from sassspider.printable import truncate
from sassspider.urls import parse_article_url


class Quarantine:
    """A folder of refused pages: ``<section>-<id>-<digest>.xml`` as served and, beside it, ``.json`` saying why."""

    def __init__(self, folder: Path):
        self.folder = folder

    def keep(self, page: Page, reason: str) -> Path:
        """Write the page and the reason; return the path of the bytes. The same bytes are kept once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{_name(page)}.xml"
        path.write_bytes(page.body)
        note = {"url": truncate(page.url), "reason": reason, "fetched_at": page.fetched_at, "bytes": len(page.body)}
        path.with_suffix(".json").write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return path


def _name(page: Page) -> str:
    """File name made of digits only: nothing that the site sends can lead out of the folder."""
    digest = hashlib.sha256(page.body).hexdigest()[:12]
    named = parse_article_url(page.url)
    return f"{named.section_id}-{named.id}-{digest}" if named else f"page-{digest}"
