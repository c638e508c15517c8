"""The frozen pages under ``pages/``: bytes as the site serves them, and the item each must give."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sassspider.items import Article
from sassspider.page import Page

PAGES = Path(__file__).parent / "pages"
FETCHED_AT = "2026-02-01T08:00:00Z"


@dataclass(frozen=True)
class Case:
    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def about(self) -> dict[str, str]:
        return json.loads((self.folder / "case.json").read_text(encoding="utf-8"))

    @property
    def page(self) -> Page:
        return Page(self.about["url"], (self.folder / "page.xml").read_bytes(), FETCHED_AT)

    @property
    def expected(self) -> dict[str, Any]:
        """The fields of the item; one that the file lacks is empty."""
        return asdict(Article()) | json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))


ACCEPTED = [Case(path.parent) for path in sorted(PAGES.glob("*/expected.json"))]
REFUSED = [Case(path.parent) for path in sorted(PAGES.glob("refused/*/case.json"))]
