"""A whole crawl, everything on, against a bare spider on the same pages; and the memory of both."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, crawl, crawl_bare
from benchmarks.rounds import alternate, ratios

QUESTION = "A whole crawl, and its memory"


def measure(ground: Ground) -> Iterator[Figure]:
    """Rounds on the small site; the large one, once, as its crawl takes minutes."""
    articles, site = ground.sizes.small, ground.small_site
    found = alternate({
        "own": lambda: crawl(ground.place(site, articles)),
        "bare": lambda: crawl_bare(ground.place(site, articles)),
    })  # fmt: skip
    own, bare = ([one.seconds for one in found[name]] for name in ("own", "bare"))
    yield Figure(QUESTION, f"{articles:,} articles: pages/s", tuple(articles / one for one in own))
    share = ratios(bare, own)
    goal = Goal(0.6, 0.22, at_least=True)
    yield Figure(QUESTION, f"{articles:,} articles: pages/s by the bare spider's", share, goal)
    yield from _measure_large(ground, sorted(own)[len(own) // 2], max(one.rss for one in found["own"]))


def _measure_large(ground: Ground, small_seconds: float, small_rss: int) -> Iterator[Figure]:
    _, own = ground.large
    small, large = ground.sizes.small, ground.sizes.large
    kept = (large / own.seconds) / (small / small_seconds)
    yield Figure(QUESTION, f"{large:,} articles: pages/s", (large / own.seconds,))
    yield Figure(
        QUESTION, f"{large:,} articles: pages/s by those at {small:,}", (kept,), Goal(0.9, 0.75, at_least=True)
    )
    bare = crawl_bare(ground.place(ground.large_site, large))
    yield Figure(QUESTION, f"{large:,} articles: peak memory", (own.rss / 2**20,), unit="MB")
    yield Figure(QUESTION, f"peak memory by that at {small:,}", (own.rss / small_rss,), Goal(1.2, 1.35))
    yield Figure(QUESTION, "peak memory by the bare spider's", (own.rss / bare.rss,), Goal(1.5, 1.7))
