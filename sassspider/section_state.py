"""The archive's knowledge of a section, and what a run's arguments want of it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sassspider.arguments import Arguments


@dataclass(frozen=True, slots=True)
class SectionState:
    """The archive's knowledge of a section.

    ``removed_ids`` are archived articles that the site has dropped. ``missing_ids`` are linked to, not archived and not
    known to be gone; ``not_found_ids`` are not archived and were answered with 404 in two runs. ``unconfirmed_ids`` are
    archived articles that were answered with 404 once. ``is_complete``: a crawl of the whole section once finished.
    ``dates``: dates of publication, as ``YYYY-MM-DD``, of all articles read, archived or not.
    """

    archived_ids: frozenset[int] = frozenset()
    removed_ids: frozenset[int] = frozenset()
    missing_ids: frozenset[int] = frozenset()
    unconfirmed_ids: frozenset[int] = frozenset()
    not_found_ids: frozenset[int] = frozenset()
    is_complete: bool = False
    dates: Mapping[int, str] = field(default_factory=dict)


def find_ids_to_refresh(arguments: Arguments, state: SectionState, today: date) -> frozenset[int]:
    """Return archived ids to request again: in ``refresh`` all, else unconfirmed ones and those in ``recheck``."""
    if arguments.mode == "refresh":
        return frozenset(one for one in state.archived_ids if arguments.admits(state.dates[one]))
    if arguments.recheck is None:
        return state.unconfirmed_ids
    first = (today - timedelta(days=min(arguments.recheck, today.toordinal() - 1))).isoformat()
    return state.unconfirmed_ids | {one for one in state.archived_ids if state.dates[one] >= first}


def find_ids_to_skip(arguments: Arguments, state: SectionState) -> frozenset[int]:
    """Return ids that are not requested where a page links to them.

    They are archived, missing (``refresh_and_retry``), not found, or published outside the requested dates.
    """
    not_found = frozenset() if arguments.mode == "refresh" else state.not_found_ids
    outside = frozenset(one for one, day in state.dates.items() if not arguments.admits(day))
    return state.archived_ids | state.missing_ids | not_found | outside


def find_oldest_of_limit(arguments: Arguments, state: SectionState) -> int:
    """Return the oldest of the ``limit`` newest archived ids that are asked for; 0 if there are fewer, or no limit."""
    if arguments.limit is None:
        return 0
    admitted = nlargest(arguments.limit, (one for one in state.archived_ids if arguments.admits(state.dates[one])))
    return admitted[-1] if len(admitted) == arguments.limit else 0
