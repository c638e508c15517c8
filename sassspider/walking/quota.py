"""How many articles a run may bring, and which it has brought."""

from __future__ import annotations

from sassspider.items import Article


class Quota:
    """Counts against ``limit`` (None: no limit) the articles that are new to the archive.

    ``archived`` are the ids that it had before: looking at them again costs nothing of the limit. ``asked`` are those
    asked for, without those that are known to have come to nothing. No more are asked for than may be needed: so the
    newest are taken, whichever comes first, and none is fetched in vain.
    """

    def __init__(self, limit: int | None, archived: frozenset[int] = frozenset()):
        self.limit = limit
        self.archived = archived
        self.asked = 0
        self.admitted = 0
        self.accepted = 0
        self.emitted: set[int] = set()

    @property
    def is_spoken_for(self) -> bool:
        """Whether all that are wanted are here or under way."""
        return self.limit is not None and self.asked >= self.limit

    def settle(self) -> None:
        """Nothing is under way: what was asked for and is not here has come to nothing."""
        self.asked = self.accepted

    def admit(self) -> bool:
        """Take a place for a new article; False when none is left."""
        if self.limit is not None and self.admitted >= self.limit:
            return False
        self.admitted += 1
        return True

    def accept(self, article: Article) -> bool:
        """An article passed all pipelines; True when it was the last that was wanted."""
        self.emitted.add(article.id)
        if not self._is_new(article):
            return False
        self.accepted += 1
        return self.accepted == self.limit

    def refuse(self, article: Article) -> None:
        """A pipeline dropped an article: its place is free again."""
        if self._is_new(article):
            self.admitted -= 1

    @property
    def left(self) -> int | None:
        """How many more articles may be emitted; None for any number."""
        return None if self.limit is None else max(0, self.limit - len(self.emitted))

    def _is_new(self, article: Article) -> bool:
        return article.page is not None and article.id not in self.archived
