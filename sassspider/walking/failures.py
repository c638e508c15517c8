"""What a request that came to nothing means for the walk."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass

from sassspider import urls
from sassspider.arguments import Arguments
from sassspider.walking.walk import Step

GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Failure:
    """How it is told (``level``, ``message``), counted (``stat``, None for a mere way in), and what it means.

    ``absent``: the site said that there is no such article. ``lost``: the run lacks an article for it.
    """

    level: int
    message: str
    stat: str | None = None
    absent: bool = False
    lost: bool = False


class Failures:
    """What a run could not fetch: ``lost`` tells of each page, by its URL, why; ``second_chances`` are still to come.

    ``lacking`` has the ids of articles that are there and were not had, ``unread_lists`` counts pages of the list that
    were not read, or not whole.
    """

    def __init__(self) -> None:
        self.lost: dict[str, str] = {}
        self.lacking: set[int] = set()
        self.second_chances: deque[tuple[Step, str]] = deque()
        self.unread_lists = 0

    def take(self, step: Step, status: int | None, what: str, may_pass: bool = False) -> Failure:
        """Note a failed step. One that ``may_pass`` is not counted before it has failed a second time."""
        told = explain_failure(step, status, what)
        if may_pass:
            self.second_chances.append((step, what))
            message = f"{told.message}; it is tried once more when everything else is done"
            return Failure(logging.INFO, message, "walk/second_chances")
        if step.link.kind == "list" and status not in GONE:
            self.unread_lists += 1
        if told.lost:
            self.lost[step.link.url] = told.message
            self.lacking.add(step.link.id)
        return told

    def give_up(self) -> list[Failure]:
        """The run is over: what waits for a second chance has had none."""
        waiting, self.second_chances = self.second_chances, deque()
        return [self.take(step, None, what) for step, what in waiting]


def explain_failure(step: Step, status: int | None, what: str) -> Failure:
    """Explain a failed step by the HTTP status, None if there was no answer, and the error in words."""
    url, absent = step.link.url, step.link.kind == "article" and status in GONE
    if step.link.kind == "list":
        return Failure(logging.WARNING, f"{url}, a way into the section, could not be fetched: {what}")
    if step.known and absent:
        message = f"{url} is archived, but the site does not have it now: {what}"
        return Failure(logging.WARNING, message, "articles/absent", absent)
    stat = "articles/missing" if absent else "articles/failed"
    return Failure(logging.ERROR, f"{url} could not be fetched: {what}", stat, absent, lost=True)


def explain_no_way_in(arguments: Arguments) -> str:
    """Say that nothing led to an article of the section, and what its user can do."""
    example = urls.article_url(arguments.site, arguments.section, 5542)
    return (
        f"No way into section {arguments.section} of {arguments.site}: its list, the sections above it and the home "
        f"page lead to no article. If you know one, name it: -a start={example}"
    )
