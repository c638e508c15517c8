"""Which articles lead furthest where no list names them: those beside the widest stretches that nothing is known of."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

# In narrower stretches there is little to find, and the oldest article goes first.
WIDE = 50  # ids
_IDS = 10**18  # more than there are


class Frontier:
    """The ids that are known of a section, in order.

    From article to article a stretch is crossed one step after another, from both ends: the widest takes longest, so
    its ends are asked for first, and no stretch is left to be crossed alone at the end.
    """

    def __init__(self, known: Iterable[int] = ()):
        self.ids = sorted(known)

    def add(self, article_id: int) -> None:
        """Take an id that is not yet known."""
        insort(self.ids, article_id)

    def find_priority(self, article_id: int) -> int:
        """How urgent a known article is: the widest stretch first, then the oldest article."""
        place = bisect_left(self.ids, article_id)
        below = article_id - (self.ids[place - 1] if place else 0)
        # Above the newest there is nothing: every page names it.
        above = self.ids[place + 1] - article_id if place + 1 < len(self.ids) else 0
        width = max(below, above)
        return (width if width >= WIDE else 0) * _IDS - article_id
