"""Which article of several with the same content is the original."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from sqlalchemy import Connection, bindparam, select

from sassspider.archive.statements import next_sequence, where_article
from sassspider.archive.tables import articles

_GROUPS = (
    select(articles.c.content_hash, articles.c.id, articles.c.duplicate_of)
    .where(articles.c.site == bindparam("site"), articles.c.content_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(articles.c.content_hash, articles.c.date_removed.is_not(None), articles.c.id)
)


def regroup(connection: Connection, site: str, hashes: Collection[str]) -> dict[str, int]:
    """Make the lowest id the original of all articles with one content; returns it for each ``content_hash``.

    One that the site still has goes before one that it has removed: else a re-post would vanish with its original.
    A hash that no article has any more is left out.
    """
    found = connection.execute(_GROUPS, {"site": site, "hashes": sorted(hashes)}).all()
    originals: dict[str, int] = {}
    for content_hash, group in groupby(found, key=lambda one: one[0]):
        for _, article_id, duplicate_of in group:
            original = originals.setdefault(content_hash, article_id)
            repeats = None if article_id == original else original
            if duplicate_of != repeats:
                values = {"duplicate_of": repeats, "sequence": next_sequence(connection, site)}
                connection.execute(where_article(articles.update(), site, article_id).values(**values))
    return originals
