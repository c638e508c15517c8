"""How a section is walked: what is known of it so far, and what to ask for next. No I/O.

Every way is taken: the list and the pages it leads to, each article's neighbours, the newest and the most
read, links in the text. What names an article of the section is followed, wherever it stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sassspider import urls
from sassspider.arguments import Arguments
from sassspider.urls import Link
from sassspider.walking.frontier import Frontier
from sassspider.walking.known import NOTHING_KNOWN, OLDER_IN_A_ROW, Known, find_again, find_floor, find_skipped
from sassspider.walking.links import ARTICLE_LINKS, LIST_LINKS, find_section_links

# A list page that names no article which no list page named before is barren. After so many in a row the list has
# ended, or its pager runs in a circle; a single barren page in between may be a hiccup of the site.
BARREN_PAGES = 3
# How many of the newest archived articles may be looked at for their links, should the first be gone.
PROBES = 3
MOST_STEPS = 50_000  # of one walk; no section has so many pages, and each waits in memory for its turn

_SCALE = 1024  # priorities between two neighbouring ids
_FIRST = 10**40  # before any article


@dataclass(frozen=True, slots=True)
class Step:
    """Something to ask the site for; of several, the one with the highest priority first.

    ``top`` is the largest article id that it is likely to bring: the article's own, for a list page the middle
    one of the page that led to it; None when nothing is known. ``known`` says that the archive has the article,
    ``probe`` that it is asked for its links only, ``gap`` that an earlier run knew of it and could not have it.
    """

    link: Link
    priority: int
    top: int | None
    known: bool = False
    probe: bool = False
    gap: bool = False


class Walk:
    """One walk of one section, with what is known of it from earlier ones.

    ``abreast`` says that several pages are asked for at a time: then how the walk spreads decides how long it takes.
    After ``most`` steps it takes no more and ``is_full``: the site leads on without end.
    """

    def __init__(
        self,
        arguments: Arguments,
        known: Known = NOTHING_KNOWN,
        today: date | None = None,
        abreast: bool = False,
        most: int = MOST_STEPS,
    ):
        self.arguments = arguments
        self.known = known
        self.most = most
        self.is_full = False
        self.again = find_again(arguments, known, today or date.max)
        self.skipped = find_skipped(arguments, known) - self.again
        self.probes = deque(sorted(known.archived - known.removed - self.again, reverse=True)[:PROBES])
        self.floor = find_floor(arguments, known)
        self.named: set[int] = set()
        self.asked_lists: set[str] = set()
        self.listed: set[int] = set()
        self.probed = False
        self.barren = 0
        self.older = 0
        self.stopped = False
        # Where a whole walk has finished, the newest end leads to all that is new: the rest of the list adds nothing.
        self.follows_lists = arguments.mode == "refresh" or not known.complete
        # Newest first where only the newest are wanted; otherwise the list first, for breadth, and the oldest
        # article first, so that of an article posted twice the original comes before its repetition.
        self.newest_first = arguments.since is not None or arguments.limit is not None
        self.frontier = Frontier(known.archived | known.gaps) if abreast and not self.newest_first else None

    def ways_in(self) -> list[str]:
        """URLs of pages that may lead into the section if nothing else does, the likeliest first."""
        return urls.ways_into(self.arguments.site, self.arguments.section)

    def first_steps(self) -> Iterator[Step]:
        """What to ask for before the site has answered anything: ways in, gaps, and what is to be looked at again."""
        site, section = self.arguments.site, self.arguments.section
        for url in (urls.section_url(site, section), self.arguments.start):
            link = self._classify(url) if url else None
            if link:
                yield from self._step(link)
        if self.known.complete:
            yield from self.next_probe()
        for article_id in sorted(self.known.gaps | self.again):
            for step in self._step(self._article(article_id)):
                yield replace(step, gap=article_id in self.known.gaps)

    def last_resort(self) -> Iterator[Step]:
        """What is left to ask for when the walk seems over: where no list named an article, the newest known one."""
        if not self.listed and not self.probed:
            yield from self.next_probe()

    def next_probe(self) -> Iterator[Step]:
        """The newest archived article: its page shows what has come since, also where the list fails or is stale."""
        self.probed = True
        if self.probes:
            article_id = self.probes.popleft()
            yield Step(self._article(article_id), _FIRST - 1, top=None, known=True, probe=True)

    def read_article_page(self, url: str, body: bytes) -> tuple[frozenset[int], list[Step]]:
        """Take the links of an article's page: the ids that it names, and the steps that they add.

        A full walk knows only those ids that it has taken: the others are as endless as the steps to them.
        Other pages under the section's path are not for following here: authors write addresses without
        ``http://``, which then look like them. Raises DamagedPageError if there is no end of links.
        """
        found = self._find_links(url, body, ARTICLE_LINKS)
        links = [link for link in found if link.kind == "article"]
        steps = self._steps(links)
        named = frozenset(link.id for link in links)
        return named & (self.named | self.known.archived) if self.is_full else named, steps

    def read_list_page(self, url: str, body: bytes) -> list[Step]:
        """Take the links of a list page, or of another way in; returns what they add. Raises DamagedPageError."""
        links = self._find_links(url, body)
        ids = {link.id for link in links if link.kind == "article"}
        self.barren = 0 if ids - self.listed else self.barren + 1
        if not self.is_full:
            self.listed |= ids
        # The middle, not the smallest: a list page may show a few old articles too, the most read ones.
        middle = sorted(ids)[(len(ids) - 1) // 2] if ids else None
        follows_lists = self.follows_lists and self.barren < BARREN_PAGES
        return self._steps((link for link in links if link.kind == "article" or follows_lists), middle)

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

    def _find_links(self, url: str, body: bytes, most: int = LIST_LINKS) -> list[Link]:
        return find_section_links(body, url, self.arguments.site, self.arguments.section, most)

    def _classify(self, url: str) -> Link | None:
        return urls.classify(url, self.arguments.site, self.arguments.section)

    def _article(self, article_id: int) -> Link:
        return Link("article", urls.article_url(self.arguments.site, self.arguments.section, article_id), article_id)

    def _steps(self, links: Iterable[Link], middle: int | None = None) -> list[Step]:
        steps = [step for link in links for step in self._step(link, middle)]
        if self.frontier is None or len(self.asked_lists) > 1:  # a list with pages names everything, and soon
            return steps
        for step in steps:
            if step.link.kind == "article":
                self.frontier.add(step.link.id)
        urgent = self.frontier.find_priority
        return [replace(one, priority=urgent(one.link.id)) if one.link.kind == "article" else one for one in steps]

    def _step(self, link: Link, middle: int | None = None) -> Iterator[Step]:
        if self._is_new(link):
            self.is_full = self.is_full or len(self.named) + len(self.asked_lists) >= self.most
            if not self.is_full:
                yield self._take(link, middle)

    def _is_new(self, link: Link) -> bool:
        if link.kind == "list":
            return link.url not in self.asked_lists
        return link.id not in self.named and link.id not in self.skipped

    def _take(self, link: Link, middle: int | None) -> Step:
        if link.kind == "article":
            self.named.add(link.id)
            priority = _SCALE * link.id if self.newest_first else -link.id
            return Step(link, priority, top=link.id, known=link.id in self.known.archived)
        later = min(len(self.asked_lists), _SCALE - 1)  # list pages in the order in which they were found
        self.asked_lists.add(link.url)
        if self.newest_first and middle is not None:
            # It goes on below the page that led to it: its turn comes when that one's articles are done.
            return Step(link, _SCALE * middle - 1 - later, top=middle)
        return Step(link, _FIRST - later, top=None)
