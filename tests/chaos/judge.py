"""The archive that is expected after each crawl, from what the site has shown. Nothing here uses sassspider."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import takewhile
from typing import Any, NamedTuple

from tests.chaos.days import Answer, Day, History, Run

FIRST_DAY = date(2026, 1, 22)  # of the simulated days; the newest article of the site is of this day
TRIES = 6  # requests for a page that fails: RETRY_TIMES is 1, Twisted repeats a reset one, and each may need a check
FALLBACKS = 6  # requests for other ways into the section when its list fails
NEWEST = 3  # of the newest archived articles may be requested for their links
OUTAGE = 60  # requests of robots.txt and of one page until a site that is away is given up


class ArchivedRow(NamedTuple):
    """An article in the archive."""

    section: str
    title: str
    date_removed: str | None


@dataclass
class Crawled:
    """A run that is over: the paths that it requested, and the archive's articles before and after it."""

    day: Day
    run: Run
    finish_reason: str
    requests: Sequence[str]
    allowed: int
    before: Mapping[int, ArchivedRow]
    after: Mapping[int, ArchivedRow]

    def __str__(self) -> str:
        present = sum(row.section == self.run.section and row.date_removed is None for row in self.after.values())
        sent = f"{len(self.requests)} of {self.allowed} requests"
        return f"{self.run}: {self.finish_reason}, {sent}, {present} articles"


