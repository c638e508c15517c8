"""How a section is walked: what is known of it so far, and what to ask for next. No I/O.

Every way is taken: the list and the pages it leads to, each article's neighbours, the newest and the most
read, links in the text. What names an article of the section is followed, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median_low

from sassspider import urls
from sassspider.arguments import Arguments
from sassspider.links import decode, find_links
from sassspider.urls import Link

# A list page that names no article which no list page named before is barren. After so many in a row the list has
# ended, or its pager runs in a circle; a single barren page in between may be a hiccup of the site.
BARREN_PAGES = 3
# Dates fall with ids, but not strictly: an article may be posted days after the date it bears. After so many in
# a row (one page of the site's "newest" list) that are older than ``since``, what has smaller ids is older too.
OLDER_IN_A_ROW = 10

_SCALE = 1024  # priorities between two neighbouring ids
_FIRST = _SCALE * 10**18


@dataclass(frozen=True, slots=True)
class Step:
    """Something to ask the site for; of several, the one with the highest priority first.

    ``top`` is the largest article id that it is likely to bring: the article's own, for a list page the middle
    one of the page that led to it; None when nothing is known.
    """

    link: Link
    priority: int
    top: int | None


class Walk:
    """One walk of one section."""

    def __init__(self, arguments: Arguments):
        self.arguments = arguments
        self.named: set[int] = set()
        self.asked_lists: set[str] = set()
        self.listed: set[int] = set()
        self.barren = 0
        self.older = 0
        self.floor = 0
        self.stopped = False
        # Newest first where only the newest are wanted; otherwise the list first, for breadth, and the oldest
        # article first, so that of an article posted twice the original comes before its repetition.
        self.newest_first = arguments.since is not None or arguments.limit is not None

    def ways_in(self) -> list[str]:
        """URLs of pages that may lead into the section if nothing else does, the likeliest first."""
        site, section = self.arguments.site, self.arguments.section
        return [*(urls.section_url(site, parent) for parent in urls.parent_sections(section)), urls.home_url(site)]

    def first_steps(self) -> Iterator[Step]:
        """What to ask for before anything is known."""
        site, section = self.arguments.site, self.arguments.section
        for url in (urls.section_url(site, section), self.arguments.start):
            link = self._classify(url) if url else None
            if link:
                yield from self._step(link)

    def read_article_page(self, url: str, body: bytes) -> Iterator[Step]:
        """Take the links of an article's page; yields the articles that they add.

        Other pages under the section's path are not for following here: authors write addresses without
        ``http://``, which then look like them.
        """
        for found in find_links(decode(body), url):
            link = self._classify(found)
            if link and link.kind == "article":
                yield from self._step(link)

    def read_list_page(self, url: str, body: bytes) -> Iterator[Step]:
        """Take the links of a list page, or of another way in; yields what they add."""
        links = [self._classify(found) for found in find_links(decode(body), url)]
        ids = {link.id for link in links if link and link.kind == "article"}
        self.barren = 0 if ids - self.listed else self.barren + 1
        self.listed |= ids
        # The middle, not the smallest: a list page may show a few old articles too, the most read ones.
        middle = median_low(ids) if ids else None
        for link in links:
            if link and (link.kind == "article" or self.barren < BARREN_PAGES):
                yield from self._step(link, middle)

    def see_date(self, article_id: int, day: str) -> None:
        """Note an article's date of publication: a run of too old ones sets the floor."""
        since = self.arguments.since
        if since is None:
            return
        self.older = self.older + 1 if day < since.isoformat() else 0
        if self.older >= OLDER_IN_A_ROW:
            self.floor = max(self.floor, article_id)

    def stop(self) -> None:
        """Nothing more is wanted."""
        self.stopped = True

    def wants(self, step: Step) -> bool:
        """Whether a step that was worth asking for when it was found still is."""
        return not self.stopped and (step.top is None or step.top >= self.floor)

    def _classify(self, url: str) -> Link | None:
        return urls.classify(url, self.arguments.site, self.arguments.section)

    def _step(self, link: Link, middle: int | None = None) -> Iterator[Step]:
        if link.kind == "article" and link.id not in self.named:
            self.named.add(link.id)
            yield Step(link, _SCALE * link.id if self.newest_first else -link.id, top=link.id)
        elif link.kind == "list" and link.url not in self.asked_lists:
            later = min(len(self.asked_lists), _SCALE - 1)  # list pages in the order in which they were found
            self.asked_lists.add(link.url)
            if self.newest_first and middle is not None:
                # It goes on below the page that led to it: its turn comes when that one's articles are done.
                yield Step(link, _SCALE * middle - 1 - later, top=middle)
            else:
                yield Step(link, _FIRST - later, top=None)
