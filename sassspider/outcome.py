"""How a crawl ended, told from Scrapy's stats: the exit code, and the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OK = 0
FAILED = 1  # the crawl could not do its work
USAGE = 2  # what was asked for makes no sense; nothing was done
UNHEALTHY = 3  # the work is done, but something is missing or refused
INTERRUPTED = 130  # ended by Ctrl-C or a signal, with what was done committed; what shells report too

_COUNTS = {
    "new": "archive/new",
    "changed": "archive/changed",
    "unchanged": "archive/unchanged",
    "returned": "archive/returned",
    "removed": "archive/removed",
    "duplicates": "articles/duplicates",
    "damaged": "articles/damaged",
    "missing": "articles/missing",
    "failed": "articles/failed",
    "retries": "retry/count",
    "second_chances": "walk/second_chances",
    "requests": "downloader/request_count",
    "bytes": "downloader/response_bytes",
}
_ENDINGS = {
    "site_unavailable": "the site was given up, for it failed throughout",
    "closespider_pagecount": "the site leads on without end (CLOSESPIDER_PAGECOUNT)",
    "closespider_timeout": "its time was up (CLOSESPIDER_TIMEOUT); the next run goes on from here",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit code of ``scrapy crawl`` and why it is not 0."""

    code: int
    reasons: tuple[str, ...]

    @property
    def word(self) -> str:
        """The outcome in a word."""
        return {OK: "complete", UNHEALTHY: "unhealthy", INTERRUPTED: "interrupted"}.get(self.code, "failed")


def judge(stats: Mapping[str, Any]) -> Outcome:
    """Judge a finished crawl by its stats; no stats at all mean that it never began."""
    failures, faults = tuple(_find_failures(stats)), tuple(_find_faults(stats))
    if failures:
        return Outcome(FAILED, failures + faults)
    if stats.get("finish_reason") in ("shutdown", "cancelled"):
        return Outcome(INTERRUPTED, ("the crawl was interrupted; run it again, and it goes on from here",))
    return Outcome(UNHEALTHY if faults else OK, faults)


def _find_failures(stats: Mapping[str, Any]) -> Iterator[str]:
    reason = stats.get("finish_reason", "it could not start")
    if reason not in ("finished", "shutdown", "cancelled"):
        yield f"the crawl was not finished: {_ENDINGS.get(reason, reason)}"
    if stats.get("walk/no_way_in"):
        yield "there was no way into the section"
    if stats.get("walk/endless"):
        yield "the site names more pages than a run may ask for (CLOSESPIDER_PAGECOUNT)"
    if errors := stats.get("spider_exceptions/count"):
        yield f"errors in the spider: {errors}"
    if errors := stats.get("articles/pipeline_errors"):
        yield f"errors in the pipelines: {errors}"
    if stats.get("archive/failed"):
        yield "the archive could not be written"
    if stats.get("export/failed"):
        yield "EXPORT_PATH could not be written"
    if failed := stats.get("feeds/failed"):
        yield f"feeds that could not be written: {failed}"


def _find_faults(stats: Mapping[str, Any]) -> Iterator[str]:
    if damaged := stats.get("articles/damaged"):
        yield f"damaged pages, kept in quarantine: {damaged}"
    if missing := stats.get("articles/missing"):
        yield f"articles that the site links to but does not have: {missing}"
    if failed := stats.get("articles/failed"):
        yield f"articles that could not be fetched: {failed}"
    if failed := stats.get("browser/failed"):
        yield f"pages behind a challenge that was not passed: {failed} (BROWSER, in docs/operate.md)"
    for alarm in stats.get("health/failed", ()):
        yield f"health: {alarm}"


def count_work(stats: Mapping[str, Any]) -> dict[str, int]:
    """What a run did, by name, for its record."""
    counts = {name: int(stats.get(stat, 0)) for name, stat in _COUNTS.items()}
    counts["requests"] -= int(stats.get("walk/local_requests", 0))  # asked of nobody
    counts["requests"] += int(stats.get("browser/own_requests", 0))  # which Scrapy does not see
    return counts
