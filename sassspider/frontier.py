"""Decide which links of a section become requests, and in which order. No I/O.

Every page of the section leads on: a list page to articles and to other list pages, an article to its neighbours, to
the newest and to the most read. Each URL is requested once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import nlargest
from typing import NamedTuple

from sassspider import urls
from sassspider.arguments import Arguments
from sassspider.section_state import SectionState, find_ids_to_refresh, find_ids_to_skip, find_oldest_of_limit

# A list page without an article that no list page before it named may be a hiccup of the site; after this many in a row
# the list has ended, or its pager runs in a circle.
MAX_PAGES_WITHOUT_NEW_ARTICLES = 3
MAX_FAILED_LISTS = 20  # in a row, after which the list's other pages are left to the next run
# Dates fall with ids, but an article may be posted days after its date. After this many older articles in a row (one
# page of the site's "newest" list), all smaller ids are older too.
OLDER_IN_A_ROW = 10
MAX_NEWEST_ARTICLES = 3  # of the newest archived articles, requested for their links if the newer ones are gone

_STEP = 1024  # priorities between two neighbouring ids, for the list pages between them
_FIRST = 10**40  # above the priority of any article


class Target(NamedTuple):
    """A page to request: an article's, or one of the list, whose ``article_id`` is 0.

    ``newest_id`` is the largest article id that it is expected to lead to, None if unknown. ``for_links``: the article
    is archived, and requested for its links.
    """

    url: str
    priority: int
    article_id: int = 0
    newest_id: int | None = None
    for_links: bool = False


class Frontier:
    """The links of one section that one run has requested, and the order in which it requests them.

    ``listed_ids`` are articles named by list pages.
    """

    def __init__(self, arguments: Arguments, state: SectionState | None = None, today: date = date.max):
        self.arguments = arguments
        self.state = state or SectionState()
        # The plan, by what the archive has.
        self.ids_to_refresh = find_ids_to_refresh(arguments, self.state, today)
        self.missing_ids = frozenset(one for one in self.state.missing_ids if self._admits(one))
        self.ids_to_skip = find_ids_to_skip(arguments, self.state)
        self.absent_ids = self.state.removed_ids | self.state.not_found_ids
        back = {one for one in self.absent_ids - self.ids_to_refresh if self._admits(one)}
        self.listed_ids_to_skip = self.ids_to_skip - back
        # After a complete crawl the first list page leads to all that is new.
        self.follows_lists = arguments.mode == "refresh" or not self.state.is_complete
        # Newest first where only the newest are wanted. Otherwise oldest first: an original comes before its re-post.
        self.is_newest_first = arguments.since is not None or arguments.limit is not None
        present = self.state.archived_ids - self.state.removed_ids - self.ids_to_refresh
        self.newest_ids = deque(nlargest(MAX_NEWEST_ARTICLES, present))
        self.fallback_urls = deque(urls.fallback_urls(arguments.site, arguments.section))
        # The progress of the run.
        self.requested_ids: set[int] = set()
        self.planned_ids = set(self.ids_to_refresh | self.missing_ids)  # with those that are requested already
        self.requested_lists: set[str] = set()
        self.listed_ids: set[int] = set()
        self.read_lists: set[str] = set()
        self.later_lists: list[str] = []  # found while ``follows_lists`` is false
        self.has_gap = True  # no list page that was read goes back to what is archived
        self.has_requested_newest = False
        self.failed_lists = 0  # in a row
        self.pages_without_new_articles = 0  # in a row
        self.older_in_a_row = 0
        self.oldest_wanted_id = find_oldest_of_limit(arguments, self.state)
        for article_id in sorted(self.state.dates, reverse=True) if arguments.since else ():
            self._count_older(article_id, self.state.dates[article_id])
        self.older_in_a_row = 0

    def enter(self) -> list[Target]:
        """Return the list page, and the article given as ``start``."""
        start = urls.article_id(self.arguments.start or "")
        section = urls.section_url(self.arguments.site, self.arguments.section)
        return [*self._new_lists([section]), *self._new_articles([start] if start else [])]

    def refresh_and_retry(self, last_seen: Mapping[int, str]) -> Iterator[Target]:
        """Yield the archived articles to refresh, then those that earlier runs did not get.

        Those that were ``last_seen`` longest ago come first, so that a refresh continues one that was stopped; or the
        newest, where only the newest are wanted.
        """
        seen = {} if self.is_newest_first else last_seen
        for ids in (self.ids_to_refresh, self.missing_ids):
            for article_id in sorted(ids, key=lambda one: (seen.get(one, ""), one), reverse=self.is_newest_first):
                yield from self._new_articles([article_id])

    def newest_article(self) -> Iterator[Target]:
        """Yield the newest archived article that was not yet requested: it names what the site has posted since."""
        self.has_requested_newest = True
        if self.newest_ids:
            article_id = self.newest_ids.popleft()
            yield Target(self._article_url(article_id), _FIRST - 1, article_id, for_links=True)

    def select(self, ids: Iterable[int]) -> list[Target]:
        """Return those of the articles that an article links to that are to be requested, best first."""
        return self._new_articles(one for one in ids if one not in self.ids_to_skip)

    def select_listed(self, url: str, ids: Iterable[int], lists: Sequence[str]) -> list[Target]:
        """Return what to request of the links of a list page, or of a fallback page, best first.

        What a list names now is requested, though it was answered with 404 before.
        """
        ids = sorted(ids)
        # The middle id: a list page may also name a few old articles, the most read ones.
        middle_id = ids[(len(ids) - 1) // 2] if ids else None
        self._count_new(url, ids)
        self.failed_lists = 0
        self.has_gap &= middle_id is None or middle_id > max(self.state.archived_ids, default=0)
        found = self._new_articles(one for one in ids if one not in self.listed_ids_to_skip)
        if not self.follows_lists:
            self.later_lists += lists
        elif not self.is_list_at_end:
            found += self._new_lists(lists, middle_id)
        return sorted(found, key=lambda target: -target.priority)

    def follow_later_lists(self) -> list[Target]:
        """Return the list pages that were found before ``follows_lists`` became true."""
        return self._new_lists(self.later_lists) if self.follows_lists else []

    def accept_redirect(self, requested: str, url: str) -> bool:
        """Return whether a request for a list page may end at ``url``: itself, or an unrequested page of the list.

        The latter counts as requested from now on.
        """
        if url.partition("?")[0] == requested.partition("?")[0]:
            return True
        page = urls.find_list_url(url, self.arguments.site, self.arguments.section)
        if page is None or page in self.requested_lists:
            return False
        self.requested_lists.add(page)
        return True

    @property
    def is_list_at_end(self) -> bool:
        """Whether MAX_PAGES_WITHOUT_NEW_ARTICLES pages in a row named no new article."""
        return self.pages_without_new_articles >= MAX_PAGES_WITHOUT_NEW_ARTICLES

    @property
    def is_list_given_up(self) -> bool:
        """Whether MAX_FAILED_LISTS list pages in a row have failed: no more are requested."""
        return self.failed_lists >= MAX_FAILED_LISTS

    def record_article(self, article_id: int, day: str) -> None:
        """Record an article that was read, and its date of publication, ``YYYY-MM-DD``."""
        self.follows_lists |= article_id in self.absent_ids  # others may be back, too
        self._count_older(article_id, day)

    def record_failure(self, article_id: int, is_absent: bool) -> None:
        """Record a failed request for an article, or for a list page (0); ``is_absent``: it was expected to fail."""
        if not article_id:
            self.failed_lists += 1
        elif not is_absent and article_id not in self.state.missing_ids:
            # The articles behind it are linked to by the list alone, if that shows nothing of what is archived.
            self.follows_lists |= self.has_gap

    def wants(self, target: Target, is_retry: bool = False) -> bool:
        """Return whether a target is still wanted; behind the end of the list, only retries are."""
        # Fallback pages follow a list that names no article, and are no part of it.
        is_behind_end = self.is_list_at_end and self.listed_ids and not is_retry
        if not target.article_id and (is_behind_end or self.is_list_given_up):
            return False
        return target.newest_id is None or target.newest_id >= self.oldest_wanted_id

    def _new_articles(self, ids: Iterable[int]) -> list[Target]:
        """Return the targets of articles that were not requested before, best first: Scrapy may send one at once."""
        new = sorted({one for one in ids if one not in self.requested_ids}, reverse=self.is_newest_first)
        self.requested_ids.update(new)
        self.planned_ids.update(new)
        step = _STEP if self.is_newest_first else -1
        return [Target(self._article_url(one), step * one, one, one) for one in new]

    def _new_lists(self, lists: Iterable[str], middle_id: int | None = None) -> list[Target]:
        """Return the targets of list pages that were not requested before, in the order in which they were found.

        If the newest come first, their priority is just below that of article ``middle_id`` of the page that links to
        them: they are requested when about half of that page's articles are done.
        """
        targets: list[Target] = []
        for url in lists:
            if url not in self.requested_lists:
                later = min(len(self.requested_lists), _STEP - 1)
                self.requested_lists.add(url)
                newest_id = middle_id if self.is_newest_first else None
                priority = (_FIRST if newest_id is None else _STEP * newest_id - 1) - later
                targets.append(Target(url, priority, newest_id=newest_id))
        return targets

    def _count_new(self, url: str, ids: Sequence[int]) -> None:
        """Count a list page once, however often it is retried."""
        if url not in self.read_lists:
            self.read_lists.add(url)
            self.pages_without_new_articles = 0 if set(ids) - self.listed_ids else self.pages_without_new_articles + 1
        self.listed_ids.update(ids)

    def _article_url(self, article_id: int) -> str:
        return urls.article_url(self.arguments.site, self.arguments.section, article_id)

    def _count_older(self, article_id: int, day: str) -> None:
        """Count the older articles in a row; enough of them end the crawl at this id."""
        since = self.arguments.since
        if since is None:
            return
        self.older_in_a_row = self.older_in_a_row + 1 if day < since.isoformat() else 0
        if self.older_in_a_row >= OLDER_IN_A_ROW:
            self.oldest_wanted_id = max(self.oldest_wanted_id, article_id)

    def _admits(self, article_id: int) -> bool:
        day = self.state.dates.get(article_id)
        return day is None or self.arguments.admits(day)
