"""A walk that waits for the site: how near it comes to the time that its requests must wait."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import Figure, Goal
from benchmarks.ground import CONCURRENCY, Ground, Place, crawl
from benchmarks.rounds import ROUNDS
from benchmarks.spread import find_fewest, make_pages

QUESTION = "A walk that waits for the site"
LATENCY = 0.2
SERVED_SLOWLY = ("--latency", str(LATENCY))
WITH_LISTS = (*SERVED_SLOWLY, "--pager", "query", "--page-size", "20")
CHAIN = (*SERVED_SLOWLY, "--list-status", "404", "--home", "missing")
REMARKS = (
    "Two rounds run at a time, of both walks each, as they mostly wait. The ideal is the requests made, times the "
    "latency, by those that are made at a time.",
    "From neighbours alone an article is known only when the one beside it has come: a stretch between two known ids "
    "takes half its articles, one after another, and the one below the oldest known id all of them. No order of "
    "asking takes fewer turns than that; ids are not guessed. Beyond it: robots.txt, the missing list and the page "
    "above it, one after another, and for each turn the time until one of the places is free, which Scrapy fills "
    "before a page's links are found. To find links before reading the article won nothing, and was left out.",
)


def measure(ground: Ground) -> Iterator[Figure]:
    """With list pages, and from article to article alone."""
    count = ground.sizes.latency
    sites = [ground.serve(count, options) for options in (WITH_LISTS, CHAIN)]
    places = [ground.place(site, count) for _ in range(ROUNDS) for site in sites]
    with ThreadPoolExecutor(2 * len(sites)) as pool:
        found = list(pool.map(_walk, places))
    lists, chain = tuple(found[0::2]), tuple(found[1::2])
    yield Figure(QUESTION, f"{count:,} articles with list pages: time by the ideal", lists, Goal(1.2, 1.35))
    yield Figure(QUESTION, f"{count:,} articles from newest, hot and neighbours: time by the ideal", chain)
    turns = find_fewest(make_pages(count), CONCURRENCY) * CONCURRENCY / count
    yield Figure(QUESTION, "the same, if each turn took just the latency, in the best order", (turns,))


def _walk(place: Place) -> float:
    crawl(place, "-sRETRY_TIMES=0", "-sHEALTH_ENABLED=0")
    report = json.loads(max((place.folder / "data/runs").iterdir()).read_text())
    seconds: float = report["seconds"]
    return seconds / (report["counts"]["requests"] * LATENCY / CONCURRENCY)
