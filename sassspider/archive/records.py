"""What goes into the archive and comes out of it, beside articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from sassspider.items import Article
    from sassspider.page import Page

Change = Literal["new", "changed", "unchanged", "returned"]


class Seen(NamedTuple):
    """An article and the page that it was read from, to be archived.

    ``names`` are the ids that the page names. With ``only_if_changed`` a difference that is not editorial is passed
    over, so that a look at a known page for the sake of its links changes no output.
    """

    article: Article
    page: Page
    names: Collection[int] = ()
    only_if_changed: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving an article did: how it compares with what was there, and which article it repeats, if any."""

    change: Change
    duplicate_of: int | None


@dataclass(frozen=True, slots=True)
class Validators:
    """HTTP validators of the last answer (RFC 9110, section 8.8), for asking "only if it changed"."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a section stands: articles that the site still has, when the newest of them was published, and what lacks.

    ``gaps`` are ids that some page names, that are not archived and not known to be gone.
    """

    present: int
    newest: str | None
    gaps: frozenset[int]


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article: when it was first and last seen, and the page it was read from.

    ``digest`` is of the editorial fields as the loader read them that wrote it, which may be an older one.
    """

    id: int
    article_id: int
    digest: str
    first_seen: str
    last_seen: str
    url: str
    body: bytes
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl: when, of what, how it ended (None if it runs, or was killed), its counts, and the id at Scrapyd."""

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
class SectionStatus:
    """A section at a glance."""

    site: str
    section_id: str
    articles: int
    newest: str | None
    removed: int
    duplicates: int
    revisions: int
    gaps: tuple[int, ...]
    completed_at: str | None
