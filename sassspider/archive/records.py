"""Records that go into the archive and come out of it, beside articles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from sassspider.items import Article
from sassspider.page import Page

Change = Literal["new", "changed", "unchanged", "returned"]

# A change of one of these is a new revision. Views, neighbours, date_modified, markup and white space change all the
# time without an editor.
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


def editorial_hash(article: Article) -> str:
    """Return the hex SHA-256 of an article's editorial fields."""
    state = [getattr(article, name) for name in EDITORIAL_FIELDS]
    return hashlib.sha256(json.dumps(state, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


class ScrapedPage(NamedTuple):
    """An article to archive, and the page that it was read from.

    ``known_ids`` are the article ids that the page links to. With ``only_if_changed`` an archived article is updated
    only if an editorial field differs: for a page that is fetched for its links.
    """

    article: Article
    page: Page
    known_ids: Collection[int] = ()
    only_if_changed: bool = False


@dataclass(frozen=True, slots=True)
class SaveResult:
    """How a saved article compares with the archived one, and the id of the article that it repeats, or None."""

    change: Change
    duplicate_of: int | None


@dataclass(frozen=True, slots=True)
class Validators:
    """HTTP validators of the last response (RFC 9110, section 8.8), for conditional requests."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """A section in short.

    ``present`` counts the archived articles that the site has not removed, ``newest`` is the last day on which one of
    them was published, ``missing_ids`` are ids that some page links to and that are neither archived nor removed.
    """

    present: int
    newest: str | None
    missing_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class SectionStatus:
    """What the archive holds of a section, for ``scrapy status``."""

    site: str
    section_id: str
    articles: int
    newest: str | None
    removed: int
    duplicates: int
    revisions: int
    missing_ids: tuple[int, ...]
    completed_at: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of an article's editorial fields: when it was first and last seen, and the page that it was read from.

    ``editorial_hash`` was computed by the loader that saved it, which may be an older one.
    """

    id: int
    article_id: int
    editorial_hash: str
    first_seen: str
    last_seen: str
    url: str
    body: bytes
    fetched_at: str


@dataclass(frozen=True, slots=True)
class ArticleState:
    """The current revision of an article, and the fields that only the archive knows."""

    site: str
    id: int
    revision_id: int
    content_hash: str
    duplicate_of: int | None
    date_removed: str | None


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal by the site; ``returned_on`` is None while the article stays removed."""

    removed_on: str
    returned_on: str | None


@dataclass(frozen=True, slots=True)
class ViewCount:
    """The site's view count of an article, and when it was seen."""

    seen_at: str
    views: int


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl. ``outcome`` and ``ended_at`` are None while it runs, and if it was killed; ``job`` is Scrapyd's id."""

    id: int
    site: str
    section_id: str
    spider: str
    mode: str
    started_at: str
    ended_at: str | None
    outcome: str | None
    counts: Mapping[str, Any] | None
    job: str | None = None


@dataclass(frozen=True, slots=True)
class ReparseResult:
    """The differences between an archived article and what today's loader reads from its stored pages.

    ``revision_id`` and ``fetched_at`` are those of the current page. ``changed`` names the fields in which the
    ``article`` read from it differs; ``article`` is None if there are none. ``editorial_hashes`` has the hashes to
    correct, by revision id; ``refused`` the time and the reason of each refused page. ``pages`` counts the pages read.
    """

    article_id: int
    revision_id: int
    fetched_at: str = ""
    article: Article | None = None
    changed: tuple[str, ...] = ()
    editorial_hashes: Mapping[int, str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    pages: int = 0

    @property
    def differs(self) -> bool:
        """Whether there is anything to correct."""
        return bool(self.changed or self.editorial_hashes)
