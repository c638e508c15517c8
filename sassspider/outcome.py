"""How a crawl ended, told from Scrapy's stats: the exit code, and the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OK = 0
FAILED = 1  # the crawl could not do its work
USAGE = 2  # what was asked for makes no sense; nothing was done
UNHEALTHY = 3  # the work is done, but something is missing or refused

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
    "requests": "downloader/request_count",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit code of ``scrapy crawl`` and why it is not 0."""

    code: int
    reasons: tuple[str, ...]


def judge(stats: Mapping[str, Any]) -> Outcome:
    """Judge a finished crawl by its stats; no stats at all mean that it never began."""
    failures = tuple(_find_failures(stats))
    if failures:
        return Outcome(FAILED, failures)
    faults = tuple(_find_faults(stats))
    return Outcome(UNHEALTHY if faults else OK, faults)


def _find_failures(stats: Mapping[str, Any]) -> Iterator[str]:
    reason = stats.get("finish_reason", "it could not start")
    if reason != "finished":
        yield f"the crawl was not finished: {reason}"
    if stats.get("walk/no_way_in"):
        yield "there was no way into the section"
    if errors := stats.get("spider_exceptions/count"):
        yield f"errors in the spider: {errors}"
    if errors := stats.get("articles/pipeline_errors"):
        yield f"errors in the pipelines: {errors}"
    if stats.get("archive/failed"):
        yield "the archive could not be written"
    if stats.get("export/failed"):
        yield "EXPORT_PATH could not be written"
    if feeds := sum(count for name, count in stats.items() if name.startswith("feedexport/failed_count/")):
        yield f"feeds that could not be written: {feeds}"


def _find_faults(stats: Mapping[str, Any]) -> Iterator[str]:
    if damaged := stats.get("articles/damaged"):
        yield f"damaged pages, kept in quarantine: {damaged}"
    if missing := stats.get("articles/missing"):
        yield f"articles that the site links to but does not have: {missing}"
    if failed := stats.get("articles/failed"):
        yield f"articles that could not be fetched: {failed}"


def count_work(stats: Mapping[str, Any]) -> dict[str, int]:
    """What a run did, by name, for its record."""
    return {name: int(stats.get(stat, 0)) for name, stat in _COUNTS.items()}


def summarize(stats: Mapping[str, Any]) -> str:
    """One line of counts."""
    counts = (f"{count} {name}" for name, count in count_work(stats).items())
    return f"{', '.join(counts)}, {stats.get('elapsed_time_seconds', 0):.1f} s"
