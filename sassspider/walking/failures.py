"""What a request that came to nothing means for the walk."""

from __future__ import annotations

import logging
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
