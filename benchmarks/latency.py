"""A walk that waits for the site: how near it comes to the time that its requests must wait."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import CONCURRENCY, Ground, crawl

QUESTION = "A walk that waits for the site"
LATENCY = 0.2
SERVED_SLOWLY = ("--latency", str(LATENCY))


def measure(ground: Ground) -> Iterator[Figure]:
    """With list pages, and from article to article alone; once each, as waiting has little noise."""
    with_lists = (*SERVED_SLOWLY, "--pager", "query", "--page-size", "20")
    count = ground.sizes.latency
    yield _walk(ground, count, f"{count:,} articles with list pages", with_lists, Goal(1.2, 1.35))
    chain = (*SERVED_SLOWLY, "--list-status", "404", "--home", "missing")
    yield _walk(ground, ground.sizes.chain, f"{ground.sizes.chain:,} articles from newest, hot and neighbours", chain)


def _walk(ground: Ground, articles: int, name: str, options: tuple[str, ...], goal: Goal | None = None) -> Figure:
    place = ground.place(ground.serve(articles, options), articles)
    crawl(place, "-sRETRY_TIMES=0", "-sHEALTH_ENABLED=0")
    report = json.loads(max((place.folder / "data/runs").iterdir()).read_text())
    ideal = report["counts"]["requests"] * LATENCY / CONCURRENCY
    return Figure(QUESTION, f"{name}: time by the ideal", (report["seconds"] / ideal,), goal)