@dataclass
class Judge:
    """Judges an archive after each run by what the site answered."""

    history: History
    finished: set[tuple[int, str]] = field(default_factory=set)  # day and section of the runs that came to their end
    is_complete: set[str] = field(default_factory=set)  # sections of which a run had every list page
    answers: defaultdict[int, list[Answer]] = field(default_factory=lambda: defaultdict(list))  # by id

    def count_allowed(self, day: Day, run: Run) -> int:
        """Return how many requests a run may send: 3, and 1 for each article and list page that it has a reason for."""
        site, ever = self.history.site, self.history.ever[run.section]
        lists = self._count_lists(run)
        failing = len(ever & site.page_faults.keys())
        bound = 3 + len(self._find_wanted(day, run)) + lists + self._count_gone_newest(run.section) + TRIES * failing
        if site.list_fault:
            bound += FALLBACKS + TRIES * (lists + 1)
        if site.site_fault:
            bound += FALLBACKS + OUTAGE
        return bound

    def find_problems(self, crawled: Crawled) -> list[str]:
        """Return what is wrong after a run."""
        day, run, site = crawled.day, crawled.run, self.history.site
        answers, site.answers = site.answers, []
        for one in answers:
            self.answers[one.id].append(one)
        is_finished = crawled.finish_reason == "finished"
        is_whole = is_finished and not (site.site_fault or site.list_fault or "limit" in run.given)
        if is_finished:
            self.finished.add((day.number, run.section))
        if is_whole:
            self.is_complete.add(run.section)
        elif crawled.after.keys() - crawled.before.keys():  # it may have left others between them
            self.is_complete.discard(run.section)
        problems = [*self._find_lost_rows(crawled), *self._find_false_removals(crawled, is_finished)]
        if is_finished:
            problems += self._find_unsaved(crawled, answers)
        if is_whole:
            problems += self._find_incomplete(crawled)
        if len(crawled.requests) > crawled.allowed:
            problems.append(f"more requests than {crawled.allowed}: {', '.join(crawled.requests)}")
        return problems

    def find_removed(self) -> dict[int, set[str]]:
        """Return the articles that finished runs were shown and that the site has no more, each with its last titles.

        A run that did not finish may have saved what it was shown, or not: hence several.
        """
        live = {one for section in self.history.ever for one in self.history.site.ids(section)}
        removed = {}
        for article_id in set().union(*self.history.ever.values()) - live:
            sound = [one for one in self.answers[article_id] if one.is_sound]
            if sure := [at for at, one in enumerate(sound) if self._is_sure(one)]:
                removed[article_id] = {one.title for one in sound[sure[-1] :]}
        return removed

    def find_states(self, article_id: int) -> set[str]:
        """Return the titles under which a finished run was shown an article."""
        return {one.title for one in self.answers[article_id] if self._is_sure(one)}

    def _find_lost_rows(self, crawled: Crawled) -> Iterator[str]:
        for one in sorted(crawled.before.keys() - crawled.after.keys()):
            yield f"{one} has vanished from the archive"

    def _find_false_removals(self, crawled: Crawled, is_finished: bool) -> Iterator[str]:
        """Removed is what was not found in two runs, or in one refresh if no page links to it."""
        section, site = crawled.run.section, self.history.site
        for one, row in sorted(crawled.after.items()):
            if row.date_removed is None or (one in crawled.before and crawled.before[one].date_removed is not None):
                continue
            days = self._absent_days(section, one)
            last = self._last_sound(one)
            if last and last.section != section and one in site.ids(last.section):
                yield f"{one} is falsely removed: it was moved to {last.section} and seen there"
            elif len(days) < 2 and not (days and is_finished and crawled.run.mode == "refresh"):
                yield f"{one} is falsely removed: not found on days {days} only"
            elif len(days) < 2 and one in site.ids(section):
                yield f"{one} is falsely removed: not found on days {days} only, but linked"
            elif row.date_removed not in {day_of(day).isoformat() for day in days}:
                yield f"{one} is removed on {row.date_removed}, but not found on days {days}"

    def _find_unsaved(self, crawled: Crawled, answers: list[Answer]) -> Iterator[str]:
        """What was shown in a finished run is archived as it was shown."""
        for one, title in sorted({(answer.id, answer.title) for answer in answers if answer.is_sound}):
            expected = ArchivedRow(crawled.run.section, title, None)
            if crawled.after.get(one) != expected:
                yield f"{one} was shown as {expected}, the archive has {crawled.after.get(one)}"

    def _find_incomplete(self, crawled: Crawled) -> Iterator[str]:
        """Where neither site nor list fails, an update has everything new, and a refresh is exact.

        Pages that fail are left out. Of several articles that are gone, each may be linked to by another's stored page,
        and one that was moved by pages of its new section: they are removed when the next run does not find them.
        """
        section, site = crawled.run.section, self.history.site
        live = set(site.ids(section))
        rows = crawled.after.items()
        present = {one for one, row in rows if row.section == section and row.date_removed is None}
        lost, kept = live - present - site.page_faults.keys(), present - live
        if crawled.run.mode == "update":
            lost = {one for one in lost - self.history.unsteady if len(self._absent_days(section, one)) < 2}
            kept = set()
        if lost:
            yield f"lost: {sorted(lost)}"
        is_moved = any(one in site.ids(other) for one in kept for other in self.history.ever)
        if len(kept) > 1 or is_moved or site.page_faults:
            kept = {one for one in kept if len(self._absent_days(section, one)) > 1}
        if kept:
            yield f"not removed: {sorted(kept)}"

    def _find_wanted(self, day: Day, run: Run) -> set[int]:
        """Return the articles that a run has a reason to request: those without a page, and those to look at again."""
        ever = self.history.ever[run.section]
        if run.mode == "refresh":
            return set(ever)
        wanted = {one for one in ever if self._is_doubtful(run.section, one)}
        if "recheck" in run.given:
            first = day_of(day.number) - timedelta(days=int(run.given["recheck"]))
            live = self.history.site.ids(run.section)
            old = {one for one in live if self.history.site.record(one).published[:10] < first.isoformat()}
            wanted |= ever - old
        return wanted

    def _count_lists(self, run: Run) -> int:
        """Return how many list pages beside the first a run may request.

        It has a reason if it refreshes, if no run had the whole list since a run archived a part of what was new, if a
        page fails, or if an article is back.
        """
        live = self.history.site.ids(run.section)
        is_back = any(self._absent_days(run.section, one) for one in live)
        is_needed = run.mode == "refresh" or run.section not in self.is_complete or self.history.site.page_faults
        return 2 + len(live) // self.history.page_size if is_needed or is_back else 0

    def _count_gone_newest(self, section: str) -> int:
        """Return how many of the newest archived articles are gone: each is requested for its links in vain."""
        live = set(self.history.site.ids(section))
        shown = (one for one in self.history.ever[section] if any(answer.is_sound for answer in self.answers[one]))
        gone = takewhile(lambda one: one not in live, sorted(shown, reverse=True))
        return min(NEWEST - 1, len([*gone]))

    def _is_doubtful(self, section: str, article_id: int) -> bool:
        """Whether a run has a reason to request an article: it is not archived, or may be gone or back."""
        days = [day for day in self._absent_days(section, article_id) if (day, section) in self.finished]
        is_open = len(days) < 2 or article_id in self.history.site.ids(section)
        last = self._last_sound(article_id)
        return is_open and (last is None or last.section != section or bool(self._absent_days(section, article_id)))

    def _absent_days(self, section: str, article_id: int) -> list[int]:
        """Return the days on which an article was not found, since a finished run was last shown it."""
        days: list[int] = []
        for one in self.answers[article_id]:
            if self._is_sure(one):
                days = []
            elif one.section == section and one.is_absent and one.day not in days:
                days.append(one.day)
        return days

    def _last_sound(self, article_id: int) -> Answer | None:
        return next((one for one in reversed(self.answers[article_id]) if self._is_sure(one)), None)

    def _is_sure(self, answer: Answer) -> bool:
        return answer.is_sound and (answer.day, answer.section) in self.finished


def day_of(number: int) -> date:
    """Return the date of a simulated day."""
    return FIRST_DAY + timedelta(days=number)


def mark_originals(expected: list[dict[str, Any]]) -> None:
    """Set duplicate_of in the articles that the site has at the end: the lowest id of equal content is the original.

    An article without text, of pictures only, repeats none.
    """
    originals: dict[str, int] = {}
    for one in sorted((one for one in expected if one["body_text"]), key=lambda one: int(one["id"])):
        original = originals.setdefault(one["content_hash"], one["id"])
        one["duplicate_of"] = None if original == one["id"] else original
