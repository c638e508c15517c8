"""What is known of a section before a run, and what that makes unnecessary to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from sassspider.arguments import Arguments

# Dates fall with ids, but not strictly: an article may be posted days after the date it bears. After so many in
# a row (one page of the site's "newest" list) that are older than ``since``, what has smaller ids is older too.
OLDER_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of one section.

    ``archived``: ids that it holds. ``removed``: those of them that the site has dropped. ``gaps``: ids that some
    page names, that are not archived and not known to be gone. ``suspects``: archived ids that were missing once.
    ``gone``: ids never archived and missing twice. ``complete``: a walk of the whole section once finished.
    ``dates``: dates of publication of what was seen, archived or not, as ``YYYY-MM-DD``.
    """

    archived: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    gaps: frozenset[int] = frozenset()
    suspects: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    complete: bool = False
    dates: Mapping[int, str] = field(default_factory=dict)


NOTHING_KNOWN = Known()


def find_again(arguments: Arguments, known: Known, today: date) -> frozenset[int]:
    """Archived articles to ask for again: in ``refresh`` all, else suspects and what ``recheck`` covers."""
    if arguments.mode == "refresh":
        return frozenset(one for one in known.archived if arguments.admits(known.dates[one]))
    if arguments.recheck is None:
        return known.suspects
    first = (today - timedelta(days=min(arguments.recheck, today.toordinal() - 1))).isoformat()
    return known.suspects | {one for one in known.archived if known.dates[one] >= first}


def find_skipped(arguments: Arguments, known: Known) -> frozenset[int]:
    """Articles that need no request: archived, gone, or known to be out of the dates asked for."""
    gone = frozenset() if arguments.mode == "refresh" else known.gone
    outside = frozenset(one for one, day in known.dates.items() if not arguments.admits(day))
    return known.archived | gone | outside


def find_floor(arguments: Arguments, known: Known) -> int:
    """The id below which nothing is wanted, as far as the archive can tell; 0 when it can't."""
    newest_first = sorted(known.dates, reverse=True)
    older = 0
    if arguments.since is not None:
        for article_id in newest_first:
            older = older + 1 if known.dates[article_id] < arguments.since.isoformat() else 0
            if older == OLDER_IN_A_ROW:
                return article_id
    if arguments.limit is not None:
        admitted = (one for one in newest_first if one in known.archived and arguments.admits(known.dates[one]))
        return next(islice(admitted, arguments.limit - 1, None), 0)
    return 0
